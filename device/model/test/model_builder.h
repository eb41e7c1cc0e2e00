// Builds .mote files for tests, good ones and, by changing any field before build(), broken ones.
#pragma once

#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "device/model/container.h"
#include "device/model/test/aligned.h"
#include "model_generated.h"

namespace mote {

struct SectionDraft {
  SectionEntry entry;
  std::vector<uint8_t> bytes;
};

struct SelfTestDraft {
  uint32_t count = 0;
  std::vector<uint8_t> inputs, outputs;
};

struct BaselineDraft {
  std::vector<ScalarRecord> scalars;
  std::vector<std::string> names, units;
  std::vector<float> quanta;
  uint32_t windows = 0;
};

struct ModelBuilder {
  FileHeader header{{'M', 'O', 'T', 'E'}, kFormatVersion, 0, 0, 0, 0, 0, {}};  // counts and sizes are filled in by build()
  std::vector<TensorRecord> tensors;
  std::vector<NodeRecord> nodes;
  uint16_t input = kNoTensor, output = kNoTensor;  // the first ones
  std::vector<uint16_t> more_inputs, more_outputs;
  uint16_t raw_input = kNoTensor, statistics = kNoTensor, front_nodes = 0;
  std::vector<uint8_t> weights;
  std::vector<uint32_t> offsets;  // of the plan; lay_out() fills them one after the other
  uint32_t arena_bytes = 0;
  std::vector<uint16_t> held, stages;  // of the plan; when empty: every tensor whole, every node a stage
  std::vector<uint32_t> scratch;       // when empty: no node has any
  std::vector<std::string> labels;
  BaselineDraft baseline;
  SelfTestDraft self_test;

  uint16_t activation(TensorType type, std::vector<uint32_t> shape, float scale = 0.05f, int32_t zero_point = 0) {
    return add(type, TensorKind::activation, shape, scale, zero_point, 0);
  }

  template <typename T>
  uint16_t constant(TensorType type, std::vector<uint32_t> shape, const std::vector<T>& values) {
    weights.resize(round_up(static_cast<uint32_t>(weights.size())));
    const uint32_t offset = static_cast<uint32_t>(weights.size());
    weights.resize(offset + values.size() * sizeof(T));
    if (!values.empty()) std::memcpy(weights.data() + offset, values.data(), values.size() * sizeof(T));
    return add(type, TensorKind::constant, shape, 0, 0, offset);
  }

  // `first` is a constant's offset; without one it begins as its zero point.
  uint16_t state(TensorType type, std::vector<uint32_t> shape, float scale, int32_t zero_point, uint32_t first = kNoOffset) {
    return add(type, TensorKind::state, shape, scale, zero_point, first);
  }

  template <typename T>
  T* values(uint16_t tensor) {
    return reinterpret_cast<T*>(weights.data() + tensors[tensor].offset);
  }

  NodeRecord& node(OperatorCode code, std::vector<uint16_t> inputs, uint16_t to, std::vector<int32_t> attributes = {}) {
    NodeRecord record{static_cast<uint16_t>(code), static_cast<uint16_t>(inputs.size()), {}, to, kOperatorVersion, 0, {}};
    for (size_t i = 0; i < 4; ++i) record.inputs[i] = i < inputs.size() ? inputs[i] : kNoTensor;
    for (size_t i = 0; i < attributes.size(); ++i) record.attributes[i] = attributes[i];
    nodes.push_back(record);
    return nodes.back();
  }

  // Every activation in a place of its own.
  void lay_out() {
    offsets.clear();
    arena_bytes = 0;
    for (const TensorRecord& tensor : tensors) {
      const bool constant = tensor.kind == static_cast<uint8_t>(TensorKind::constant);
      offsets.push_back(constant ? kNoOffset : arena_bytes);
      if (!constant) arena_bytes += round_up(bytes_of(tensor));
    }
  }

  static uint32_t bytes_of(const TensorRecord& tensor) {
    const uint32_t count = tensor.shape[0] * tensor.shape[1] * tensor.shape[2] * tensor.shape[3];
    return tensor.type == static_cast<uint8_t>(TensorType::int8)    ? count
           : tensor.type == static_cast<uint8_t>(TensorType::int16) ? 2 * count
                                                                    : 4 * count;
  }

  std::vector<SectionDraft> sections() const {
    std::vector<SectionDraft> all = {draft(SectionType::graph, true, graph_bytes()), draft(SectionType::plan, true, plan_bytes()),
                                     draft(SectionType::weights, true, weights)};
    if (!labels.empty()) all.push_back(draft(SectionType::labels, false, labels_bytes()));
    if (!baseline.scalars.empty()) all.push_back(draft(SectionType::baseline, false, baseline_bytes()));
    if (self_test.count != 0) all.push_back(draft(SectionType::self_test, false, self_test_bytes()));
    return all;
  }

  AlignedBytes build() const { return assemble(header, arena_bytes, sections()); }

  static SectionDraft draft(SectionType type, bool required, std::vector<uint8_t> bytes) {
    return {{static_cast<uint16_t>(type), kSectionVersion, required ? kSectionRequired : uint8_t{0}, 0, 0, 0}, std::move(bytes)};
  }

  static AlignedBytes assemble(FileHeader header, uint32_t arena_bytes, std::vector<SectionDraft> sections) {
    uint32_t end = static_cast<uint32_t>(sizeof(FileHeader) + sections.size() * sizeof(SectionEntry));
    for (SectionDraft& section : sections) {
      section.entry.offset = round_up(end);
      section.entry.bytes = static_cast<uint32_t>(section.bytes.size());
      end = section.entry.offset + section.entry.bytes;
    }
    header.file_bytes = end;
    header.section_count = static_cast<uint32_t>(sections.size());
    header.arena_bytes = arena_bytes;
    AlignedBytes file(end);
    std::memcpy(file.data(), &header, sizeof header);
    for (size_t i = 0; i < sections.size(); ++i) {
      const SectionDraft& section = sections[i];
      std::memcpy(file.data() + sizeof header + i * sizeof(SectionEntry), &section.entry, sizeof section.entry);
      if (!section.bytes.empty()) std::memcpy(file.data() + section.entry.offset, section.bytes.data(), section.bytes.size());
    }
    return file;
  }

 private:
  uint16_t add(TensorType type, TensorKind kind, const std::vector<uint32_t>& shape, float scale, int32_t zero, uint32_t offset) {
    TensorRecord tensor{{}, scale, zero, offset, static_cast<uint8_t>(type), static_cast<uint8_t>(kind), 0};
    for (size_t i = 0; i < 4; ++i) tensor.shape[i] = shape[i];
    tensors.push_back(tensor);
    return static_cast<uint16_t>(tensors.size() - 1);
  }

  static std::vector<uint8_t> finish(flatbuffers::FlatBufferBuilder& builder) {
    return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
  }

  // flatc's structs and ours are the same bytes; container_test.cc holds that.
  template <typename Flat, typename Ours>
  static std::vector<Flat> as_flat(const std::vector<Ours>& ours) {
    static_assert(sizeof(Flat) == sizeof(Ours));
    std::vector<Flat> flat(ours.size());
    if (!ours.empty()) std::memcpy(static_cast<void*>(flat.data()), ours.data(), ours.size() * sizeof(Ours));
    return flat;
  }

  std::vector<uint8_t> graph_bytes() const {
    flatbuffers::FlatBufferBuilder builder;
    const auto flat_tensors = as_flat<format::Tensor>(tensors);
    const auto flat_nodes = as_flat<format::Node>(nodes);
    std::vector<uint16_t> inputs = {input}, outputs = {output};
    inputs.insert(inputs.end(), more_inputs.begin(), more_inputs.end());
    outputs.insert(outputs.end(), more_outputs.begin(), more_outputs.end());
    builder.Finish(
        format::CreateGraphDirect(builder, &flat_tensors, &flat_nodes, &inputs, &outputs, raw_input, statistics, front_nodes));
    return finish(builder);
  }

  std::vector<uint8_t> plan_bytes() const {
    flatbuffers::FlatBufferBuilder builder;
    std::vector<uint16_t> rows = held, nodes_in = stages;
    std::vector<uint32_t> own = scratch;
    for (size_t i = rows.size(); held.empty() && i < tensors.size(); ++i)
      rows.push_back(tensors[i].kind == static_cast<uint8_t>(TensorKind::constant) ? uint16_t{0}
                                                                                   : static_cast<uint16_t>(tensors[i].shape[1]));
    if (stages.empty()) nodes_in.assign(nodes.size(), 1);
    if (scratch.empty()) own.assign(nodes.size(), kNoOffset);
    builder.Finish(format::CreatePlanDirect(builder, arena_bytes, &offsets, &rows, &own, &nodes_in));
    return finish(builder);
  }

  static std::vector<flatbuffers::Offset<flatbuffers::String>> strings(flatbuffers::FlatBufferBuilder& builder,
                                                                       const std::vector<std::string>& texts) {
    std::vector<flatbuffers::Offset<flatbuffers::String>> offsets;
    for (const std::string& text : texts) offsets.push_back(builder.CreateString(text));
    return offsets;
  }

  std::vector<uint8_t> labels_bytes() const {
    flatbuffers::FlatBufferBuilder builder;
    const auto names = strings(builder, labels);
    builder.Finish(format::CreateLabelsDirect(builder, &names));
    return finish(builder);
  }

  std::vector<uint8_t> baseline_bytes() const {
    flatbuffers::FlatBufferBuilder builder;
    const auto scalars = as_flat<format::Scalar>(baseline.scalars);
    const auto names = strings(builder, baseline.names);
    const auto units = strings(builder, baseline.units);
    builder.Finish(format::CreateBaselineDirect(builder, &scalars, &names, &units, &baseline.quanta, baseline.windows));
    return finish(builder);
  }

  std::vector<uint8_t> self_test_bytes() const {
    flatbuffers::FlatBufferBuilder builder;
    builder.Finish(format::CreateSelfTestDirect(builder, self_test.count, &self_test.inputs, &self_test.outputs));
    return finish(builder);
  }
};

}  // namespace mote
