// First from the inputs on, then back from the outputs.
#include "quantize/calibrate/joined_ranges.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "device/model/container.h"
#include "quantize/operators/rules.h"
#include "quantize/passes/passes.h"

namespace mote {
namespace {

constexpr float kFar = 1e30f;

struct Range {
  float low = 0, high = 0;
};

class Joining {
 public:
  Joining(const Graph& graph, Calibration& calibration) : graph_(graph), calibration_(calibration) {}

  void forward(const Node& node) {
    if (node.op == Op::fill) {
      const auto value = std::bit_cast<float>(node.numbers[attribute::kFillValue]);
      if (std::fabs(value) >= kFar) set(node.output, {});
    } else if (rules(node.op).scales == Scales::kept) {
      set(node.output, range_of(node.inputs[0]));
    } else if (node.op == Op::strided_place) {
      const Range base = range_of(node.inputs[0]), part = range_of(node.inputs[1]);
      set(node.output, {std::min(base.low, part.low), std::max(base.high, part.high)});
    }
  }

  void backward(const Node& node) {
    const Scales scales = rules(node.op).scales;
    if (scales == Scales::own) return;
    const size_t count = scales == Scales::kept ? 1 : node.inputs.size();
    for (size_t i = 0; i < count; ++i)
      if (const ValueId input = node.inputs[i]; !graph_.values[input].constant && uses(graph_, input) == 1)
        set(input, range_of(node.output));
  }

 private:
  Range range_of(ValueId id) const {
    const Value& value = graph_.values[id];
    if (!value.constant) return {calibration_.values[id].low, calibration_.values[id].high};
    const auto [low, high] = std::minmax_element(value.floats.begin(), value.floats.end());
    return {*low, *high};
  }
  void set(ValueId id, Range range) {
    calibration_.values[id].low = range.low;
    calibration_.values[id].high = range.high;
  }

  const Graph& graph_;
  Calibration& calibration_;
};

}  // namespace

void join_ranges(const Graph& graph, Calibration& calibration) {
  Joining joining(graph, calibration);
  for (const Node& node : graph.nodes) joining.forward(node);
  for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) joining.backward(*node);
}

}  // namespace mote
