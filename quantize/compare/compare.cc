// Holds the layers of one model to those of another.
#include "quantize/compare/compare.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "quantize/compare/layer_tap.h"
#include "quantize/import/tflite.h"
#include "quantize/read/run_tensors.h"
#include "quantize/write/model.h"

namespace mote {
namespace {

std::string shape_text(const TensorRecord& tensor) {
  std::string text = "[";
  for (const uint32_t dimension : tensor.shape) text += (text.size() == 1 ? "" : ",") + std::to_string(dimension);
  return text + "]";
}

template <typename T>
double largest_between(ByteView a, ByteView b) {
  double largest = 0;
  for (size_t at = 0; at + sizeof(T) <= a.size(); at += sizeof(T)) {
    T x, y;
    std::memcpy(&x, a.data() + at, sizeof x);
    std::memcpy(&y, b.data() + at, sizeof y);
    largest = std::max(largest, std::abs(static_cast<double>(x) - static_cast<double>(y)));
  }
  return largest;
}

double largest_between(TensorType type, ByteView a, ByteView b) {
  switch (type) {
    case TensorType::int16:
      return largest_between<int16_t>(a, b);
    case TensorType::int32:
      return largest_between<int32_t>(a, b);
    case TensorType::float32:
      return largest_between<float>(a, b);
    default:
      return largest_between<int8_t>(a, b);
  }
}

void add(LayerDifference* layer, TensorType type, ByteView reference, ByteView other, uint64_t input) {
  layer->bytes += reference.size();
  if (std::memcmp(reference.data(), other.data(), reference.size()) == 0) return;
  for (size_t i = 0; i < reference.size(); ++i) layer->differing += reference[i] != other[i];
  layer->largest = std::max(layer->largest, largest_between(type, reference, other));
  if (!layer->first_input) layer->first_input = input;
}

std::string described(const ModelFile& model, size_t node) {
  if (node >= model.nodes.size()) return "missing";
  const NodeRecord& record = model.nodes[node];
  return std::string(mote_operator_name(record.operator_code)) + " " + shape_text(model.tensors[record.output]);
}

bool are_alike(const TensorRecord& a, const TensorRecord& b) {
  return std::equal(std::begin(a.shape), std::end(a.shape), std::begin(b.shape)) && a.type == b.type;
}

// The number of the node that makes an activation; for what the caller gives, -1 and below.
int maker_of(const ModelFile& model, uint16_t tensor) {
  for (size_t i = 0; i < model.nodes.size(); ++i)
    if (model.nodes[i].output == tensor) return static_cast<int>(i);
  const auto input = std::find(model.inputs.begin(), model.inputs.end(), tensor);
  return -1 - static_cast<int>(input - model.inputs.begin());
}

std::vector<int> makers_of(const ModelFile& model, const NodeRecord& node) {
  std::vector<int> makers;
  for (uint16_t i = 0; i < node.input_count; ++i)
    if (model.tensors[node.inputs[i]].kind != static_cast<uint8_t>(TensorKind::constant))
      makers.push_back(maker_of(model, node.inputs[i]));
  return makers;
}

bool do_nodes_correspond(const ModelFile& a, const ModelFile& b, size_t i) {
  if (i >= a.nodes.size() || i >= b.nodes.size()) return false;
  return a.nodes[i].operator_code == b.nodes[i].operator_code &&
         are_alike(a.tensors[a.nodes[i].output], b.tensors[b.nodes[i].output]) &&
         makers_of(a, a.nodes[i]) == makers_of(b, b.nodes[i]);
}

bool do_ends_correspond(const ModelFile& a, const ModelFile& b) {
  const auto alike = [&](const std::vector<uint16_t>& x, const std::vector<uint16_t>& y) {
    return std::equal(x.begin(), x.end(), y.begin(), y.end(), [&](uint16_t one, uint16_t other) {
      return are_alike(a.tensors[one], b.tensors[other]) && maker_of(a, one) == maker_of(b, other);
    });
  };
  return alike(a.inputs, b.inputs) && alike(a.outputs, b.outputs);
}

Error no_correspondence(const std::string& what, const std::string& reference, const std::string& model) {
  return {.cause = Cause::usage,
          .what = "is no other form of " + reference + ": " + what,
          .where = model,
          .todo = "make it again with: mote import " + reference + " -o " + model};
}

// How node `i` of `b` is another one than that of `a`.
std::string other_node(const ModelFile& a, const ModelFile& b, size_t i) {
  const std::string node = "node " + std::to_string(i), here = described(b, i), there = described(a, i);
  return here == there ? node + " reads other nodes" : node + " is " + here + " and not " + there;
}

Result<void> check_correspondence(const LayerTap& a, const std::string& a_name, const LayerTap& b, const std::string& b_name) {
  if (b.file().front_nodes != a.file().front_nodes)
    return no_correspondence("one of them begins with a front end", a_name, b_name);
  for (size_t i = 0; i < std::max(a.file().nodes.size(), b.file().nodes.size()); ++i)
    if (!do_nodes_correspond(a.file(), b.file(), i)) return no_correspondence(other_node(a.file(), b.file(), i), a_name, b_name);
  if (!do_ends_correspond(a.file(), b.file())) return no_correspondence("its inputs or outputs are others", a_name, b_name);
  return {};
}

ModelDifference without_counts(const LayerTap& tap) {
  ModelDifference difference;
  const ModelFile& file = tap.file();
  for (size_t i = file.front_nodes; i < file.nodes.size(); ++i)
    difference.layers.push_back({.name = std::to_string(i) + " " + mote_operator_name(file.nodes[i].operator_code),
                                 .shape = shape_text(file.tensors[file.nodes[i].output])});
  return difference;
}

}  // namespace

const LayerDifference* ModelDifference::first() const {
  for (const LayerDifference& layer : layers)
    if (layer.differing != 0) return &layer;
  return nullptr;
}

Result<Bytes> reference_model(ByteView tflite, const std::string& where, Rounding rounding) {
  const Result<bool> is_float = is_float_tflite(tflite, where);
  if (is_float.ok() && *is_float)
    return Error{.cause = Cause::usage,
                 .what = "is a float model: there are no int8 layers to compare with",
                 .where = where,
                 .todo = "compare with another .mote file of the same graph"};
  TRY(const Graph graph, read_tflite(tflite, where, rounding));
  Bytes model = write_spread(graph).model;
  TRY_DO(check_model(model, where));
  return model;
}

Result<ModelDifference> compare_layers(ByteView reference, const std::string& reference_name, ByteView model,
                                       const std::string& model_name, ByteView inputs, const std::string& inputs_name) {
  TRY(LayerTap a, LayerTap::open(reference, reference_name));
  TRY(LayerTap b, LayerTap::open(model, model_name));
  TRY_DO(check_correspondence(a, reference_name, b, model_name));
  TRY_DO(check_inputs(inputs.size(), a.model(), model_name, inputs_name));
  ModelDifference difference = without_counts(a);
  difference.reference = reference_name;
  difference.model = model_name;
  const size_t input_bytes = a.model().input_bytes();
  for (; difference.inputs < inputs.size() / input_bytes; ++difference.inputs) {
    const ByteView input = inputs.subspan(difference.inputs * input_bytes, input_bytes);
    a.run(input);
    b.run(input);
    const ModelFile& file = a.file();
    for (size_t i = file.front_nodes; i < file.nodes.size(); ++i)
      add(&difference.layers[i - file.front_nodes], static_cast<TensorType>(file.tensors[file.nodes[i].output].type),
          a.layers()[i], b.layers()[i], difference.inputs);
  }
  return difference;
}

ModelDifference compare_outputs(const ModelFile& model, ByteView reference, ByteView outputs) {
  ModelDifference difference;
  for (size_t i = 0; i < model.outputs.size(); ++i)
    difference.layers.push_back({.name = "output " + std::to_string(i), .shape = shape_text(model.tensors[model.outputs[i]])});
  for (size_t at = 0; at < std::min(reference.size(), outputs.size()); ++difference.inputs)
    for (size_t i = 0; i < model.outputs.size(); ++i) {
      const TensorRecord& tensor = model.tensors[model.outputs[i]];
      const size_t bytes = byte_count(tensor);
      add(&difference.layers[i], static_cast<TensorType>(tensor.type), reference.subspan(at, bytes), outputs.subspan(at, bytes),
          difference.inputs);
      at += bytes;
    }
  return difference;
}

}  // namespace mote
