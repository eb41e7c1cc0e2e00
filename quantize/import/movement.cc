// Operators that copy elements to other places: RESHAPE and its like, TRANSPOSE, slices, SPLIT, UNPACK, SPACE_TO_DEPTH, ...
#include <algorithm>
#include <numeric>

#include "quantize/import/view.h"

namespace mote {
namespace {

// The whole input.
Result<View> view_of_input(const TfliteNode& node, uint32_t place) {
  TRY(const Extents extents, node.input_extents(place));
  return View::of(extents);
}

// A single integer of a constant input.
Result<int32_t> integer(const TfliteNode& node, uint32_t place) {
  TRY(const std::vector<int32_t> values, node.integers(place));
  if (values.size() != 1) return unsupported("has more than one value where it takes one");
  return values[0];
}

// One part of `axis` after the other, to one output after the other.
Result<void> split_into(TfliteNode& node, ValueId from, const View& view, uint32_t axis, const std::vector<uint32_t>& sizes) {
  uint64_t begin = 0;
  if (sizes.size() != node.output_count()) return unsupported("has another number of outputs than of parts");
  for (uint32_t place = 0; place < sizes.size(); ++place) {
    if (sizes[place] == 0 || begin + sizes[place] > view.extents[axis]) return unsupported("has parts outside its input");
    TRY_DO(move(node, from, view.sliced(axis, static_cast<int64_t>(begin), 1, sizes[place]), place));
    begin += sizes[place];
  }
  return {};
}

// Where a strided slice begins or ends along a dimension of `extent`: an index, counted from the end when it is negative, kept
// within the dimension for forward steps, and one before it for backward ones.
int64_t bounded(int64_t index, int64_t step, int64_t extent) {
  if (index < 0) index += extent;
  return step > 0 ? std::clamp<int64_t>(index, 0, extent) : std::clamp<int64_t>(index, -1, extent - 1);
}

// Of one dimension; where a mask is set, the slice reaches to the edge.
struct Bounds {
  int64_t begin, end;
};

Bounds bounds_of(int64_t begin, int64_t end, int64_t step, int64_t extent, bool from_edge, bool to_edge, bool single) {
  Bounds bounds{bounded(begin, step, extent), bounded(end, step, extent)};
  if (from_edge) bounds.begin = step > 0 ? 0 : extent - 1;
  if (to_edge) bounds.end = step > 0 ? extent : -1;
  if (single) bounds.end = bounds.begin + (step > 0 ? 1 : -1);
  return bounds;
}

struct SliceConstants {
  std::vector<int32_t> begin, end, stride;
};

Result<SliceConstants> slice_constants(const TfliteNode& node, size_t rank) {
  SliceConstants constants;
  TRY(constants.begin, node.integers(1));
  TRY(constants.end, node.integers(2));
  TRY(constants.stride, node.integers(3));
  const size_t count = constants.begin.size();
  if (count > rank || constants.end.size() != count || constants.stride.size() != count)
    return unsupported("has another number of slices than of dimensions");
  return constants;
}

}  // namespace

namespace from_tflite {

Result<void> reshape(TfliteNode& node) {
  TRY(const ValueId input, node.elements(0));
  return node.alias(0, input);
}

Result<void> transpose(TfliteNode& node) {
  TRY(const ValueId input, node.elements(0));
  TRY(const View view, view_of_input(node, 0));
  TRY(const std::vector<int32_t> given, node.integers(1));
  std::vector<uint32_t> order, sorted;
  for (const int32_t axis : given) {
    TRY(const uint32_t known, axis_of(axis, view.extents.size()));
    order.push_back(known);
  }
  sorted = order;
  std::sort(sorted.begin(), sorted.end());
  if (order.size() != view.extents.size() || std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
    return unsupported("names a dimension twice or not at all");
  return move(node, input, view.permuted(order));
}

Result<void> slice(TfliteNode& node) {
  TRY(const ValueId input, node.elements(0));
  TRY(View view, view_of_input(node, 0));
  TRY(const std::vector<int32_t> begin, node.integers(1));
  TRY(const std::vector<int32_t> size, node.integers(2));
  if (begin.size() != view.extents.size() || size.size() != begin.size())
    return unsupported("has another number of slices than of dimensions");
  for (uint32_t k = 0; k < begin.size(); ++k) {
    const int64_t extent = view.extents[k], count = size[k] == -1 ? extent - begin[k] : size[k];
    if (begin[k] < 0 || count < 1 || begin[k] + count > extent) return unsupported("has a slice outside its input");
    view = view.sliced(k, begin[k], 1, static_cast<uint32_t>(count));
  }
  return move(node, input, view);
}

Result<void> strided_slice(TfliteNode& node) {
  TRY(const tflite::StridedSliceOptions* options, node.options<tflite::StridedSliceOptions>());
  if (options->ellipsis_mask() != 0 || options->new_axis_mask() != 0 || options->offset())
    return unsupported("has an ellipsis, a new dimension or an end that is an offset");
  TRY(const ValueId input, node.elements(0));
  TRY(View view, view_of_input(node, 0));
  TRY(const SliceConstants constants, slice_constants(node, view.extents.size()));
  const auto has = [](int32_t mask, uint32_t k) { return (static_cast<uint32_t>(mask) >> k & 1) != 0; };
  for (uint32_t k = 0; k < constants.begin.size(); ++k) {
    const int64_t extent = view.extents[k], step = constants.stride[k];
    if (step == 0 || k >= 32) return unsupported("has a stride of 0, or too many dimensions");
    const Bounds bounds = bounds_of(constants.begin[k], constants.end[k], step, extent, has(options->begin_mask(), k),
                                    has(options->end_mask(), k), has(options->shrink_axis_mask(), k));
    const int64_t begin = bounds.begin, end = bounds.end;
    const int64_t count = step > 0 ? (end - begin + step - 1) / step : (begin - end - step - 1) / -step;
    if (count < 1 || begin < 0 || begin >= extent) return unsupported("has a slice that is empty or outside its input");
    view = view.sliced(k, begin, step, static_cast<uint32_t>(count));
  }
  return move(node, input, view);
}

Result<void> split(TfliteNode& node) {
  TRY(const ValueId input, node.elements(1));
  TRY(const View view, view_of_input(node, 1));
  TRY(const int32_t given, integer(node, 0));
  TRY(const uint32_t axis, axis_of(given, view.extents.size()));
  const uint32_t parts = node.output_count();
  if (view.extents[axis] % parts != 0) return unsupported("splits into parts of different sizes");
  return split_into(node, input, view, axis, std::vector<uint32_t>(parts, view.extents[axis] / parts));
}

Result<void> split_v(TfliteNode& node) {
  TRY(const ValueId input, node.elements(0));
  TRY(const View view, view_of_input(node, 0));
  TRY(const std::vector<int32_t> given, node.integers(1));
  TRY(const int32_t given_axis, integer(node, 2));
  TRY(const uint32_t axis, axis_of(given_axis, view.extents.size()));
  int64_t rest = view.extents[axis];
  for (const int32_t size : given) rest -= size == -1 ? 0 : size;
  std::vector<uint32_t> sizes;
  for (const int32_t size : given) sizes.push_back(static_cast<uint32_t>(std::max<int64_t>(0, size == -1 ? rest : size)));
  return split_into(node, input, view, axis, sizes);
}

Result<void> unpack(TfliteNode& node) {
  TRY(const tflite::UnpackOptions* options, node.options<tflite::UnpackOptions>());
  TRY(const ValueId input, node.elements(0));
  TRY(const View view, view_of_input(node, 0));
  TRY(const uint32_t axis, axis_of(options->axis(), view.extents.size()));
  return split_into(node, input, view, axis, std::vector<uint32_t>(view.extents[axis], 1));
}

Result<void> reverse(TfliteNode& node) {
  TRY(const ValueId input, node.elements(0));
  TRY(View view, view_of_input(node, 0));
  TRY(const std::vector<int32_t> axes, node.integers(1));
  for (const int32_t given : axes) {
    TRY(const uint32_t axis, axis_of(given, view.extents.size()));
    view = view.sliced(axis, int64_t{view.extents[axis]} - 1, -1, view.extents[axis]);
  }
  return move(node, input, view);
}

// [N, H, W, C] to [N, H / b, W / b, b, b, C].
Result<void> space_to_depth(TfliteNode& node) {
  TRY(const tflite::SpaceToDepthOptions* options, node.options<tflite::SpaceToDepthOptions>());
  TRY(const ValueId input, node.elements(0));
  TRY(const View view, view_of_input(node, 0));
  const int32_t block = options->block_size();
  if (view.extents.size() != 4 || block < 1 || view.extents[1] % static_cast<uint32_t>(block) != 0 ||
      view.extents[2] % static_cast<uint32_t>(block) != 0)
    return unsupported("has blocks that do not fit its input");
  const auto b = static_cast<uint32_t>(block);
  return move(node, input, view.divided(2, b).divided(1, b).permuted({0, 1, 3, 2, 4, 5}));
}

// [N, H, W, b, b, C / b^2] to [N, H, b, W, b, C / b^2].
Result<void> depth_to_space(TfliteNode& node) {
  TRY(const tflite::DepthToSpaceOptions* options, node.options<tflite::DepthToSpaceOptions>());
  TRY(const ValueId input, node.elements(0));
  TRY(const View view, view_of_input(node, 0));
  const int32_t block = options->block_size();
  if (view.extents.size() != 4 || block < 1 || block > 255 || view.extents[3] % static_cast<uint32_t>(block * block) != 0)
    return unsupported("has blocks that do not fit its input");
  const auto b = static_cast<uint32_t>(block);
  const View blocks = view.divided(3, view.extents[3] / b).divided(4, view.extents[3] / (b * b));
  return move(node, input, blocks.permuted({0, 1, 3, 2, 4, 5}));
}

}  // namespace from_tflite
}  // namespace mote
