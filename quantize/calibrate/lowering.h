// A float graph on its way to int8.
#pragma once

#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "quantize/calibrate/affine.h"
#include "quantize/calibrate/calibration.h"
#include "quantize/calibrate/fixed_scales.h"
#include "quantize/graph/graph.h"

namespace mote {

class AdaptiveRounding;

// How weights become integers.
struct WeightPlan {
  bool per_channel = true, bias_correction = true;
  std::vector<uint8_t> bits;                   // of the weights of the node that makes each value; empty: 8
  const AdaptiveRounding* adaptive = nullptr;  // null: to the nearest

  uint32_t bits_of(ValueId output) const { return bits.empty() ? 8 : bits[output]; }
};

// Filled node by node: an operator's `quantize` adds its int8 node and values to `to` and notes them in `made`.
struct Lowering {
  const Graph& from;
  const Calibration& calibration;
  const WeightPlan& weights;
  Activations activations = Activations::int8;
  Graph to;
  std::vector<ValueId> made;  // of a value of `from`: the value of `to`; kNoValue before
  const FixedScales& fixed;

  bool is_wide() const { return activations == Activations::int16; }

  // The int8 or int16 activation that stands for `of`.
  ValueId add_activation(ValueId of, Affine affine);
  ValueId add_constant(std::string name, Shape shape, Type type, std::vector<int32_t> integers, Quantization quantization = {});

  Affine affine_of(ValueId of) const;  // of the int8 value already made
  std::optional<Affine> fixed_affine(ValueId of) const;
  Affine measured_affine(ValueId of) const;  // the fixed one, or for the range that calibration chose
  Affine affine_for(double low, double high) const;
  Error problem(const Node& node, const std::string& what) const;
};

struct Lowered {
  Graph graph;
  std::vector<ValueId> made;  // of a value of the float graph: the int8 one; kNoValue for a constant
};

// Needs a verified float graph after all passes. The result has the same inputs and outputs, int8 or int16. Where `fixed` names a
// value, its scales go before those that would be measured.
Result<Lowered> lower(const Graph& from, const Calibration& calibration, const WeightPlan& weights, const FixedScales& fixed,
                      Activations activations, const std::string& where);

// Float inputs, one after the other, in the scales of the integer graph's; an int16 one takes two bytes, little-endian.
void quantize_inputs(const Graph& graph, std::span<const float> floats, Bytes& bytes);

// Turns the graph's int16 output into an int8 one, for what reads scores as bytes; a softmax into 256ths. `calibration` is of
// `made` values, one of which became the output.
void narrow_output(Lowered& lowered, const Graph& from, const Calibration& calibration);

// The fused clamp of an integer node as bounds on its output.
std::pair<int32_t, int32_t> clamp_bounds(const Graph& graph, const Node& node);

// The mean of each channel of `of` over the calibration windows and all places.
std::vector<double> channel_means(const Lowering& lowering, ValueId of);

}  // namespace mote
