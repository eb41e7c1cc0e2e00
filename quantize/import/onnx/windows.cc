// Margins, strides and sizes of what slides windows, and the images that they slide over.
#include <algorithm>

#include "quantize/import/onnx/sums.h"
#include "quantize/import/sliding.h"

namespace mote::from_onnx {

constexpr int kPadV2 = 60, kSplitV = 102, kConcatenationCode = 2;

Extents Windows::output_extents(uint32_t batch, uint32_t channels) const {
  return spatial == 1 ? Extents{batch, channels, output[1]} : Extents{batch, channels, output[0], output[1]};
}

bool Windows::is_padded() const { return before[0] + before[1] + after[0] + after[1] + beyond[0] + beyond[1] != 0; }

bool Windows::is_same() const {
  for (size_t k = 0; k < 2; ++k) {
    const uint32_t reach = (filter[k] - 1) * dilation[k] + 1;
    if (output[k] != (input[k] + stride[k] - 1) / stride[k] ||
        margins(0, input[k], reach, stride[k]) != std::pair(before[k], after[k] + beyond[k]))
      return false;
  }
  return true;
}

namespace {

// Attributes of one number per spatial dimension.
Result<std::vector<int64_t>> numbers(const OnnxNode& node, const std::string& attribute, size_t count, int64_t least) {
  const std::vector<int64_t> given = node.integers(attribute, std::vector<int64_t>(count, attribute == "pads" ? 0 : 1));
  if (given.size() != count ||
      std::any_of(given.begin(), given.end(), [&](int64_t value) { return value < least || value > 65535; }))
    return unsupported("has " + attribute + " that are not read");
  return given;
}

// The margins that "same" asks for; the larger half last for SAME_UPPER.
void pad_same(Windows& windows, size_t k, uint32_t reach, bool upper) {
  windows.output[k] = (windows.input[k] + windows.stride[k] - 1) / windows.stride[k];
  const auto [less, more] = margins(0, windows.input[k], reach, windows.stride[k]);
  windows.before[k] = upper ? less : more;
  windows.after[k] = upper ? more : less;
}

Result<void> place(Windows& windows, size_t k, const std::string& auto_pad, bool ceil) {
  const uint64_t reach = uint64_t{windows.filter[k] - 1} * windows.dilation[k] + 1;
  if (reach > kMostElements) return unsupported("has a filter that reaches too far");
  if (auto_pad == "SAME_UPPER" || auto_pad == "SAME_LOWER") {
    pad_same(windows, k, static_cast<uint32_t>(reach), auto_pad == "SAME_UPPER");
    return {};
  }
  const uint64_t whole = uint64_t{windows.input[k]} + windows.before[k] + windows.after[k];
  if (whole < reach) return unsupported("has a filter that is larger than its input");
  const uint64_t rest = whole - reach, stride = windows.stride[k];
  uint64_t output = rest / stride + 1;
  // Rounded up, but no window begins behind the input and the margin before it.
  if (ceil && rest % stride != 0 && output * stride < uint64_t{windows.input[k]} + windows.before[k]) ++output;
  windows.output[k] = static_cast<uint32_t>(output);
  const uint64_t needed = (output - 1) * stride + reach;
  windows.beyond[k] = static_cast<uint32_t>(needed > whole ? needed - whole : 0);
  return {};
}

}  // namespace

Result<Windows> windows_of(const OnnxNode& node, const Extents& input, const std::vector<int64_t>& kernel) {
  Windows windows;
  if (input.size() != 3 && input.size() != 4)
    return unsupported("has an input of " + std::to_string(input.size()) + " dimensions");
  const size_t spatial = windows.spatial = input.size() - 2;
  if (kernel.size() != spatial) return unsupported("has a filter of another number of dimensions than its input");
  const std::string auto_pad = node.text("auto_pad", "NOTSET");
  TRY(const std::vector<int64_t> strides, numbers(node, "strides", spatial, 1));
  TRY(const std::vector<int64_t> dilations, numbers(node, "dilations", spatial, 1));
  TRY(const std::vector<int64_t> pads, numbers(node, "pads", 2 * spatial, 0));
  for (size_t i = 0; i < spatial; ++i) {
    const size_t k = i + 2 - spatial;
    if (kernel[i] < 1 || kernel[i] > 65535) return unsupported("has a filter of no possible size");
    windows.filter[k] = static_cast<uint32_t>(kernel[i]);
    windows.stride[k] = static_cast<uint32_t>(strides[i]);
    windows.dilation[k] = static_cast<uint32_t>(dilations[i]);
    windows.input[k] = input[2 + i];
    if (auto_pad == "NOTSET") {
      windows.before[k] = static_cast<uint32_t>(pads[i]);
      windows.after[k] = static_cast<uint32_t>(pads[spatial + i]);
    }
    TRY_DO(place(windows, k, auto_pad, node.integer("ceil_mode", 0) != 0));
  }
  TRY_DO(check_extents(windows.output_extents(input[0], 1)));
  return windows;
}

Result<int32_t> images(OnnxNode& node, OnnxValue& value) {
  const int32_t tensor = node.channels_last(value);
  const Extents& extents = value.extents;
  return extents.size() == 4 ? tensor : node.reshaped(tensor, {extents[0], 1, extents[2], extents[1]});
}

int32_t padded(OnnxNode& node, int32_t images, const Windows& windows, float value) {
  Extents extents = node.draft().extents_of(images);
  std::vector<int32_t> margins = {0, 0};
  for (size_t k = 0; k < 2; ++k) {
    margins.push_back(static_cast<int32_t>(windows.before[k]));
    margins.push_back(static_cast<int32_t>(windows.after[k] + windows.beyond[k]));
    extents[1 + k] += windows.before[k] + windows.after[k] + windows.beyond[k];
  }
  margins.insert(margins.end(), {0, 0});
  const int32_t pairs = node.draft().integers(margins, {4, 2});
  const int32_t result = node.between(extents);
  node.draft().node(kPadV2, {images, pairs, node.draft().floats({}, std::vector<float>{value}, "")}, {result});
  return result;
}

void each_image(OnnxNode& node, int32_t images, int32_t output, const std::function<void(int32_t, int32_t)>& make) {
  Extents one = node.draft().extents_of(images), made = node.draft().extents_of(output);
  const uint32_t batch = one[0];
  if (batch == 1) return make(images, output);
  one[0] = made[0] = 1;
  std::vector<int32_t> parts, results;
  for (uint32_t i = 0; i < batch; ++i) {
    parts.push_back(node.between(one));
    results.push_back(node.between(made));
  }
  const std::vector<int32_t> sizes(batch, 1), axis = {0};
  node.draft().node(kSplitV, {images, node.draft().integers(sizes), node.draft().integers(axis)}, parts);
  for (uint32_t i = 0; i < batch; ++i) make(parts[i], results[i]);
  tflite::ConcatenationOptionsT options;
  options.axis = 0;
  node.draft().node(kConcatenationCode, results, {output}, options);
}

Result<void> give_images(OnnxNode& node, int32_t tensor, const Extents& extents) {
  TRY_DO(check_extents(extents));
  OnnxValue made{.extents = extents, .constant = {}};
  made.channels_last = node.reshaped(tensor, permuted(extents, channels_last_axes(extents.size())));
  node.give(std::move(made));
  return {};
}

}  // namespace mote::from_onnx
