// Between tensors of the file and values of the graph.
#include "quantize/import/tflite_node.h"

#include "quantize/operators/rules.h"

namespace mote {
namespace {

Result<Type> type_of(int8_t type) {
  switch (static_cast<TfliteType>(type)) {
    case TfliteType::int8:
      return Type::int8;
    case TfliteType::int16:
      return Type::int16;
    case TfliteType::int32:
      return Type::int32;
    case TfliteType::float32:
      return Type::float32;
    default:
      return unsupported("has a tensor of a type that is not int8, int16, int32 or float32");
  }
}

bool has_scale(const tflite::Tensor& tensor) {
  const tflite::QuantizationParameters* quantization = tensor.quantization();
  return quantization != nullptr && quantization->scale() != nullptr && quantization->scale()->size() == 1;
}

}  // namespace

Result<Value> activation_of(const tflite::Tensor& tensor) {
  Value value;
  value.name = name_of(tensor);
  TRY(value.type, type_of(tensor.type()));
  TRY(const Extents extents, extents_of(tensor));
  value.shape = folded(extents);
  TRY(value.quantization, quantization_of(tensor));
  return value;
}

Value made_like(Value value) {
  value.state = false;
  value.integers.clear();
  return value;
}

Result<void> fuse(int activation, Node& node) {
  switch (activation) {
    case 0:  // NONE
      return {};
    case 1:  // RELU
      node.low = 0;
      return {};
    case 2:  // RELU_N1_TO_1
      node.low = -1, node.high = 1;
      return {};
    case 3:  // RELU6
      node.low = 0, node.high = 6;
      return {};
    default:
      return unsupported("has a fused activation that is not supported: " + std::to_string(activation));
  }
}

ValueId Imported::shaped(ValueId id, const Shape& shape) {
  if (graph.values[id].shape == shape) return id;
  const auto [place, is_new] = reshaped.emplace(std::pair(id, shape), kNoValue);
  if (!is_new) return place->second;
  Value value = made_like(graph.values[id]);
  value.shape = shape;
  place->second = graph.add(std::move(value));
  graph.nodes.push_back({.op = Op::reshape, .inputs = {id}, .output = place->second});
  return place->second;
}

Result<Extents> TfliteNode::input_extents(uint32_t place) const {
  if (input_tensor(place) == nullptr) return unsupported("has too few inputs");
  return extents_of(*input_tensor(place));
}

Result<Extents> TfliteNode::output_extents(uint32_t place) const {
  if (output_tensor(place) == nullptr) return unsupported("has too few outputs");
  return extents_of(*output_tensor(place));
}

Result<std::vector<int32_t>> TfliteNode::integers(uint32_t place) const {
  if (input_tensor(place) == nullptr) return unsupported("has too few inputs");
  return file_.integers(*input_tensor(place));
}

Result<std::vector<float>> TfliteNode::floats(uint32_t place) const {
  if (input_tensor(place) == nullptr) return unsupported("has too few inputs");
  const auto made = to_.dequantized.find(input_index(place));
  if (made != to_.dequantized.end()) return made->second;
  return file_.floats(*input_tensor(place));
}

Result<ValueId> TfliteNode::elements(uint32_t place) const {
  const auto found = to_.values.find(input_index(place));
  if (found != to_.values.end()) return found->second;
  return unsupported(is_constant(place) ? "reads a constant where it needs an activation"
                                        : "reads what no operator before it makes");
}

Result<ValueId> TfliteNode::int8_elements(uint32_t place) const {
  TRY(const ValueId id, elements(place));
  if (to_.graph.values[id].type != Type::int8) return unsupported("has an input that is not int8");
  return id;
}

Result<ValueId> TfliteNode::number_elements(uint32_t place) const {
  TRY(const ValueId id, elements(place));
  const Type type = to_.graph.values[id].type;
  if (is_float()) return type == Type::float32 ? Result<ValueId>(id) : unsupported("has an input that is not float32");
  if (type == Type::int16 && !has_scale(*input_tensor(place)))
    return unsupported("has a tensor without a scale and zero point of its own");
  if (type != Type::int8 && type != Type::int16) return unsupported("has an input that is not int8 or int16");
  return id;
}

Result<ValueId> TfliteNode::input(uint32_t place) {
  TRY(const ValueId id, number_elements(place));
  TRY(const Extents extents, input_extents(place));
  return to_.shaped(id, folded(extents));
}

Result<ValueId> TfliteNode::image(uint32_t place) {
  TRY(const Extents extents, input_extents(place));
  if (extents.size() > 4) return unsupported("has an input of " + std::to_string(extents.size()) + " dimensions");
  if (extents.size() == 4 && extents[0] != 1) return unsupported("has a batch of " + std::to_string(extents[0]));
  return input(place);
}

Type TfliteNode::number_type() const {
  if (is_float()) return Type::float32;
  const tflite::Tensor* output = output_tensor();
  return output != nullptr && output->type() == static_cast<int8_t>(TfliteType::int16) ? Type::int16 : Type::int8;
}

Result<void> TfliteNode::int8_output(uint32_t place) const {
  const bool int8 = output_tensor(place) != nullptr && output_tensor(place)->type() == static_cast<int8_t>(TfliteType::int8);
  return int8 ? Result<void>() : unsupported("has an output that is not int8");
}

Result<void> TfliteNode::number_output() const {
  if (!is_float() && number_type() == Type::int16) return {};
  if (!is_float()) return int8_output();
  const bool real = output_tensor() != nullptr && output_tensor()->type() == static_cast<int8_t>(TfliteType::float32);
  return real ? Result<void>() : unsupported("has an output that is not float32");
}

Result<ValueId> TfliteNode::constant_input(uint32_t place, const Shape& shape) {
  if (is_float() && input_tensor(place) != nullptr && input_tensor(place)->type() == static_cast<int8_t>(TfliteType::float32)) {
    TRY(std::vector<float> values, floats(place));
    if (count_of(shape) != values.size()) return unsupported("has a constant of another shape");
    return float_constant(name_of(*input_tensor(place)), shape, std::move(values));
  }
  TRY(std::vector<int32_t> values, integers(place));
  const tflite::Tensor& tensor = *input_tensor(place);
  TRY(Value value, activation_of(tensor));
  if (value.type == Type::float32) return unsupported("has a constant that is not of integers");
  if (count_of(shape) != values.size()) return unsupported("has a constant of another shape");
  value.shape = shape;
  value.constant = true;
  value.integers = std::move(values);
  return to_.graph.add(std::move(value));
}

Result<ValueId> TfliteNode::output(uint32_t place) {
  TRY(const Extents extents, output_extents(place));
  return output_as(folded(extents), place);
}

Result<ValueId> TfliteNode::output_as(const Shape& shape, uint32_t place) {
  if (output_tensor(place) == nullptr) return unsupported("has too few outputs");
  TRY(Value value, activation_of(*output_tensor(place)));
  if (count_of(value.shape) != count_of(shape)) return unsupported("has an output of another shape than it makes");
  value.shape = shape;
  const ValueId id = to_.graph.add(std::move(value));
  TRY_DO(alias(place, id));
  return id;
}

Result<void> TfliteNode::alias(uint32_t place, ValueId id) {
  TRY(const Extents extents, output_extents(place));
  if (mote::count_of(extents) != count_of(shape_of(id))) return unsupported("changes the number of elements");
  const Value& value = to_.graph.values[id];
  TRY(const Quantization told, quantization_of(*output_tensor(place)));
  if (told.scale != value.quantization.scale || told.zero_point != value.quantization.zero_point) {
    Value renamed = made_like(value);
    renamed.quantization = told;
    const ValueId to = to_.graph.add(std::move(renamed));
    to_.graph.nodes.push_back({.op = Op::reshape, .inputs = {id}, .output = to});
    id = to;
  }
  if (!to_.values.emplace(output_index(place), id).second) return unsupported("makes a tensor that is there already");
  return {};
}

ValueId TfliteNode::temporary(const Shape& shape, Type type, Quantization quantization) {
  Value value;
  value.shape = shape;
  value.type = type;
  value.quantization = std::move(quantization);
  return to_.graph.add(std::move(value));
}

ValueId TfliteNode::constant(std::string name, Shape shape, Type type, std::vector<int32_t> integers, std::vector<float> scale) {
  Value value;
  value.name = std::move(name);
  value.shape = shape;
  value.type = type;
  value.quantization.scale = std::move(scale);
  value.constant = true;
  value.integers = std::move(integers);
  return to_.graph.add(std::move(value));
}

ValueId TfliteNode::float_constant(std::string name, Shape shape, std::vector<float> floats) {
  Value value;
  value.name = std::move(name);
  value.shape = shape;
  value.constant = true;
  value.floats = std::move(floats);
  return to_.graph.add(std::move(value));
}

Result<void> TfliteNode::make_constant(std::vector<float> floats, uint32_t place) {
  TRY(const Extents extents, output_extents(place));
  if (mote::count_of(extents) != floats.size()) return unsupported("changes the number of elements");
  to_.dequantized.emplace(output_index(place), std::move(floats));
  return {};
}

// An operator that has another form on int16 gives the type that it takes.
Result<void> TfliteNode::take_form(Node& node) const {
  if (node.inputs.empty()) return {};
  const Type from = to_.graph.values[node.inputs[0]].type, to = to_.graph.values[node.output].type;
  const Rules& rules = mote::rules(node.op);
  if (rules.int16 != Op::none && rules.int16 != node.op && from != to)
    return unsupported("has an output of another type than its input");
  if (from != Type::int16) return {};
  if (rules.int16 == Op::none) return unsupported("has an input of int16, on which no device has " + std::string(rules.name));
  node.op = rules.int16;
  return {};
}

Result<void> TfliteNode::add(Node node) {
  if (node.output == kNoValue) {
    TRY(node.output, output());
  }
  TRY_DO(take_form(node));
  to_.graph.nodes.push_back(std::move(node));
  return {};
}

}  // namespace mote
