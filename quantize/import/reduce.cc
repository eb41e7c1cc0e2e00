// MEAN, SUM, REDUCE_MAX, REDUCE_MIN, ARG_MAX, ARG_MIN: what leaves one element of a dimension.
#include <algorithm>

#include "device/model/container.h"
#include "quantize/calibrate/affine.h"
#include "quantize/import/tflite_node.h"

namespace mote {
namespace {

// An input seen as [outer, count, inner].
struct AlongView {
  uint32_t outer = 1, count = 1, inner = 1;
};

// The dimensions that input 1 names, in ascending order, each once.
Result<std::vector<size_t>> axes_of(const TfliteNode& node, size_t rank) {
  TRY(const std::vector<int32_t> given, node.integers(1));
  std::vector<size_t> axes;
  for (const int32_t axis : given) {
    const int64_t place = axis < 0 ? int64_t{axis} + static_cast<int64_t>(rank) : axis;
    if (place < 0 || place >= static_cast<int64_t>(rank)) return unsupported("works along a dimension that its input lacks");
    axes.push_back(static_cast<size_t>(place));
  }
  std::sort(axes.begin(), axes.end());
  axes.erase(std::unique(axes.begin(), axes.end()), axes.end());
  return axes;
}

// Dimensions of extent 1 are left and taken as it suits.
Result<AlongView> view_of(const Extents& extents, const std::vector<size_t>& axes) {
  AlongView view;
  bool inside = false, behind = false;
  for (size_t i = 0; i < extents.size(); ++i) {
    if (extents[i] == 1) continue;
    if (std::find(axes.begin(), axes.end(), i) != axes.end()) {
      if (behind) return unsupported("works along dimensions that are apart");
      inside = true;
      view.count *= extents[i];
    } else {
      behind = inside;
      (inside ? view.inner : view.outer) *= extents[i];
    }
  }
  return view;
}

Result<AlongView> view_of(const TfliteNode& node) {
  TRY(const Extents extents, node.input_extents(0));
  TRY(const std::vector<size_t> axes, axes_of(node, extents.size()));
  return view_of(extents, axes);
}

// TensorFlow Lite's QuantizedMeanOrSum: the division by the count is folded into the multiplier.
Result<void> mean_or_sum(TfliteNode& node, bool mean) {
  TRY(const ValueId input, node.int8_elements(0));
  TRY(const AlongView view, view_of(node));
  Node to{.op = Op::mean, .inputs = {input}};
  TRY(to.output, node.output());
  const auto scale = [&](ValueId id) { return static_cast<double>(node.graph().values[id].quantization.scale[0]); };
  Multiplier multiplier = quantize_multiplier(scale(input) / scale(to.output));
  if (mean) multiplier = divide(multiplier, view.count);
  to.numbers[attribute::kMeanMultiplier] = multiplier.value;
  to.numbers[attribute::kMeanShift] = multiplier.shift;
  to.numbers[attribute::kMeanOuter] = static_cast<int32_t>(view.outer);
  to.numbers[attribute::kMeanInner] = static_cast<int32_t>(view.inner);
  return node.add(std::move(to));
}

Result<void> extreme(TfliteNode& node, Op op, bool least) {
  TRY(const ValueId input, node.int8_elements(0));
  TRY(const AlongView view, view_of(node));
  Node to{.op = op, .inputs = {input}};
  to.numbers[attribute::kAlongOuter] = static_cast<int32_t>(view.outer);
  to.numbers[attribute::kAlongInner] = static_cast<int32_t>(view.inner);
  to.numbers[attribute::kAlongLeast] = least ? 1 : 0;
  return node.add(std::move(to));
}

}  // namespace

namespace from_tflite {

Result<void> mean(TfliteNode& node) { return mean_or_sum(node, true); }
Result<void> sum(TfliteNode& node) { return mean_or_sum(node, false); }
Result<void> reduce_max(TfliteNode& node) { return extreme(node, Op::reduce_max, false); }
Result<void> reduce_min(TfliteNode& node) { return extreme(node, Op::reduce_max, true); }
Result<void> arg_max(TfliteNode& node) { return extreme(node, Op::arg_max, false); }
Result<void> arg_min(TfliteNode& node) { return extreme(node, Op::arg_max, true); }

}  // namespace from_tflite
}  // namespace mote
