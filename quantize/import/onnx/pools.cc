// MaxPool, AveragePool, and the global ones.
#include <algorithm>

#include "quantize/import/onnx/sums.h"

namespace mote::from_onnx {
namespace {

constexpr int kAveragePool = 1, kMaxPool = 17, kMulCode = 18, kStridedSliceCode = 45, kMaximumCode = 55;
constexpr uint64_t kMostTaps = 64;  // of a dilated pool, each of which becomes operators
constexpr float kLowest = -3.4e38f;

tflite::Pool2DOptionsT pool_options(const Windows& windows, int8_t padding) {
  tflite::Pool2DOptionsT options;
  options.padding = padding;
  options.stride_h = static_cast<int32_t>(windows.stride[0]);
  options.stride_w = static_cast<int32_t>(windows.stride[1]);
  options.filter_height = static_cast<int32_t>(windows.filter[0]);
  options.filter_width = static_cast<int32_t>(windows.filter[1]);
  return options;
}

Result<Windows> pool_windows_of(const OnnxNode& node, const OnnxValue& in) {
  return windows_of(node, in.extents, node.integers("kernel_shape"));
}

Result<void> pool(OnnxNode& node, OnnxValue& in, const Windows& windows, int code, int8_t padding, float outside) {
  TRY(int32_t x, images(node, in));
  if (padding != 0 && windows.is_padded()) x = padded(node, x, windows, outside);
  const int32_t result =
      node.draft().tensor({in.extents[0], windows.output[0], windows.output[1], in.extents[1]}, node.output_name());
  each_image(node, x, result,
             [&](int32_t image, int32_t made) { node.draft().node(code, {image}, {made}, pool_options(windows, padding)); });
  return give_images(node, result, windows.output_extents(in.extents[0], in.extents[1]));
}

// How many elements of a window's side are counted by the mean of ONNX.
uint32_t counted(const Windows& windows, size_t k, uint32_t at, bool with_margins) {
  const int64_t begin = int64_t{at} * windows.stride[k] - windows.before[k], end = begin + windows.filter[k];
  const int64_t first = with_margins ? -int64_t{windows.before[k]} : 0;
  const int64_t last = int64_t{windows.input[k]} + (with_margins ? windows.after[k] : 0);
  return static_cast<uint32_t>(std::max<int64_t>(1, std::min(end, last) - std::max(begin, first)));
}

// What the mean over all of each window, margins of 0 included, is to be multiplied by.
std::vector<float> corrections(const Windows& windows, bool with_margins) {
  std::vector<float> factors;
  for (uint32_t y = 0; y < windows.output[0]; ++y)
    for (uint32_t x = 0; x < windows.output[1]; ++x)
      factors.push_back(static_cast<float>(windows.filter[0] * windows.filter[1]) /
                        static_cast<float>(counted(windows, 0, y, with_margins) * counted(windows, 1, x, with_margins)));
  return factors;
}

bool is_dilated(const Windows& windows) { return windows.dilation[0] != 1 || windows.dilation[1] != 1; }

// A dilated pool: the larger of what each tap sees, tap after tap.
Result<void> max_of_taps(OnnxNode& node, OnnxValue& in, const Windows& windows) {
  if (uint64_t{windows.filter[0]} * windows.filter[1] > kMostTaps) return unsupported("has dilated windows of too many taps");
  TRY(int32_t x, images(node, in));
  if (windows.is_padded()) x = padded(node, x, windows, kLowest);
  const auto number = [](uint32_t value) { return static_cast<int32_t>(value); };
  const Extents whole = node.draft().extents_of(x);
  const Extents made = {whole[0], windows.output[0], windows.output[1], whole[3]};
  int32_t largest = kNowhere;
  for (uint32_t y = 0; y < windows.filter[0]; ++y)
    for (uint32_t z = 0; z < windows.filter[1]; ++z) {
      const uint32_t at[2] = {y * windows.dilation[0], z * windows.dilation[1]};
      std::vector<int32_t> begin = {0}, end = {number(whole[0])}, step = {1};
      for (size_t k = 0; k < 2; ++k) {
        begin.push_back(number(at[k]));
        end.push_back(number(at[k] + (windows.output[k] - 1) * windows.stride[k] + 1));
        step.push_back(number(windows.stride[k]));
      }
      begin.push_back(0);
      end.push_back(number(whole[3]));
      step.push_back(1);
      FloatDraft& draft = node.draft();
      const int32_t tap = node.between(made);
      draft.node(kStridedSliceCode, {x, draft.integers(begin), draft.integers(end), draft.integers(step)}, {tap},
                 tflite::StridedSliceOptionsT());
      const int32_t larger = largest == kNowhere ? tap : node.between(made);
      if (largest != kNowhere) draft.node(kMaximumCode, {largest, tap}, {larger});
      largest = larger;
    }
  return give_images(node, largest, windows.output_extents(in.extents[0], in.extents[1]));
}

}  // namespace

Result<void> max_pool(OnnxNode& node) {
  TRY(OnnxValue * in, node.activation(0));
  if (node.has_output(1)) return unsupported("gives the indices of its maxima");
  TRY(const Windows windows, pool_windows_of(node, *in));
  if (is_dilated(windows)) return max_of_taps(node, *in, windows);
  return pool(node, *in, windows, kMaxPool, windows.padding(), kLowest);
}

Result<void> average_pool(OnnxNode& node) {
  TRY(OnnxValue * in, node.activation(0));
  TRY(const Windows windows, pool_windows_of(node, *in));
  if (is_dilated(windows)) return unsupported("has dilated windows");
  const bool with_margins = node.integer("count_include_pad", 0) != 0;
  if (!with_margins && windows.is_same()) return pool(node, *in, windows, kAveragePool, 0, 0);
  const std::vector<float> factors = corrections(windows, with_margins);
  TRY_DO(pool(node, *in, windows, kAveragePool, 1, 0));
  if (std::all_of(factors.begin(), factors.end(), [](float factor) { return factor == 1; })) return {};
  OnnxValue mean = node.import().values.at(node.output_name());
  const int32_t factor = node.draft().floats({1, windows.output[0], windows.output[1], 1}, factors, "");
  const Extents extents = {in->extents[0], windows.output[0], windows.output[1], in->extents[1]};
  const int32_t result = node.draft().tensor(extents, node.output_name());
  node.draft().node(kMulCode, {node.reshaped(mean.channels_last, extents), factor}, {result}, tflite::MulOptionsT());
  return give_images(node, result, mean.extents);
}

}  // namespace mote::from_onnx
