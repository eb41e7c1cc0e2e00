// M35 to M37: labels, baselines and self-tests that do not fit their model.
#include <gtest/gtest.h>

#include <cmath>

#include "device/model/test/rule_of.h"

namespace mote {
namespace {

TEST(Extras, M35_M36_M37_RefuseAFlatBufferThatLeavesItsSection) {
  const ModelBuilder model = whole_model();
  for (size_t section = 3; section < 6; ++section) {
    std::vector<SectionDraft> sections = model.sections();
    const uint32_t far = 0x7fffffff;
    std::memcpy(sections[section].bytes.data(), &far, sizeof far);
    const char* rules[] = {"M35", "M36", "M37"};
    EXPECT_EQ(rule_of(ModelBuilder::assemble(model.header, model.arena_bytes, sections)), rules[section - 3]);
    sections[section].bytes.clear();
    EXPECT_EQ(rule_of(ModelBuilder::assemble(model.header, model.arena_bytes, sections)), rules[section - 3]);
  }
}

TEST(Extras, M35_RefusesLabelsThatAreNotOnePerClass) {
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.labels.pop_back(); }), "M35");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.labels.push_back("stopped"); }), "M35");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.labels[1] = ""; }), "M35");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.labels[1] = std::string(63, 'x'); }), "OK");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.labels[1] = std::string(64, 'x'); }), "M35");
}

TEST(Extras, M36_RefusesABaselineThatIsNotOnePerScalar) {
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.baseline.scalars.pop_back(); }), "M36");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.baseline.names.pop_back(); }), "M36");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.baseline.units.pop_back(); }), "M36");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.baseline.quanta.pop_back(); }), "M36");
}

TEST(Extras, M36_RefusesScalarsThatTheMonitorCouldNotCountWith) {
  const auto with = [](auto change) { return rule_after([=](ModelBuilder& m) { change(m.baseline.scalars[2]); }); };
  EXPECT_EQ(with([](ScalarRecord& s) { s.edges[7] = s.edges[6]; }), "OK") << "equal edges make an empty bin";
  EXPECT_EQ(with([](ScalarRecord& s) { s.edges[7] = static_cast<int16_t>(s.edges[6] - 1); }), "M36");
  EXPECT_EQ(with([](ScalarRecord& s) { s.reserved = 1; }), "M36");
  EXPECT_EQ(with([](ScalarRecord& s) { s.mean = NAN; }), "M36");
  EXPECT_EQ(with([](ScalarRecord& s) { s.mean = 40000; }), "M36");
  EXPECT_EQ(with([](ScalarRecord& s) { s.deviation = 0; }), "M36");
  EXPECT_EQ(with([](ScalarRecord& s) { s.deviation = INFINITY; }), "M36");
  EXPECT_EQ(with([](ScalarRecord& s) { s.cusum_slack = -1; }), "M36");
  EXPECT_EQ(with([](ScalarRecord& s) { s.cusum_limit = 0; }), "M36");
  EXPECT_EQ(with([](ScalarRecord& s) { s.cusum_limit = (1 << 30) + 1; }), "M36");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.baseline.quanta[0] = -1; }), "M36");
}

TEST(Extras, M37_RefusesVectorsOfAnotherLength) {
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.self_test.count = 3; }), "M37");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.self_test.count = 0x80000000; }), "M37");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.self_test.inputs.pop_back(); }), "M37");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.self_test.outputs.push_back(0); }), "M37");
}

}  // namespace
}  // namespace mote
