// M8 to M14: graphs whose FlatBuffer, tensors or ends are broken.
#include <gtest/gtest.h>

#include <cmath>

#include "device/model/test/rule_of.h"

namespace mote {
namespace {

TEST(Graph, M8_RefusesAFlatBufferThatLeavesItsSection) {
  const ModelBuilder model = dense_model();
  for (size_t section = 0; section < 2; ++section) {
    std::vector<SectionDraft> sections = model.sections();
    const uint32_t far = 0x7fffffff;
    std::memcpy(sections[section].bytes.data(), &far, sizeof far);
    EXPECT_EQ(rule_of(ModelBuilder::assemble(model.header, model.arena_bytes, sections)), "M8");
    sections[section].bytes.clear();
    EXPECT_EQ(rule_of(ModelBuilder::assemble(model.header, model.arena_bytes, sections)), "M8");
  }
}

TEST(Graph, M9_RefusesNoNodesNoTensorsAndTooMany) {
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.nodes.clear(); }), "M9");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.tensors.clear(); }), "M9");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.nodes.resize(kMaxNodes + 1, m.nodes[0]); }), "M9");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.tensors.resize(kMaxTensors + 1, m.tensors[0]); }), "M9");
}

TEST(Graph, M10_RefusesDimensionsOutOfRange) {
  for (const uint32_t dimension : {0u, 65536u, UINT32_MAX})
    EXPECT_EQ(rule_after([=](ModelBuilder& m) { m.tensors[m.input].shape[2] = dimension; }), "M10") << dimension;
  EXPECT_EQ(rule_after([](ModelBuilder& m) {
              for (uint32_t& dimension : m.tensors[m.input].shape) dimension = 65535;
            }),
            "M10");
}

TEST(Graph, M11_RefusesUnknownTypesAndKinds) {
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.tensors[m.input].type = 5; }), "M11");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.tensors[m.input].kind = 3; }), "M11");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.tensors[m.input].reserved = 1; }), "M11");
}

TEST(Graph, M12_RefusesActivationsWithoutAScaleOrWithAZeroPointOutOfRange) {
  for (const float scale : {0.0f, -0.5f, -0.0f, INFINITY, NAN})
    EXPECT_EQ(rule_after([=](ModelBuilder& m) { m.tensors[m.input].scale = scale; }), "M12") << scale;
  for (const int32_t zero_point : {-129, 128, INT32_MIN})
    EXPECT_EQ(rule_after([=](ModelBuilder& m) { m.tensors[m.input].zero_point = zero_point; }), "M12") << zero_point;
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.tensors[m.raw_input].zero_point = 1; }), "M12");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.tensors[m.input].shape[0] = 2; }), "M12");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.tensors[m.input].offset = 16; }), "M12");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.tensors[m.input].type = static_cast<uint8_t>(TensorType::int4); }), "M12");
}

TEST(Graph, M13_RefusesConstantsThatOverlapOrLeaveTheirSection) {
  const auto change = [](auto what) {
    return rule_after([what](ModelBuilder& m) { what(m, m.tensors[m.nodes[kDenseNode].inputs[2]]); });  // the bias
  };
  EXPECT_EQ(change([](ModelBuilder&, TensorRecord& t) { t.offset += 4; }), "M13");
  EXPECT_EQ(change([](ModelBuilder&, TensorRecord& t) { t.offset = 0; }), "M13");
  EXPECT_EQ(change([](ModelBuilder& m, TensorRecord& t) { t.offset = round_up(static_cast<uint32_t>(m.weights.size())); }),
            "M13");
  EXPECT_EQ(change([](ModelBuilder&, TensorRecord& t) { t.offset = 0xfffffff0; }), "M13");
  EXPECT_EQ(change([](ModelBuilder&, TensorRecord& t) { t.shape[3] = 60000; }), "M13");
  EXPECT_EQ(change([](ModelBuilder&, TensorRecord& t) { t.zero_point = 1; }), "M13");
  EXPECT_EQ(change([](ModelBuilder&, TensorRecord& t) { t.scale = NAN; }), "M13");
  EXPECT_EQ(change([](ModelBuilder&, TensorRecord& t) { t.scale = -1; }), "M13");
  EXPECT_EQ(change([](ModelBuilder& m, TensorRecord&) { m.weights.pop_back(); }), "M13");
}

TEST(Graph, M14_RefusesEndsThatAreNoActivationsOfTheirType) {
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.input = 999; }), "M14");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.output = 999; }), "M14");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.output = m.input; }), "M14");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.output = m.statistics; }), "M14");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.raw_input = m.input; }), "M14");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.statistics = m.raw_input; }), "M14");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.statistics = m.input; }), "M14");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.input = m.nodes[kConvNode].inputs[1]; }), "M14") << "a constant";
}

TEST(Graph, M14_RefusesAFrontEndWithoutItsRawInputAndTheReverse) {
  ModelBuilder dense = dense_model();
  dense.statistics = dense.input;
  EXPECT_EQ(rule_of(dense), "M14");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.raw_input = kNoTensor; }), "M14");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.front_nodes = 0; }), "M14");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.front_nodes = static_cast<uint16_t>(m.nodes.size()); }), "M14");
}

}  // namespace
}  // namespace mote
