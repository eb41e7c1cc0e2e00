// M15 to M18: nodes that read what is not there, write what is not theirs, or are not nodes.
#include <gtest/gtest.h>

#include "device/model/test/rule_of.h"

namespace mote {
namespace {

TEST(Order, UnknownOperatorsAndVersionsAreRefusedByName) {
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.nodes[kConvNode].operator_code = 0; }), "UNKNOWN_OPERATOR");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.nodes[kConvNode].operator_code = 999; }), "UNKNOWN_OPERATOR");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.nodes[kConvNode].version = 2; }), "UNKNOWN_OPERATOR");
}

TEST(Order, M15_RefusesInputsThatDoNotExistOrAreTooMany) {
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.nodes[kConvNode].input_count = 3; }), "M15");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.nodes[kConvNode].input_count = 65535; }), "M15");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.nodes[kConvNode].inputs[3] = 999; }), "M15");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.nodes[kPoolNode].inputs[1] = 0; }), "M15");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.nodes[kPoolNode].output = 999; }), "M15");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.nodes[kPoolNode].output = m.nodes[kConvNode].inputs[1]; }), "M15");
}

TEST(Order, M16_RefusesReadingBeforeWriting) {
  EXPECT_EQ(rule_after([](ModelBuilder& m) { std::swap(m.nodes[kConvNode], m.nodes[kDepthwiseNode]); }), "M16");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.nodes[kPoolNode].inputs[0] = m.nodes[kPoolNode].output; }), "M16");
}

TEST(Order, M16_RefusesWritingTwice) {
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.nodes.push_back(m.nodes[kSoftmaxNode]); }), "M16");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.nodes[kMeanRmsNode].output = m.raw_input; }), "M16");
}

TEST(Order, M16_RefusesActivationsThatNothingWrites) {
  EXPECT_EQ(rule_after([](ModelBuilder& m) {
              m.activation(TensorType::int8, {1, 1, 1, 1});
              m.offsets.push_back(0);
            }),
            "M16");
}

TEST(Order, M17_RefusesAModelThatReadsFromTheFrontEndOtherThanItsInput) {
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.nodes[kConvNode].inputs[0] = m.raw_input; }), "M17");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.nodes[kConvNode].inputs[0] = m.statistics; }), "M17");
}

TEST(Order, M17_RefusesInputAndStatisticsFromTheWrongHalf) {
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.front_nodes = 1; }), "M17") << "mean_rms is not in the front end any more";
  EXPECT_EQ(rule_after([](ModelBuilder& m) {
              std::swap(m.nodes[0], m.nodes[1]);
              m.front_nodes = 1;
            }),
            "M17")
      << "standardize is not in the front end any more";
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.nodes[kStandardizeNode].output = m.output; }), "M17");
}

TEST(Order, M18_RefusesAConstantThatIsReadTwice) {
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.nodes[kDenseNode].inputs[2] = m.nodes[kDepthwiseNode].inputs[2]; }), "M18");
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.nodes[kDenseNode].inputs[2] = m.nodes[kDenseNode].inputs[3]; }), "M18");
}

}  // namespace
}  // namespace mote
