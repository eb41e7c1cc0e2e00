// The container: its layout is flatc's, and M1 to M7 are refused one by one.
#include "device/model/sections.h"

#include <gtest/gtest.h>

#include <cstddef>

#include "device/model/test/rule_of.h"

namespace mote {
namespace {

SectionEntry* entry(AlignedBytes& file, size_t index) {
  return reinterpret_cast<SectionEntry*>(file.data() + sizeof(FileHeader) + index * sizeof(SectionEntry));
}
FileHeader* header(AlignedBytes& file) { return reinterpret_cast<FileHeader*>(file.data()); }

// A file with whole_model's sections and whatever `change` makes of them.
template <typename Change>
std::string rule_with_sections(Change change) {
  const ModelBuilder model = whole_model();
  std::vector<SectionDraft> sections = model.sections();
  change(sections);
  return rule_of(ModelBuilder::assemble(model.header, model.arena_bytes, sections));
}

TEST(Container, RecordsAreTheStructsOfTheSchema) {
  const std::array<uint32_t, 4> shape = {1, 2, 3, 4};
  const format::Tensor tensor(flatbuffers::make_span(shape), 0.5f, -7, 48, 2, 1, 9);
  TensorRecord read;
  std::memcpy(&read, &tensor, sizeof read);
  EXPECT_EQ(read.shape[3], 4u);
  EXPECT_EQ(read.scale, 0.5f);
  EXPECT_EQ(read.zero_point, -7);
  EXPECT_EQ(read.offset, 48u);
  EXPECT_EQ(read.type, 2);
  EXPECT_EQ(read.kind, 1);
  EXPECT_EQ(read.reserved, 9);

  const std::array<uint16_t, 4> inputs = {5, 6, 7, 8};
  const std::array<int32_t, 8> attributes = {1, 2, 3, 4, 5, 6, 7, -8};
  const format::Node node(3, 4, flatbuffers::make_span(inputs), 10, 1, 1, flatbuffers::make_span(attributes));
  NodeRecord record;
  std::memcpy(&record, &node, sizeof record);
  EXPECT_EQ(record.operator_code, 3);
  EXPECT_EQ(record.input_count, 4);
  EXPECT_EQ(record.inputs[3], 8);
  EXPECT_EQ(record.output, 10);
  EXPECT_EQ(record.version, 1);
  EXPECT_EQ(record.form, 1);
  EXPECT_EQ(record.attributes[7], -8);

  std::array<int16_t, 15> edges{};
  edges[14] = 77;
  std::array<uint32_t, 16> counts{};
  counts[15] = 99;
  const format::Scalar scalar(flatbuffers::make_span(edges), 0, flatbuffers::make_span(counts), 1.5f, 2.5f, 3, 4);
  ScalarRecord monitored;
  std::memcpy(&monitored, &scalar, sizeof monitored);
  EXPECT_EQ(monitored.edges[14], 77);
  EXPECT_EQ(monitored.counts[15], 99u);
  EXPECT_EQ(monitored.mean, 1.5f);
  EXPECT_EQ(monitored.deviation, 2.5f);
  EXPECT_EQ(monitored.cusum_slack, 3);
  EXPECT_EQ(monitored.cusum_limit, 4);
}

TEST(Container, SampleModelsAreGood) {
  EXPECT_EQ(rule_of(dense_model()), "OK");
  EXPECT_EQ(rule_of(whole_model()), "OK");
  EXPECT_EQ(rule_of(image_model()), "OK");
}

// The example of docs/spec/model-format.md: when this changes, so must the page.
TEST(Container, ExampleIsAsTheSpecificationShowsIt) {
  AlignedBytes file = dense_model().build();
  EXPECT_EQ(file.size(), 616u);
  EXPECT_EQ(header(file)->arena_bytes, 48u);
  ASSERT_EQ(header(file)->section_count, 3u);
  constexpr uint32_t kShown[3][3] = {{1, 80, 348}, {2, 432, 108}, {3, 544, 72}};
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(entry(file, i)->type, kShown[i][0]);
    EXPECT_EQ(entry(file, i)->offset, kShown[i][1]);
    EXPECT_EQ(entry(file, i)->bytes, kShown[i][2]);
  }
}

TEST(Container, EveryTruncationIsRefused) {
  const AlignedBytes file = whole_model().build();
  for (size_t count = 0; count < file.size(); ++count) {
    const AlignedBytes cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(count));
    EXPECT_EQ(rule_of(cut), "TRUNCATED") << count;
  }
}

TEST(Container, M1_RefusesAnotherMagicAndAnUnalignedAddress) {
  AlignedBytes file = dense_model().build();
  header(file)->magic[3] = 'F';
  EXPECT_EQ(rule_of(file), "M1");
  header(file)->magic[3] = 'E';
  AlignedBytes shifted(file.size() + 8);
  std::memcpy(shifted.data() + 8, file.data(), file.size());
  EXPECT_EQ(rule_of(shifted.data() + 8, file.size()), "M1");
}

TEST(Container, OtherVersionsAndTargetsAreRefusedByName) {
  AlignedBytes file = dense_model().build();
  header(file)->format_version = 2;
  EXPECT_EQ(rule_of(file), "UNSUPPORTED_VERSION");
  header(file)->format_version = 1;
  header(file)->target = kTargets;
  EXPECT_EQ(rule_of(file), "WRONG_TARGET");
}

TEST(Container, M2_RefusesBytesAfterTheFile) {
  AlignedBytes file = dense_model().build();
  file.push_back(0);
  EXPECT_EQ(rule_of(file), "M2");
}

TEST(Container, M3_RefusesAnUnknownRoundingAndReservedBytes) {
  AlignedBytes file = dense_model().build();
  header(file)->rounding = 2;
  EXPECT_EQ(rule_of(file), "M3");
  header(file)->rounding = 1;
  EXPECT_EQ(rule_of(file), "OK");
  header(file)->reserved[11] = 1;
  EXPECT_EQ(rule_of(file), "M3");
}

TEST(Container, M4_RefusesATableThatLeavesTheFileOrIsTooLong) {
  AlignedBytes file = dense_model().build();
  header(file)->section_count = 33;
  EXPECT_EQ(rule_of(file), "M4");
  header(file)->section_count = UINT32_MAX;
  EXPECT_EQ(rule_of(file), "M4");
  file = ModelBuilder::assemble(dense_model().header, 48, {});
  header(file)->section_count = 1;
  EXPECT_EQ(rule_of(file), "M4") << "a header and nothing else";
}

TEST(Container, M5_RefusesEntriesOutOfOrderAndUnknownBits) {
  EXPECT_EQ(rule_with_sections([](auto& sections) { std::swap(sections[0], sections[1]); }), "M5");
  EXPECT_EQ(rule_with_sections([](auto& sections) { sections.insert(sections.begin(), sections[0]); }), "M5");
  EXPECT_EQ(rule_with_sections([](auto& sections) { sections[0].entry.reserved = 1; }), "M5");
  EXPECT_EQ(rule_with_sections([](auto& sections) { sections[3].entry.flags = 2; }), "M5");
}

TEST(Container, M6_RefusesSectionsThatOverlapOrLeaveTheFile) {
  AlignedBytes file = dense_model().build();
  const SectionEntry plan = *entry(file, 1);
  entry(file, 1)->offset = plan.offset + 4;
  EXPECT_EQ(rule_of(file), "M6");
  entry(file, 1)->offset = entry(file, 0)->offset;
  EXPECT_EQ(rule_of(file), "M6");
  entry(file, 1)->offset = UINT32_MAX - 15;
  EXPECT_EQ(rule_of(file), "M6");
  *entry(file, 1) = plan;
  entry(file, 2)->bytes += 1;
  EXPECT_EQ(rule_of(file), "M6");
  entry(file, 2)->bytes = UINT32_MAX;
  EXPECT_EQ(rule_of(file), "M6");
}

TEST(Container, M6_RefusesGapsThatAreNotZero) {
  AlignedBytes file = dense_model().build();
  entry(file, 2)->bytes -= 1;  // its last byte now belongs to no section
  file.back() = 1;
  EXPECT_EQ(rule_of(file), "M6");
  file = dense_model().build();
  file[entry(file, 2)->offset - 1] = 1;  // between plan and weights
  EXPECT_EQ(rule_of(file), "M6");
}

TEST(Container, M7_RefusesAFileWithoutARequiredSection) {
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(rule_with_sections([i](auto& sections) { sections.erase(sections.begin() + static_cast<std::ptrdiff_t>(i)); }),
              "M7");
    EXPECT_EQ(rule_with_sections([i](auto& sections) { sections[i].entry.flags = 0; }), "M7");
  }
}

TEST(Container, UnknownSectionsAreSkippedUnlessRequired) {
  const auto add = [](uint16_t type, uint8_t flags) {
    return [=](std::vector<SectionDraft>& sections) {
      SectionDraft draft = ModelBuilder::draft(static_cast<SectionType>(type), false, {1, 2, 3});
      draft.entry.flags = flags;
      sections.push_back(draft);
    };
  };
  EXPECT_EQ(rule_with_sections(add(11, 0)), "OK");
  EXPECT_EQ(rule_with_sections(add(10, 0)), "OK") << "reserved ids are unknown to this version";
  EXPECT_EQ(rule_with_sections(add(11, kSectionRequired)), "UNKNOWN_SECTION");
  EXPECT_EQ(rule_with_sections(add(10, kSectionRequired)), "UNKNOWN_SECTION");
}

TEST(Container, LaterVersionsOfASectionAreSkippedUnlessRequired) {
  EXPECT_EQ(rule_with_sections([](auto& sections) {
              sections[3].entry.version = 2;
              sections[3].bytes = {1};
            }),
            "OK");
  EXPECT_EQ(rule_with_sections([](auto& sections) { sections[0].entry.version = 2; }), "UNKNOWN_SECTION");
}

}  // namespace
}  // namespace mote
