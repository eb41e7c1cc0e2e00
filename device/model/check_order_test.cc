// M15 to M18: nodes that read what is not there, write what is not theirs, or are not nodes.
#include <gtest/gtest.h>

#include <algorithm>

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

// Nodes and tensors of stream_model().
constexpr size_t kCopyLastNode = 4, kAssignPastNode = 5;
constexpr uint16_t kPast = 1, kSum = 2, kEmpty = 3;

template <typename Change>
std::string rule_of_stream(Change change) {
  return rule_after(stream_model(), change);
}

TEST(States, M58_AreWrittenByAnAssignAndByNothingElse) {
  EXPECT_EQ(rule_of(stream_model()), "OK");
  EXPECT_EQ(rule_of_stream([](ModelBuilder& m) { m.nodes[kCopyLastNode].output = kPast; }), "M58");
  EXPECT_EQ(rule_of_stream([](ModelBuilder& m) { m.nodes[kAssignPastNode].output = kEmpty; }), "M58");
  EXPECT_EQ(rule_of_stream([](ModelBuilder& m) { m.tensors[kPast].kind = 0; }), "M12") << "whose offset says something";
  EXPECT_EQ(rule_of_stream([](ModelBuilder& m) {
              m.tensors[kEmpty].kind = 2;
              m.tensors[kEmpty].offset = kNoOffset;
            }),
            "M58");
}

TEST(States, M16_AreWrittenExactlyOnce) {
  EXPECT_EQ(rule_of_stream([](ModelBuilder& m) { m.nodes[kAssignPastNode].output = kSum; }), "M16");
  EXPECT_EQ(rule_of_stream([](ModelBuilder& m) { m.nodes.pop_back(); }), "M16") << "never";
}

TEST(States, M14_AreNoEnds) {
  EXPECT_EQ(rule_of_stream([](ModelBuilder& m) { m.more_outputs = {kSum}; }), "M14");
  EXPECT_EQ(rule_of_stream([](ModelBuilder& m) { m.more_inputs = {kSum}; }), "M14");
}

TEST(States, M17_AreNoBusinessOfTheFrontEnd) {
  const auto with_state = [](size_t reader) {
    ModelBuilder m = whole_model();
    const uint16_t state = m.state(TensorType::int16, {1, 1, 16, 2}, 1, 0);
    m.node(OperatorCode::assign, {m.raw_input}, state);
    std::rotate(m.nodes.begin(), m.nodes.end() - 1, m.nodes.end());
    m.front_nodes = 3;
    if (reader != 0) m.nodes[reader].inputs[0] = state;
    m.lay_out();
    return rule_of(m);
  };
  EXPECT_EQ(with_state(0), "M17");
  ModelBuilder m = whole_model();
  const uint16_t state = m.state(TensorType::int16, {1, 1, 1, 4}, 1, 0);
  m.nodes[kMeanRmsNode].inputs[0] = state;
  m.node(OperatorCode::assign, {m.input}, state);
  m.lay_out();
  EXPECT_EQ(rule_of(m), "M16") << "read before there is one";
}

TEST(States, M12_M13_BeginAsTheirZeroPointOrAsAConstant) {
  EXPECT_EQ(rule_of_stream([](ModelBuilder& m) { m.tensors[kPast].offset = 0; }), "M13") << "two at one place";
  EXPECT_EQ(rule_of_stream([](ModelBuilder& m) { m.tensors[kSum].offset = 8; }), "M13") << "unaligned";
  EXPECT_EQ(rule_of_stream([](ModelBuilder& m) { m.tensors[kSum].offset = 1u << 20; }), "M13") << "outside";
  EXPECT_EQ(rule_of_stream([](ModelBuilder& m) { m.tensors[kSum].offset = kNoOffset; }), "OK");
  EXPECT_EQ(rule_of_stream([](ModelBuilder& m) { m.tensors[kSum].zero_point = 128; }), "M12");
  EXPECT_EQ(rule_of_stream([](ModelBuilder& m) { m.tensors[kSum].scale = 0; }), "M12");
  EXPECT_EQ(rule_of_stream([](ModelBuilder& m) { m.tensors[kSum].type = 4; }), "M12");
  EXPECT_EQ(rule_of_stream([](ModelBuilder& m) { m.tensors[kSum].kind = 3; }), "M11");
}

TEST(States, M22_M58_LiveAlwaysAndWhole) {
  const ModelBuilder good = stream_model();
  for (uint16_t tensor = 3; tensor < 9; ++tensor)  // every activation that is no input
    EXPECT_EQ(rule_of_stream([=](ModelBuilder& m) { m.offsets[tensor] = m.offsets[kPast]; }), "M22") << tensor;
  EXPECT_EQ(rule_of_stream([](ModelBuilder& m) { m.offsets[kSum] = m.offsets[kPast]; }), "M22");
  EXPECT_EQ(rule_of_stream([](ModelBuilder& m) { m.offsets[kSum] = m.offsets[m.input]; }), "M22");
  EXPECT_EQ(rule_of_stream([](ModelBuilder& m) {
              for (const TensorRecord& tensor : m.tensors)
                m.held.push_back(tensor.kind == 1 ? uint16_t{0} : static_cast<uint16_t>(tensor.shape[1]));
              m.held[kPast] = 2;
            }),
            "M58");
}

TEST(States, M19_M26_M27_AssignTakesAsManyElementsOfTheType) {
  EXPECT_EQ(rule_of_stream([](ModelBuilder& m) { m.nodes[kAssignPastNode].inputs[0] = m.input; }), "M26");
  EXPECT_EQ(rule_of_stream([](ModelBuilder& m) { m.nodes[kAssignPastNode].attributes[0] = 1; }), "M27");
  EXPECT_EQ(rule_of_stream([](ModelBuilder& m) {
              m.tensors[kPast].type = 1;
              m.tensors[kPast].zero_point = 0;
              m.lay_out();
            }),
            "M19");
}

}  // namespace
}  // namespace mote
