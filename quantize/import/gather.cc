// Operators that take slices by a list of indices known beforehand: GATHER, MIRROR_PAD, RESIZE_NEAREST_NEIGHBOR.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "quantize/import/view.h"

namespace mote {
namespace {

using Indices = std::vector<int32_t>;

// Dimension `axis` of `extents` replaced by the slices that `indices` names; `extents` follows.
struct Taking {
  uint32_t axis;
  Indices indices;
};

bool changes_nothing(const Taking& taking, const Extents& extents) {
  if (taking.indices.size() != extents[taking.axis]) return false;
  for (size_t j = 0; j < taking.indices.size(); ++j)
    if (taking.indices[j] != static_cast<int32_t>(j)) return false;
  return true;
}

// One gather after the other; the last one makes the operator's output, whose extents all of them must give.
Result<void> take(TfliteNode& node, ValueId from, Extents extents, std::vector<Taking> all) {
  std::erase_if(all, [&](const Taking& taking) { return changes_nothing(taking, extents); });
  if (all.empty()) return node.alias(0, from);
  for (size_t i = 0; i < all.size(); ++i) {
    const Taking& taking = all[i];
    const auto begin = extents.begin(), axis = begin + taking.axis;
    Node to{.op = Op::gather};
    to.numbers[attribute::kGatherOuter] = static_cast<int32_t>(count_of(Extents(begin, axis)));
    to.numbers[attribute::kGatherAxis] = static_cast<int32_t>(*axis);
    to.numbers[attribute::kGatherInner] = static_cast<int32_t>(count_of(Extents(axis + 1, extents.end())));
    extents[taking.axis] = static_cast<uint32_t>(taking.indices.size());
    if (count_of(extents) > kMostElements) return unsupported("has a tensor that is too large");
    const Value like = node.graph().values[from];
    if (i + 1 == all.size()) {
      TRY(to.output, node.output());
      const Value& made = node.graph().values[to.output];
      if (made.type != like.type || count_of(made.shape) != count_of(extents))
        return unsupported("has an output of another shape or type than it makes");
    } else {
      to.output = node.temporary(folded(extents), like.type, like.quantization);
    }
    const auto count = static_cast<uint32_t>(taking.indices.size());
    to.inputs = {from, node.constant("indices", {1, 1, 1, count}, Type::int32, taking.indices)};
    from = to.output;
    TRY_DO(node.add(std::move(to)));
  }
  return {};
}

// TensorFlow Lite's choice, in float (reference/resize_nearest_neighbor.h).
int32_t nearest(uint32_t place, uint32_t in, uint32_t out, bool align_corners, bool half_pixel_centers) {
  const float scale = align_corners && out > 1 ? static_cast<float>(in - 1) / static_cast<float>(out - 1)
                                               : static_cast<float>(in) / static_cast<float>(out);
  const float at = (static_cast<float>(place) + (half_pixel_centers ? 0.5f : 0.0f)) * scale;
  const auto index = static_cast<int32_t>(align_corners ? std::round(at) : std::floor(at));
  return std::clamp(index, 0, static_cast<int32_t>(in) - 1);
}

Indices nearest_indices(uint32_t in, uint32_t out, const tflite::ResizeNearestNeighborOptions& options) {
  Indices indices(out);
  for (uint32_t i = 0; i < out; ++i) indices[i] = nearest(i, in, out, options.align_corners(), options.half_pixel_centers());
  return indices;
}

// before .. extent + after, mirrored at both ends: at the middle of the last element, or (symmetric) beyond it.
Indices mirrored(int32_t before, int32_t after, int32_t extent, bool symmetric) {
  Indices indices;
  for (int32_t i = -before; i < extent + after; ++i) {
    const int32_t beyond = symmetric ? 1 : 0;
    indices.push_back(i < 0 ? -i - beyond : i >= extent ? 2 * (extent - 1) - i + beyond : i);
  }
  return indices;
}

}  // namespace

namespace from_tflite {

Result<void> gather(TfliteNode& node) {
  TRY(const tflite::GatherOptions* options, node.options<tflite::GatherOptions>());
  TRY(const ValueId input, node.elements(0));
  TRY(const Extents extents, node.input_extents(0));
  if (options->batch_dims() != 0) return unsupported("gathers for each batch apart");
  TRY(const uint32_t axis, axis_of(options->axis(), extents.size()));
  TRY(Indices indices, node.integers(1));
  for (const int32_t index : indices)
    if (index < 0 || static_cast<uint32_t>(index) >= extents[axis]) return unsupported("has an index outside its input");
  return take(node, input, extents, {{axis, std::move(indices)}});
}

Result<void> mirror_pad(TfliteNode& node) {
  TRY(const tflite::MirrorPadOptions* options, node.options<tflite::MirrorPadOptions>());
  const bool symmetric = options->mode() == 1;
  TRY(const ValueId input, node.elements(0));
  TRY(const Extents extents, node.input_extents(0));
  TRY(const std::vector<int32_t> margins, node.integers(1));
  if (margins.size() != 2 * extents.size()) return unsupported("has margins for another number of dimensions");
  std::vector<Taking> all;
  for (uint32_t k = 0; k < extents.size(); ++k) {
    const int32_t before = margins[2 * k], after = margins[2 * k + 1], extent = static_cast<int32_t>(extents[k]);
    const int32_t most = symmetric ? extent : extent - 1;
    if (before < 0 || after < 0 || before > most || after > most) return unsupported("has margins wider than its input");
    all.push_back({k, mirrored(before, after, extent, symmetric)});
  }
  return take(node, input, extents, std::move(all));
}

Result<void> resize_nearest_neighbor(TfliteNode& node) {
  TRY(const tflite::ResizeNearestNeighborOptions* options, node.options<tflite::ResizeNearestNeighborOptions>());
  TRY(const ValueId input, node.elements(0));
  TRY(const Extents in, node.input_extents(0));
  TRY(const Extents out, node.output_extents());
  if (in.size() != 4 || out.size() != 4) return unsupported("has an input that is no image");
  return take(node, input, in, {{1, nearest_indices(in[1], out[1], *options)}, {2, nearest_indices(in[2], out[2], *options)}});
}

}  // namespace from_tflite
}  // namespace mote
