// Reads a run as a beginning, and holds a new training to it.
#include "host/train/parent.h"

#include <algorithm>

#include "host/train/run.h"
#include "quantize/graph/text.h"
#include "quantize/operators/rules.h"
#include "quantize/read/model_file.h"
#include "quantize/write/sections.h"

namespace mote {
namespace {

constexpr size_t kMostRunBytes = size_t{1} << 28, kMostParentBytes = size_t{1} << 30;

Error cannot_start(const std::string& what, const std::string& where, const std::string& todo = "") {
  return Error{.cause = Cause::usage, .what = what, .where = where, .todo = todo};
}

std::string list_of(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

Result<void> check_names(const std::string& kind, const std::vector<std::string>& theirs, const std::vector<std::string>& ours,
                         const Parent& parent, const std::string& where) {
  if (theirs == ours) return {};
  return cannot_start(
      "the data has the " + kind + " " + list_of(ours) + ", but " + parent.where + " was trained with " + list_of(theirs), where);
}

std::string dimensions(const Shape& shape) {
  std::string text = "[";
  for (size_t d = 0; d < shape.size(); ++d) text += (d == 0 ? "" : ",") + std::to_string(shape[d]);
  return text + "]";
}

// A node without the values of its constants.
std::string shape_of(const Graph& graph, const Node& node) {
  std::string text(rules(node.op).name);
  for (size_t i = 1; i < node.inputs.size(); ++i)
    if (graph.values[node.inputs[i]].constant)
      text += (i == 1 ? " of " : " and ") + dimensions(graph.values[node.inputs[i]].shape);
  return text + " to " + dimensions(graph.values[node.output].shape);
}

// Everything else that decides what a node computes.
bool same_node(const Graph& a, const Node& x, const Graph& b, const Node& y) {
  const auto reads = [](const Graph& graph, const Node& node) {
    std::vector<std::string> names;
    for (const ValueId input : node.inputs) names.push_back(graph.values[input].name);
    return names;
  };
  const auto numbers = [](const Node& n) {
    return std::vector<uint32_t>{n.stride_height, n.stride_width, n.filter_height, n.filter_width,    n.pad_top,
                                 n.pad_left,      n.pad_bottom,   n.pad_right,     n.dilation_height, n.dilation_width};
  };
  return x.op == y.op && a.values[x.output].name == b.values[y.output].name && shape_of(a, x) == shape_of(b, y) &&
         reads(a, x) == reads(b, y) && numbers(x) == numbers(y) && x.low == y.low && x.high == y.high && x.numbers == y.numbers;
}

}  // namespace

Result<Parent> read_parent(FileSystem& files, const Path& folder, bool keep_scales) {
  TRY(Run run, read_run_record(files, folder));
  if (run.graph.nodes.empty())
    return cannot_start("holds no " + std::string(kGraphFile) + ", and so no weights to start from", folder.string(),
                        "train it again");
  Parent parent;
  TRY(const Bytes record, files.read(folder / kRunFile, kMostRunBytes));
  parent.digest = sha256(record);
  parent.where = folder.string();
  parent.graph = std::move(run.graph);
  parent.standardization = std::move(run.standardization);
  parent.labels = std::move(run.labels);
  for (const SensorChannel& channel : run.channels) parent.channels.push_back(channel.name);
  parent.folded = !run.scales.empty();
  if (!keep_scales) return parent;
  if (!files.exists(folder / kModelFile) || !files.exists(folder / kQuantizedFile))
    return cannot_start("holds no model whose scales could be kept", folder.string(), "run: mote quantize " + folder.string());
  TRY(parent.model, files.read(folder / kModelFile, kMostParentBytes));
  TRY(const Bytes text, files.read(folder / kQuantizedFile, kMostParentBytes));
  TRY(parent.quantized, from_text(text_of(text), (folder / kQuantizedFile).string()));
  TRY(const ModelFile model, read_model(parent.model, (folder / kModelFile).string()));
  const GraphRecords records = records_of(*parent.quantized, Target::portable);
  if (model_id(graph_section(records), weights_section(*parent.quantized)) != model.model_id)
    return cannot_start("is not of the model beside it", (folder / kQuantizedFile).string(),
                        "run: mote quantize " + folder.string());
  return parent;
}

Result<void> check_data(const Parent& parent, const Dataset& dataset, const std::string& where) {
  std::vector<std::string> channels;
  for (const SensorChannel& channel : dataset.channels) channels.push_back(channel.name);
  TRY_DO(check_names("classes", parent.labels, dataset.labels, parent, where));
  return check_names("channels", parent.channels, channels, parent, where);
}

Result<void> check_layers(const Parent& parent, const Graph& graph, const std::string& where) {
  const size_t count = std::max(graph.nodes.size(), parent.graph.nodes.size());
  const Shape &ours = graph.values[graph.input()].shape, &theirs = parent.graph.values[parent.graph.input()].shape;
  if (ours != theirs)
    return cannot_start("the input is " + dimensions(ours) + ", but that of " + parent.where + " is " + dimensions(theirs),
                        where);
  for (size_t i = 0; i < count; ++i) {
    const Node* here = i < graph.nodes.size() ? &graph.nodes[i] : nullptr;
    const Node* there = i < parent.graph.nodes.size() ? &parent.graph.nodes[i] : nullptr;
    if (here != nullptr && there != nullptr && same_node(graph, *here, parent.graph, *there)) continue;
    const auto name = [](const Graph& of, const Node* node) {
      return node == nullptr ? std::string("nothing") : "'" + of.values[node->output].name + "', " + shape_of(of, *node);
    };
    return cannot_start("layer " + std::to_string(i + 1) + " is " + name(graph, here) + ", but in " + parent.where + " it is " +
                            name(parent.graph, there),
                        where, "start from a run of the same layers");
  }
  return {};
}

}  // namespace mote
