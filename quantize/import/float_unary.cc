// Operators on one activation of a float model that are more than a curve, and DEQUANTIZE of constants.
#include <algorithm>

#include "quantize/import/tflite_node.h"

namespace mote {
namespace {

Result<void> float_clamp(TfliteNode& node, int activation) {
  TRY(const ValueId input, node.number_elements(0));
  Node to{.op = Op::clamp, .inputs = {input}};
  TRY_DO(fuse(activation, to));
  TRY(to.output, node.output_as(node.shape_of(input)));
  return node.add(std::move(to));
}

// `id` times `factor`, as a new value.
Result<ValueId> scaled_by(TfliteNode& node, ValueId id, float factor) {
  const Value like = node.graph().values[id];
  const ValueId scaled = node.temporary(like.shape, like.type, like.quantization);
  TRY_DO(node.add({.op = Op::mul, .inputs = {id, node.float_constant("", {1, 1, 1, 1}, {factor})}, .output = scaled}));
  return scaled;
}

}  // namespace

namespace from_float {

Result<void> relu(TfliteNode& node) { return float_clamp(node, 1); }
Result<void> relu_n1_to_1(TfliteNode& node) { return float_clamp(node, 2); }
Result<void> relu6(TfliteNode& node) { return float_clamp(node, 3); }

Result<void> leaky_relu(TfliteNode& node) {
  TRY(const tflite::LeakyReluOptions* options, node.options<tflite::LeakyReluOptions>());
  TRY(const ValueId input, node.number_elements(0));
  Node to{.op = Op::leaky_relu, .inputs = {input}};
  to.slope = options->alpha();
  TRY(to.output, node.output_as(node.shape_of(input)));
  return node.add(std::move(to));
}

Result<void> gelu(TfliteNode& node) {
  TRY(const tflite::GeluOptions* options, node.options<tflite::GeluOptions>());
  return options->approximate() ? curve<Op::gelu_by_tanh>(node) : curve<Op::gelu>(node);
}

Result<void> softmax(TfliteNode& node) {
  TRY(const tflite::SoftmaxOptions* options, node.options<tflite::SoftmaxOptions>());
  TRY(ValueId input, node.input(0));
  if (options->beta() != 1.0f) {
    TRY(input, scaled_by(node, input, options->beta()));
  }
  return node.add({.op = Op::softmax, .inputs = {input}});
}

Result<void> prelu(TfliteNode& node) {
  TRY(const ValueId input, node.input(0));
  if (!node.is_constant(1)) return unsupported("has slopes that are no constant");
  TRY(const Extents extents, node.input_extents(1));
  TRY(const Extents x, node.input_extents(0));
  TRY(std::vector<float> slopes, node.floats(1));
  const auto first = std::find_if(extents.begin(), extents.end(), [](uint32_t extent) { return extent != 1; });
  if (extents.end() - first > static_cast<std::ptrdiff_t>(x.size()) ||
      !std::equal(first, extents.end(), x.end() - (extents.end() - first)))
    return unsupported("has slopes that do not repeat over its input as a whole");
  const auto count = static_cast<uint32_t>(slopes.size());
  return node.add({.op = Op::prelu,
                   .inputs = {input, node.float_constant(name_of(*node.input_tensor(1)), {1, 1, 1, count}, std::move(slopes))}});
}

// The mean, times the number of elements.
Result<void> sum(TfliteNode& node) {
  TRY_DO(from_tflite::mean(node));
  Graph& graph = node.graph();
  const ValueId made = graph.nodes.back().output;
  const Value like = graph.values[made];
  const ValueId mean = node.temporary(like.shape, like.type, like.quantization);
  const auto count = static_cast<float>(count_of(graph.values[graph.nodes.back().inputs[0]].shape) / count_of(like.shape));
  graph.nodes.back().output = mean;
  return node.add({.op = Op::mul, .inputs = {mean, node.float_constant("", {1, 1, 1, 1}, {count})}, .output = made});
}

Result<void> dequantize(TfliteNode& node) {
  if (!node.is_constant(0)) return unsupported("has an input that is no constant");
  TRY(std::vector<float> floats, node.floats(0));
  return node.make_constant(std::move(floats));
}

}  // namespace from_float
}  // namespace mote
