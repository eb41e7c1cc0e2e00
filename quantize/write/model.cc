// Header, section table, sections.
#include "quantize/write/model.h"

#include <cstring>

#include "device/model/container.h"
#include "quantize/write/sections.h"

namespace mote {
namespace {

struct FileSection {
  SectionType type;
  bool required;
  Bytes bytes;
};

std::vector<FileSection> sections_of(const ModelParts& parts) {
  std::vector<FileSection> sections;
  sections.push_back({SectionType::graph, true, graph_section(parts.records)});
  sections.push_back({SectionType::plan, true, plan_section(parts.plan)});
  sections.push_back({SectionType::weights, true, weights_section(parts.graph)});
  if (!parts.labels.empty()) sections.push_back({SectionType::labels, false, labels_section(parts.labels)});
  if (parts.baseline) sections.push_back({SectionType::baseline, false, baseline_section(*parts.baseline)});
  if (parts.self_tests) sections.push_back({SectionType::self_test, false, self_test_section(*parts.self_tests)});
  return sections;
}

void place(Bytes& file, size_t at, ByteView bytes) {
  if (!bytes.empty()) std::memcpy(file.data() + at, bytes.data(), bytes.size());
}

}  // namespace

Bytes write_model(const ModelParts& parts) {
  const std::vector<FileSection> sections = sections_of(parts);
  std::vector<SectionEntry> entries;
  uint32_t end = static_cast<uint32_t>(sizeof(FileHeader) + sections.size() * sizeof(SectionEntry));
  for (const FileSection& section : sections) {
    const auto count = static_cast<uint32_t>(section.bytes.size());
    entries.push_back({.type = static_cast<uint16_t>(section.type),
                       .version = kSectionVersion,
                       .flags = section.required ? kSectionRequired : uint8_t{0},
                       .offset = round_up(end),
                       .bytes = count,
                       .reserved = 0});
    end = round_up(end) + count;
  }
  FileHeader header{};
  std::memcpy(header.magic, kMagic, sizeof kMagic);
  header.format_version = kFormatVersion;
  header.target = static_cast<uint8_t>(parts.records.target);
  header.rounding = static_cast<uint8_t>(parts.records.rounding);
  header.file_bytes = end;
  header.section_count = static_cast<uint32_t>(sections.size());
  header.arena_bytes = parts.plan.arena_bytes;

  Bytes file(end, 0);
  place(file, 0, bytes_of(std::span<const FileHeader>(&header, 1)));
  place(file, sizeof header, bytes_of(std::span<const SectionEntry>(entries)));
  for (size_t i = 0; i < sections.size(); ++i) place(file, entries[i].offset, sections[i].bytes);
  return file;
}

SpreadFile write_spread(const Graph& graph) {
  const GraphRecords records = records_of(graph, Target::portable);
  ArenaPlan plan = plan_without_reuse(records);
  Bytes model = write_model({.graph = graph, .records = records, .plan = plan, .labels = {}, .baseline = {}, .self_tests = {}});
  return {.model = std::move(model), .offsets = std::move(plan.offsets)};
}

Digest model_id(ByteView graph_section, ByteView weights_section) {
  return Sha256().add(graph_section).add(weights_section).finish();
}

}  // namespace mote
