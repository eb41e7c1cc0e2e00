// MEAN, SUM, REDUCE_MAX, REDUCE_MIN, ARG_MAX, ARG_MIN: what leaves one element of a dimension.
#include <algorithm>

#include "device/model/container.h"
#include "quantize/calibrate/affine.h"
#include "quantize/import/view.h"

namespace mote {
namespace {

// A value seen as [outer, count, inner].
struct AlongView {
  ValueId id = kNoValue;
  uint32_t outer = 1, count = 1, inner = 1;
};

// Which dimensions input 1 names.
Result<std::vector<bool>> axes_of(const TfliteNode& node, size_t rank) {
  TRY(const std::vector<int32_t> given, node.integers(1));
  std::vector<bool> named(rank);
  for (const int32_t axis : given) {
    TRY(const uint32_t place, axis_of(axis, rank));
    named[place] = true;
  }
  return named;
}

// True when the dimensions that are named stand together, those of extent 1 not counted.
bool are_together(const Extents& extents, const std::vector<bool>& named) {
  bool inside = false, behind = false;
  for (size_t i = 0; i < extents.size(); ++i) {
    if (extents[i] == 1) continue;
    if (named[i] && behind) return false;
    inside = inside || named[i];
    behind = inside && !named[i];
  }
  return true;
}

// Dimensions that stand apart are brought together first, as the last ones.
Result<AlongView> view_along(TfliteNode& node) {
  AlongView along;
  TRY(along.id, node.number_elements(0));
  TRY(Extents extents, node.input_extents(0));
  TRY(std::vector<bool> named, axes_of(node, extents.size()));
  if (!are_together(extents, named)) {
    std::vector<uint32_t> order;
    for (const bool last : {false, true})
      for (uint32_t i = 0; i < extents.size(); ++i)
        if (named[i] == last) order.push_back(i);
    const View view = View::of(extents).permuted(order);
    TRY(along.id, copied(node, along.id, view, folded(view.extents)));
    extents = view.extents;
    std::sort(named.begin(), named.end());
  }
  bool inside = false;
  for (size_t i = 0; i < extents.size(); ++i) {
    if (extents[i] == 1) continue;
    inside = inside || named[i];
    (named[i] ? along.count : inside ? along.inner : along.outer) *= extents[i];
  }
  return along;
}

// TensorFlow Lite's QuantizedMeanOrSum: the division by the count is folded into the multiplier.
Result<void> mean_or_sum(TfliteNode& node, bool mean) {
  TRY(const AlongView view, view_along(node));
  Node to{.op = Op::mean, .inputs = {view.id}};
  TRY(to.output, node.output());
  const auto scale = [&](ValueId id) { return static_cast<double>(node.graph().values[id].quantization.scale[0]); };
  Multiplier multiplier = quantize_multiplier(scale(view.id) / scale(to.output));
  if (mean) multiplier = divide(multiplier, view.count);
  to.numbers[attribute::kMeanMultiplier] = multiplier.value;
  to.numbers[attribute::kMeanShift] = multiplier.shift;
  to.numbers[attribute::kMeanOuter] = static_cast<int32_t>(view.outer);
  to.numbers[attribute::kMeanInner] = static_cast<int32_t>(view.inner);
  return node.add(std::move(to));
}

Result<void> extreme(TfliteNode& node, Op op, bool least) {
  TRY(const AlongView view, view_along(node));
  Node to{.op = op, .inputs = {view.id}};
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
