// Reads a verified .mote file.
#include "quantize/read/model_file.h"

#include <cstring>

#include "device/model/lives.h"
#include "model_generated.h"
#include "quantize/read/loaded_model.h"
#include "quantize/read/plain_text.h"

namespace mote {
namespace {

std::string section_name(uint16_t type) {
  switch (static_cast<SectionType>(type)) {
    case SectionType::graph:
      return "graph";
    case SectionType::plan:
      return "plan";
    case SectionType::weights:
      return "weights";
    case SectionType::preprocessing:
      return "preprocessing";
    case SectionType::labels:
      return "labels";
    case SectionType::output_scores:
      return "output_scores";
    case SectionType::baseline:
      return "baseline";
    case SectionType::self_test:
      return "self_test";
    case SectionType::state:
      return "state";
    case SectionType::guardrails:
      return "guardrails";
  }
  return "section " + std::to_string(type);
}

// A FlatBuffer inside the file, once flatc's own verifier has accepted it too; null otherwise.
template <typename T>
const T* root(ByteView bytes) {
  if (bytes.empty()) return nullptr;
  flatbuffers::Verifier verifier(bytes.data(), bytes.size());
  return verifier.VerifyBuffer<T>(nullptr) ? flatbuffers::GetRoot<T>(bytes.data()) : nullptr;
}

template <typename Record, typename Struct>
std::vector<Record> records(const flatbuffers::Vector<const Struct*>* from) {
  static_assert(sizeof(Record) == sizeof(Struct));
  std::vector<Record> result(from == nullptr ? 0 : from->size());
  if (!result.empty()) std::memcpy(result.data(), from->Data(), result.size() * sizeof(Record));
  return result;
}

std::vector<std::string> strings(const flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>* from) {
  std::vector<std::string> result;
  for (uint32_t i = 0; from != nullptr && i < from->size(); ++i) result.push_back(plain_text(from->Get(i)->string_view()));
  return result;
}

void read_graph(const format::Graph& graph, ModelFile* model) {
  model->tensors = records<TensorRecord>(graph.tensors());
  model->nodes = records<NodeRecord>(graph.nodes());
  if (graph.inputs() != nullptr) model->inputs.assign(graph.inputs()->begin(), graph.inputs()->end());
  if (graph.outputs() != nullptr) model->outputs.assign(graph.outputs()->begin(), graph.outputs()->end());
  model->raw_input = graph.raw_input();
  model->statistics = graph.statistics();
  model->front_nodes = graph.front_nodes();
}

Baseline read_baseline(const format::Baseline& from) {
  Baseline baseline;
  baseline.windows = from.windows();
  const auto scalars = records<ScalarRecord>(from.scalars());
  const std::vector<std::string> names = strings(from.names()), units = strings(from.units());
  for (size_t i = 0; i < scalars.size(); ++i) {
    BaselineScalar scalar;
    if (i < names.size()) scalar.name = names[i];
    if (i < units.size()) scalar.unit = units[i];
    if (from.quanta() != nullptr && i < from.quanta()->size()) scalar.quantum = from.quanta()->Get(static_cast<uint32_t>(i));
    std::memcpy(scalar.edges.data(), scalars[i].edges, sizeof scalars[i].edges);
    std::memcpy(scalar.counts.data(), scalars[i].counts, sizeof scalars[i].counts);
    scalar.mean = scalars[i].mean;
    scalar.deviation = scalars[i].deviation;
    scalar.cusum_slack = scalars[i].cusum_slack;
    scalar.cusum_limit = scalars[i].cusum_limit;
    baseline.scalars.push_back(std::move(scalar));
  }
  return baseline;
}

void read_plan(const format::Plan& plan, ModelFile* model) {
  model->offsets.assign(plan.offsets()->begin(), plan.offsets()->end());
  model->held.assign(plan.held()->begin(), plan.held()->end());
  model->scratch.assign(plan.scratch()->begin(), plan.scratch()->end());
  model->stages.assign(plan.stages()->begin(), plan.stages()->end());
  const Model view = model->view();
  for (uint32_t node = 0; node < model->nodes.size(); ++node) model->scratch_bytes.push_back(scratch_bytes(view, node));
}

// The verifier has held that the table and every section lie in the file.
std::vector<SectionInfo> read_sections(ByteView bytes, uint32_t count) {
  std::vector<SectionInfo> sections;
  for (uint32_t i = 0; i < count; ++i) {
    SectionEntry entry;
    std::memcpy(&entry, bytes.data() + sizeof(FileHeader) + i * sizeof entry, sizeof entry);
    sections.push_back({entry.type, section_name(entry.type), entry.offset, entry.bytes, (entry.flags & kSectionRequired) != 0});
  }
  return sections;
}

ByteView section_of(const LoadedModel& model, SectionType type) { return model.section(static_cast<uint16_t>(type)); }

}  // namespace

Result<ModelFile> read_model(ByteView bytes, const std::string& where) {
  TRY(const LoadedModel loaded, LoadedModel::open(bytes, where));
  FileHeader header;
  std::memcpy(&header, bytes.data(), sizeof header);
  ModelFile model;
  model.file_bytes = header.file_bytes;
  model.arena_bytes = header.arena_bytes;
  model.sections = read_sections(bytes, header.section_count);
  const ByteView graph_bytes = section_of(loaded, SectionType::graph);
  model.model_id = model_id(graph_bytes, section_of(loaded, SectionType::weights));
  const auto* graph = root<format::Graph>(graph_bytes);
  const auto* plan = root<format::Plan>(section_of(loaded, SectionType::plan));
  if (graph == nullptr || plan == nullptr || plan->offsets() == nullptr || plan->held() == nullptr ||
      plan->scratch() == nullptr || plan->stages() == nullptr)
    return Error{.cause = Cause::failed, .what = "its graph or its plan is no FlatBuffer", .where = where, .todo = ""};
  read_graph(*graph, &model);
  model.target = static_cast<Target>(header.target);
  model.rounding = static_cast<Rounding>(header.rounding);
  read_plan(*plan, &model);
  if (const auto* labels = root<format::Labels>(section_of(loaded, SectionType::labels))) model.labels = strings(labels->names());
  if (const auto* baseline = root<format::Baseline>(section_of(loaded, SectionType::baseline)))
    model.baseline = read_baseline(*baseline);
  if (const auto* tests = root<format::SelfTest>(section_of(loaded, SectionType::self_test))) model.self_tests = tests->count();
  return model;
}

uint32_t ModelFile::stage_of(size_t node) const {
  uint32_t stage = 0;
  for (size_t end = stages[0]; node >= end; end += stages[++stage]) {
  }
  return stage;
}

Model ModelFile::view() const {
  Model model{};
  model.tensors = tensors.data();
  model.nodes = nodes.data();
  model.offsets = offsets.data();
  model.held = held.data();
  model.scratch = scratch.data();
  model.stages = stages.data();
  model.inputs = inputs.data();
  model.outputs = outputs.data();
  model.arena_bytes = arena_bytes;
  model.tensor_count = static_cast<uint16_t>(tensors.size());
  model.node_count = static_cast<uint16_t>(nodes.size());
  model.stage_count = static_cast<uint16_t>(stages.size());
  model.front_nodes = front_nodes;
  model.input_count = static_cast<uint8_t>(inputs.size());
  model.output_count = static_cast<uint8_t>(outputs.size());
  model.raw_input = raw_input;
  model.statistics = statistics;
  model.target = target;
  return model;
}

ModelSize size_of(const ModelFile& model) {
  ModelSize size;
  size.model_bytes = model.file_bytes;
  size.arena_bytes = model.arena_bytes;
  size.table_bytes = model.file_bytes;
  size.sections = model.sections;
  for (const SectionInfo& section : model.sections) size.table_bytes -= section.bytes;
  return size;
}

}  // namespace mote
