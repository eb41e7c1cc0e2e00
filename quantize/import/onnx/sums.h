// Convolutions and dense layers written into the draft, and what is folded into their weights afterwards.
#pragma once

#include "quantize/import/onnx/onnx_node.h"

namespace mote::from_onnx {

// result[c] * scale[c] + offset[c] instead of the result, when input `place` of the node is such a sum and nothing else reads
// it. Each vector has an element per channel, or one. False, and nothing happens, when that cannot be.
bool fold_into_sum(OnnxNode& node, size_t place, size_t axis, const std::vector<float>& scale, const std::vector<float>& offset);

// The node's output is that of a sum, in `order`: what comes next may be folded into it.
void remember_sum(OnnxNode& node, const WeightedSum& sum);

// The weights of a sum, input 1 times `factor`, are quantized by the scales that the file has for them, if it has any that int8
// can have.
void hold_integers(OnnxNode& node, const WeightedSum& sum, float factor = 1);

// Where windows of an operator stand. A dimension of one place is put in front of a signal's only one.
struct Windows {
  uint32_t filter[2] = {1, 1}, stride[2] = {1, 1}, dilation[2] = {1, 1};
  uint32_t before[2] = {0, 0}, after[2] = {0, 0};  // margins
  uint32_t beyond[2] = {0, 0};                     // more of them at the end, which a rounding up of the output's size needs
  uint32_t input[2] = {1, 1}, output[2] = {1, 1};
  size_t spatial = 2;

  Extents output_extents(uint32_t batch, uint32_t channels) const;  // as ONNX has them
  bool is_padded() const;
  // True when TensorFlow's "same" has these margins.
  bool is_same() const;
  int8_t padding() const { return is_same() && is_padded() ? 0 : 1; }
};

// `kernel` are the filter's extents, one per spatial dimension of the input.
Result<Windows> windows_of(const OnnxNode& node, const Extents& input, const std::vector<int64_t>& kernel);

// Input 0 as images [N, height, width, C], and with the windows' margins of `value` around them unless `padding` does that.
Result<int32_t> images(OnnxNode& node, OnnxValue& value);
int32_t padded(OnnxNode& node, int32_t images, const Windows& windows, float value);

// `make(image, result)` for each image of a batch, of which convolutions and pools take one; the results make up `output`.
void each_image(OnnxNode& node, int32_t images, int32_t output, const std::function<void(int32_t image, int32_t result)>& make);

// Of a tensor [N, height, width, C], the node's output of `extents`, with its channels last.
Result<void> give_images(OnnxNode& node, int32_t tensor, const Extents& extents);

}  // namespace mote::from_onnx
