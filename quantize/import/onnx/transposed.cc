// ConvTranspose: a convolution of its input with rows and columns of 0 between the elements, by weights turned round.
#include <algorithm>

#include "quantize/import/onnx/sums.h"

namespace mote::from_onnx {
namespace {

constexpr int kConvCode = 3, kPadCode = 34, kSliceCode = 65;

// [N, H, W, C] with `stride` - 1 zeros after each element along `k` (0: height), but for the last.
int32_t spread(OnnxNode& node, int32_t images, size_t k, uint32_t stride) {
  const Extents extents = node.draft().extents_of(images);
  if (stride == 1) return images;
  // The dimensions before the element, its own, and those inside it.
  const Extents outer(extents.begin(), extents.begin() + 2 + static_cast<std::ptrdiff_t>(k));
  const Extents inner(extents.begin() + 2 + static_cast<std::ptrdiff_t>(k), extents.end());
  const auto rows = static_cast<uint32_t>(count_of(outer)), row = static_cast<uint32_t>(count_of(inner));
  const int32_t wide = node.between({rows, stride, row});
  const std::vector<int32_t> margins = {0, 0, 0, static_cast<int32_t>(stride - 1), 0, 0};
  node.draft().node(kPadCode, {node.reshaped(images, {rows, 1, row}), node.draft().integers(margins, {3, 2})}, {wide});
  Extents all = extents, cut = extents;
  all[1 + k] = extents[1 + k] * stride;
  cut[1 + k] = all[1 + k] - (stride - 1);
  const int32_t result = node.between(cut);
  const std::vector<int32_t> begin(4, 0), size(cut.begin(), cut.end());
  node.draft().node(kSliceCode, {node.reshaped(wide, all), node.draft().integers(begin), node.draft().integers(size)}, {result});
  return result;
}

struct Spatial {
  int64_t filter, stride, before, after, extra, input;
};

// Attributes of one spatial dimension, the `i`th of `count`.
Result<Spatial> spatial_of(const OnnxNode& node, size_t i, size_t count, int64_t filter, int64_t input) {
  const auto at = [&](const std::string& attribute, size_t place, int64_t otherwise) {
    const std::vector<int64_t> given = node.integers(attribute);
    return place < given.size() ? given[place] : otherwise;
  };
  Spatial spatial{.filter = filter,
                  .stride = at("strides", i, 1),
                  .before = at("pads", i, 0),
                  .after = at("pads", count + i, 0),
                  .extra = at("output_padding", i, 0),
                  .input = input};
  if (spatial.stride < 1 || spatial.stride > 255 || spatial.before < 0 || spatial.before >= filter || spatial.after < 0 ||
      spatial.extra < 0 || spatial.after >= filter + spatial.extra || spatial.extra > 255 || at("dilations", i, 1) != 1)
    return unsupported("has strides, pads or dilations that are not read");
  return spatial;
}

}  // namespace

Result<void> conv_transpose(OnnxNode& node) {
  TRY(OnnxValue * in, node.activation(0));
  TRY(const OnnxTensor* weights, node.constant(1));
  TRY(std::vector<float> values, node.reals(1));
  Extents shape = weights->extents;  // [I, O, height, width]
  if (in->rank() != 4 && in->rank() != 3) return unsupported("has an input of " + std::to_string(in->rank()) + " dimensions");
  if (shape.size() != in->rank() || shape[0] != in->extents[1]) return unsupported("has weights that do not fit its input");
  if (node.integer("group", 1) != 1) return unsupported("has groups");
  if (node.has("output_shape") || node.text("auto_pad", "NOTSET") != "NOTSET") return unsupported("names its output's shape");
  const size_t count = in->rank() - 2;
  Windows windows;
  windows.spatial = count;
  for (size_t i = 0; i < count; ++i) {
    TRY(const Spatial one, spatial_of(node, i, count, shape[2 + i], in->extents[2 + i]));
    const size_t k = i + 2 - count;
    windows.filter[k] = static_cast<uint32_t>(one.filter);
    windows.stride[k] = static_cast<uint32_t>(one.stride);
    windows.input[k] = static_cast<uint32_t>((one.input - 1) * one.stride + 1);
    windows.before[k] = static_cast<uint32_t>(one.filter - 1 - one.before);
    windows.after[k] = static_cast<uint32_t>(one.filter - 1 - one.after + one.extra);
    windows.output[k] = windows.input[k] + windows.before[k] + windows.after[k] - windows.filter[k] + 1;
  }
  const Extents extents = windows.output_extents(in->extents[0], shape[1]);
  TRY_DO(check_extents(extents));
  if (shape.size() == 3) shape.insert(shape.begin() + 2, 1);
  TRY(int32_t x, images(node, *in));
  for (size_t k = 0; k < 2; ++k) x = spread(node, x, k, windows.stride[k]);
  if (windows.is_padded()) x = padded(node, x, windows, 0);
  // Turned round: the last tap of each filter becomes the first.
  const size_t taps = size_t{shape[2]} * shape[3];
  for (auto filter = values.begin(); filter != values.end(); filter += static_cast<std::ptrdiff_t>(taps))
    std::reverse(filter, filter + static_cast<std::ptrdiff_t>(taps));
  const std::vector<uint32_t> axes = {1, 2, 3, 0};
  std::vector<float> bias(shape[1], 0.0f);
  if (node.has_input(2)) {
    TRY(bias, node.reals(2));
    if (bias.size() != shape[1]) return unsupported("has a bias of another number of channels than its weights");
  }
  WeightedSum sum{.channels_first = true, .channels = shape[1], .axis = 1};
  sum.weights = node.draft().floats(permuted(shape, axes), permuted(values, shape, axes), node.input_name(1));
  sum.bias = node.draft().floats({shape[1]}, bias, "");
  hold_integers(node, sum);
  const int32_t result =
      node.draft().tensor({in->extents[0], windows.output[0], windows.output[1], shape[1]}, node.output_name());
  tflite::Conv2DOptionsT options;
  options.padding = 1;
  options.stride_h = options.stride_w = 1;
  each_image(node, x, result, [&](int32_t image, int32_t made) {
    node.draft().node(kConvCode, {image, sum.weights, sum.bias}, {made}, options);
  });
  TRY_DO(give_images(node, result, extents));
  remember_sum(node, sum);
  return {};
}

}  // namespace mote::from_onnx
