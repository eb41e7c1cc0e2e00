// One operator of a .tflite file on its way into the graph: what the families of lowerings read, and what they write.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "quantize/import/tflite_file.h"

namespace mote {

// A resource variable of the file, which becomes a state.
struct Variable {
  ValueId state = kNoValue;
  ValueId current = kNoValue;                 // what a read gives at this point of a run: the state, or what was assigned last
  std::optional<std::vector<int32_t>> first;  // its first value, when the file gives one
  std::optional<int32_t> fill;                // else TensorFlow Lite Micro fills it with the zero point of what is assigned first
};

// What has been imported so far. A value can stand for several tensors of the file that hold the same elements under different
// shapes, since RESHAPE and its like only give it another index.
struct Imported {
  Graph graph;
  bool floats = false;                // a float model, still to be quantized
  std::map<int32_t, ValueId> values;  // by tensor of the file
  std::map<std::string, Variable> variables;
  std::map<int32_t, std::string> handles;                 // the variable's name, by tensor of the file
  std::map<std::pair<ValueId, Shape>, ValueId> reshaped;  // what holds a value's elements under another shape
  std::map<int32_t, std::vector<float>> dequantized;      // constants that DEQUANTIZE makes of others, by tensor of the file

  // `id` under `shape`, which has as many elements: itself, or what a reshape has made of it.
  ValueId shaped(ValueId id, const Shape& shape);
};

class TfliteNode {
 public:
  TfliteNode(const TfliteFile& file, const tflite::Operator& node, Imported& to) : file_(file), node_(node), to_(to) {}

  // The file's side: tensors by their place among the operator's inputs or outputs.

  uint32_t input_count() const { return node_.inputs() == nullptr ? 0 : node_.inputs()->size(); }
  uint32_t output_count() const { return node_.outputs() == nullptr ? 0 : node_.outputs()->size(); }
  // -1 where there is none.
  int32_t input_index(uint32_t place) const { return place < input_count() ? node_.inputs()->Get(place) : -1; }
  int32_t output_index(uint32_t place) const { return place < output_count() ? node_.outputs()->Get(place) : -1; }
  bool has_input(uint32_t place) const { return input_tensor(place) != nullptr; }
  bool is_constant(uint32_t place) const {
    return has_input(place) && (file_.is_constant(*input_tensor(place)) || to_.dequantized.contains(input_index(place)));
  }
  // Null when there is none.
  const tflite::Tensor* input_tensor(uint32_t place) const { return file_.tensor(input_index(place)); }
  const tflite::Tensor* output_tensor(uint32_t place = 0) const { return file_.tensor(output_index(place)); }
  Result<Extents> input_extents(uint32_t place) const;
  Result<Extents> output_extents(uint32_t place = 0) const;
  Result<std::vector<int32_t>> integers(uint32_t place) const;  // of a constant
  Result<std::vector<float>> floats(uint32_t place) const;      // of a constant of any type, as reals
  const TfliteFile& file() const { return file_; }
  template <typename Options>
  Result<const Options*> options() const {
    return file_.options<Options>(node_);
  }

  // The graph's side.

  Graph& graph() { return to_.graph; }
  Imported& imported() { return to_; }
  const Shape& shape_of(ValueId id) const { return to_.graph.values[id].shape; }

  // An activation of any type, under whatever shape it lies: for what reads it element after element.
  Result<ValueId> elements(uint32_t place) const;
  // The same, int8.
  Result<ValueId> int8_elements(uint32_t place) const;
  // The same, of a type that the model calculates in: int8 or int16, or float32 when it is still to be quantized.
  bool is_float() const { return to_.floats; }
  // That of the first output, which number_output() says to be one of those.
  Type number_type() const;
  Result<ValueId> number_elements(uint32_t place) const;
  Result<void> number_output() const;
  // Numbers under the shape of the file's tensor, `folded`.
  Result<ValueId> input(uint32_t place);
  // The same, and the batch is 1 (at most four dimensions): for what reads height and width.
  Result<ValueId> image(uint32_t place);
  // `id` under another shape of as many elements.
  ValueId shaped(ValueId id, const Shape& shape) { return to_.shaped(id, shape); }
  // The type of an input or output of the file must be int8.
  Result<void> int8_output(uint32_t place = 0) const;

  // A new activation for an output, of the type and quantization of the file's tensor; under its shape, or under `shape`.
  Result<ValueId> output(uint32_t place = 0);
  Result<ValueId> output_as(const Shape& shape, uint32_t place = 0);
  // An output that holds the elements of a value which is there. The file's scale and zero point for it count from there on.
  Result<void> alias(uint32_t place, ValueId id);
  // A new activation that no tensor of the file stands for.
  ValueId temporary(const Shape& shape, Type type, Quantization quantization);
  // An input of the file as a constant value of its own, under `shape`.
  Result<ValueId> constant_input(uint32_t place, const Shape& shape);
  ValueId constant(std::string name, Shape shape, Type type, std::vector<int32_t> integers, std::vector<float> scale = {});
  ValueId float_constant(std::string name, Shape shape, std::vector<float> floats);
  // Output `place` is a constant from here on.
  Result<void> make_constant(std::vector<float> floats, uint32_t place = 0);
  // The node; whose output is `output()` when it has none. On int16 it is the device's operator for that.
  Result<void> add(Node node);

 private:
  Result<void> take_form(Node& node) const;

  const TfliteFile& file_;
  const tflite::Operator& node_;
  Imported& to_;
};

// The value for an activation of the file, without any connection. "What" of its error is about the tensor.
Result<Value> activation_of(const tflite::Tensor& tensor);

// The clamp that a fused activation function of the schema is.
Result<void> fuse(int activation, Node& node);

using FromTflite = Result<void> (*)(TfliteNode& node);

// A builtin operator of TensorFlow Lite.
struct TfliteOperator {
  int code;  // in the schema
  const char* name;
  FromTflite lower;  // null when it cannot be imported
};

// Null for a code that has no row.
const TfliteOperator* find_tflite_operator(int code);
// How an operator of a float model is imported; null when it cannot be (float_operators.cc).
FromTflite find_float_operator(int code);

// The families: each is a file of this folder.
namespace from_tflite {

Result<void> conv_2d(TfliteNode& node);  // weighted.cc
Result<void> depthwise_conv_2d(TfliteNode& node);
Result<void> fully_connected(TfliteNode& node);
Result<void> transpose_conv(TfliteNode& node);

Result<void> batch_matmul(TfliteNode& node);  // matmul.cc

Result<void> average_pool_2d(TfliteNode& node);  // pool.cc
Result<void> max_pool_2d(TfliteNode& node);

Result<void> add(TfliteNode& node);  // elementwise.cc
Result<void> sub(TfliteNode& node);
Result<void> mul(TfliteNode& node);
Result<void> minimum(TfliteNode& node);
Result<void> maximum(TfliteNode& node);
Result<void> squared_difference(TfliteNode& node);

Result<void> logistic(TfliteNode& node);  // unary.cc
Result<void> tanh(TfliteNode& node);
Result<void> relu(TfliteNode& node);
Result<void> relu_n1_to_1(TfliteNode& node);
Result<void> relu6(TfliteNode& node);
Result<void> leaky_relu(TfliteNode& node);
Result<void> hard_swish(TfliteNode& node);
Result<void> elu(TfliteNode& node);
Result<void> abs(TfliteNode& node);
Result<void> requantize(TfliteNode& node);  // QUANTIZE from int8 to int8

Result<void> softmax(TfliteNode& node);  // normalize.cc
Result<void> log_softmax(TfliteNode& node);
Result<void> l2_normalization(TfliteNode& node);

Result<void> mean(TfliteNode& node);  // reduce.cc
Result<void> sum(TfliteNode& node);
Result<void> reduce_max(TfliteNode& node);
Result<void> reduce_min(TfliteNode& node);
Result<void> arg_max(TfliteNode& node);
Result<void> arg_min(TfliteNode& node);

Result<void> prelu(TfliteNode& node);  // prelu.cc

Result<void> resize_bilinear(TfliteNode& node);  // resize.cc

Result<void> quantize(TfliteNode& node);  // convert.cc
Result<void> dequantize(TfliteNode& node);

Result<void> reshape(TfliteNode& node);  // movement.cc; SQUEEZE and EXPAND_DIMS too
Result<void> transpose(TfliteNode& node);
Result<void> slice(TfliteNode& node);
Result<void> strided_slice(TfliteNode& node);
Result<void> split(TfliteNode& node);
Result<void> split_v(TfliteNode& node);
Result<void> unpack(TfliteNode& node);
Result<void> reverse(TfliteNode& node);
Result<void> space_to_depth(TfliteNode& node);
Result<void> depth_to_space(TfliteNode& node);

Result<void> pad(TfliteNode& node);  // assembly.cc; PADV2 too
Result<void> concatenation(TfliteNode& node);
Result<void> pack(TfliteNode& node);
Result<void> space_to_batch(TfliteNode& node);
Result<void> batch_to_space(TfliteNode& node);

Result<void> gather(TfliteNode& node);  // gather.cc
Result<void> mirror_pad(TfliteNode& node);
Result<void> resize_nearest_neighbor(TfliteNode& node);

Result<void> var_handle(TfliteNode& node);  // variables.cc
Result<void> read_variable(TfliteNode& node);
Result<void> assign_variable(TfliteNode& node);
Result<void> call_once(TfliteNode& node);

}  // namespace from_tflite

// Those that take another way in a float model.
namespace from_float {

Result<void> conv_2d(TfliteNode& node);  // float_weighted.cc
Result<void> depthwise_conv_2d(TfliteNode& node);
Result<void> fully_connected(TfliteNode& node);

Result<void> div(TfliteNode& node);  // elementwise.cc

Result<void> relu(TfliteNode& node);  // float_unary.cc
Result<void> relu_n1_to_1(TfliteNode& node);
Result<void> relu6(TfliteNode& node);
Result<void> leaky_relu(TfliteNode& node);
Result<void> gelu(TfliteNode& node);
template <Op op>
Result<void> curve(TfliteNode& node) {
  TRY(const ValueId input, node.number_elements(0));
  TRY(const ValueId output, node.output_as(node.shape_of(input)));
  return node.add({.op = op, .inputs = {input}, .output = output});
}
Result<void> softmax(TfliteNode& node);
Result<void> prelu(TfliteNode& node);
Result<void> sum(TfliteNode& node);
Result<void> dequantize(TfliteNode& node);

}  // namespace from_float

// Once all operators are there: adds the nodes that keep what was assigned for the next run.
void keep_variables(Imported& to);

// A value like `value` that a node makes.
Value made_like(Value value);

}  // namespace mote
