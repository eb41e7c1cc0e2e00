// Resize and Upsample, to the nearest place or between two.
#include <algorithm>
#include <cmath>

#include "quantize/import/onnx/sums.h"

namespace mote::from_onnx {
namespace {

constexpr int kGatherAlong = 36, kResizeBilinear = 23;

// Whose index every output index of a dimension takes under "nearest" (Resize).
Result<std::vector<int32_t>> nearest_places(const OnnxNode& node, uint32_t in, uint32_t out, double scale) {
  const std::string where = node.text("coordinate_transformation_mode", node.opset() < 11 ? "asymmetric" : "half_pixel");
  const std::string rounding = node.text("nearest_mode", node.opset() < 11 ? "floor" : "round_prefer_floor");
  std::vector<int32_t> places;
  for (uint32_t i = 0; i < out; ++i) {
    double x = 0;
    if (where == "asymmetric")
      x = i / scale;
    else if (where == "half_pixel" || where == "pytorch_half_pixel")
      x = where == "pytorch_half_pixel" && out == 1 ? 0 : (i + 0.5) / scale - 0.5;
    else if (where == "align_corners")
      x = out == 1 ? 0 : static_cast<double>(i) * (in - 1) / (out - 1);
    else
      return unsupported("has coordinates that are '" + where + "'");
    const double place = rounding == "floor"               ? std::floor(x)
                         : rounding == "ceil"              ? std::ceil(x)
                         : rounding == "round_prefer_ceil" ? std::floor(x + 0.5)
                                                           : std::ceil(x - 0.5);
    places.push_back(static_cast<int32_t>(std::clamp<double>(place, 0, in - 1)));
  }
  return places;
}

struct Sizes {
  Extents extents;
  std::vector<double> scales;
};

// Scales are input 1 up to opset 10, input 2 since then; sizes are input 3.
Result<Sizes> sizes_of(OnnxNode& node, const Extents& in) {
  Sizes sizes;
  if (node.has_input(3)) {
    TRY(const OnnxTensor* given, node.constant(3));
    for (size_t k = 0; k < in.size() && k < given->integers.size(); ++k) {
      if (given->integers[k] < 1 || given->integers[k] > static_cast<int64_t>(kMostElements))
        return unsupported("has an output that is empty or too large");
      sizes.extents.push_back(static_cast<uint32_t>(given->integers[k]));
      sizes.scales.push_back(static_cast<double>(given->integers[k]) / in[k]);
    }
  } else {
    std::vector<float> given = node.has("scales") ? node.reals_of("scales") : std::vector<float>();
    if (given.empty()) {
      TRY(given, node.reals(node.opset() < 11 ? 1 : 2));
    }
    for (size_t k = 0; k < in.size() && k < given.size(); ++k) {
      const double extent = std::floor(static_cast<double>(in[k]) * static_cast<double>(given[k]));
      if (!(extent >= 1) || extent > static_cast<double>(kMostElements))
        return unsupported("has an output that is empty or too large");
      sizes.extents.push_back(static_cast<uint32_t>(extent));
      sizes.scales.push_back(static_cast<double>(given[k]));
    }
  }
  if (sizes.extents.size() != in.size()) return unsupported("has another number of sizes than of dimensions");
  return sizes;
}

// Between the two places about it, along height and width.
Result<void> resize_between(OnnxNode& node, OnnxValue& in, const Sizes& sizes) {
  const std::string where = node.text("coordinate_transformation_mode", node.opset() < 11 ? "asymmetric" : "half_pixel");
  const size_t rank = in.rank();
  if ((rank != 3 && rank != 4) || sizes.extents[0] != in.extents[0] || sizes.extents[1] != in.extents[1])
    return unsupported("resizes by 'linear' what is no image, or its channels");
  tflite::ResizeBilinearOptionsT options;
  options.align_corners = where == "align_corners";
  options.half_pixel_centers = where == "half_pixel" || where == "pytorch_half_pixel";
  bool known = options.align_corners || options.half_pixel_centers || where == "asymmetric";
  for (size_t k = 2; k < rank; ++k) {
    // A device knows the ratio of the sizes alone.
    known = known && std::fabs(sizes.scales[k] * in.extents[k] - sizes.extents[k]) < 1e-6 * sizes.extents[k];
    known = known && (where != "pytorch_half_pixel" || sizes.extents[k] > 1);
  }
  if (!known || node.integer("antialias", 0) != 0) return unsupported("has coordinates or sizes that are not read with 'linear'");
  TRY(const int32_t from, images(node, in));
  const uint32_t height = rank == 4 ? sizes.extents[2] : 1, width = sizes.extents[rank - 1];
  const int32_t result = node.between({in.extents[0], height, width, in.extents[1]});
  const std::vector<int32_t> size = {static_cast<int32_t>(height), static_cast<int32_t>(width)};
  each_image(node, from, result, [&](int32_t image, int32_t made) {
    node.draft().node(kResizeBilinear, {image, node.draft().integers(size)}, {made}, options);
  });
  return give_images(node, result, sizes.extents);
}

}  // namespace

// To the nearest place, as a gather along each dimension that changes; or between places.
Result<void> resize(OnnxNode& node) {
  TRY(OnnxValue * in, node.activation(0));
  const std::string mode = node.text("mode", "nearest");
  if (mode != "nearest" && mode != "linear") return unsupported("resizes by '" + mode + "'");
  if (node.has("axes") || node.text("keep_aspect_ratio_policy", "stretch") != "stretch")
    return unsupported("names axes, or keeps the aspect ratio");
  TRY(const Sizes sizes, sizes_of(node, in->extents));
  if (mode == "linear") return resize_between(node, *in, sizes);
  const Order order = node.order_of(*in);
  int32_t tensor = node.in_order(*in, order);
  OnnxValue made{.extents = sizes.extents, .constant = {}};
  TRY_DO(check_extents(made.extents));
  for (uint32_t axis = 0; axis < in->rank(); ++axis) {
    if (sizes.extents[axis] == in->extents[axis]) continue;
    TRY(const std::vector<int32_t> places, nearest_places(node, in->extents[axis], sizes.extents[axis], sizes.scales[axis]));
    tflite::GatherOptionsT options;
    options.axis = static_cast<int32_t>(axis_in(order, axis, in->rank()));
    Extents extents = node.draft().extents_of(tensor);
    extents[axis_in(order, axis, in->rank())] = sizes.extents[axis];
    const int32_t to = node.between(extents);
    node.draft().node(kGatherAlong, {tensor, node.draft().integers(places)}, {to}, options);
    tensor = to;
  }
  (order == Order::plain ? made.plain : made.channels_last) = tensor;
  node.give(std::move(made));
  return {};
}

}  // namespace mote::from_onnx
