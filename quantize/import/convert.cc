// QUANTIZE and DEQUANTIZE, between float32 and int8; QUANTIZE among int8 and int16.
#include "quantize/import/tflite_node.h"

namespace mote::from_tflite {
namespace {

// Where int16 takes part.
Result<void> rescaled(TfliteNode& node) {
  TRY(const ValueId input, node.number_elements(0));
  TRY_DO(node.number_output());
  Node to{.op = Op::requantize, .inputs = {input}};
  TRY(to.output, node.output_as(node.shape_of(input)));
  return node.add(std::move(to));
}

}  // namespace

Result<void> quantize(TfliteNode& node) {
  TRY(const ValueId input, node.elements(0));
  const Type type = node.graph().values[input].type;
  if (type == Type::int8 && node.number_type() == Type::int8) return requantize(node);
  if (type == Type::int8 || type == Type::int16) return rescaled(node);
  if (type != Type::float32) return unsupported("has an input that is neither float32 nor int8 nor int16");
  if (node.output_tensor() == nullptr || node.output_tensor()->type() != static_cast<int8_t>(TfliteType::int8))
    return unsupported("has an output that is not int8");
  Node to{.op = Op::quantize, .inputs = {input}};
  TRY(to.output, node.output_as(node.shape_of(input)));
  return node.add(std::move(to));
}

Result<void> dequantize(TfliteNode& node) {
  TRY(const ValueId input, node.int8_elements(0));
  if (node.output_tensor() == nullptr || node.output_tensor()->type() != static_cast<int8_t>(TfliteType::float32))
    return unsupported("has an output that is not float32");
  Node to{.op = Op::dequantize, .inputs = {input}};
  TRY(to.output, node.output_as(node.shape_of(input)));
  return node.add(std::move(to));
}

}  // namespace mote::from_tflite
