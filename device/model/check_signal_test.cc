// The rules of log_mel, dct and spectral_features (M62 to M64, and those of shapes and types).
#include <gtest/gtest.h>

#include "device/model/test/rule_of.h"

namespace mote {
namespace {

enum SignalNode { kLogMelNode, kDctNode, kMfccStandardizeNode, kSpectralNode };

template <typename Change>
std::string rule_with(SignalNode node, Change change) {
  return rule_after(signal_model(), [&](ModelBuilder& model) { change(model, model.nodes[node]); });
}

std::string with_attribute(SignalNode node, uint32_t place, int32_t value) {
  return rule_with(node, [&](ModelBuilder&, NodeRecord& n) { n.attributes[place] = value; });
}

// Of the constant at `place`.
std::string with_number(SignalNode node, uint32_t place, uint32_t index, int16_t value) {
  return rule_with(node, [&](ModelBuilder& m, NodeRecord& n) {
    std::memcpy(m.weights.data() + m.tensors[n.inputs[place]].offset + 2 * index, &value, sizeof value);
  });
}

std::string with_input_type(SignalNode node, uint32_t place, TensorType type) {
  return rule_with(node, [&](ModelBuilder& m, NodeRecord& n) { m.tensors[n.inputs[place]].type = static_cast<uint8_t>(type); });
}

std::string with_width(SignalNode node, uint32_t place, uint32_t dimension, uint32_t value) {
  return rule_with(node, [&](ModelBuilder& m, NodeRecord& n) { m.tensors[n.inputs[place]].shape[dimension] = value; });
}

std::string with_output_shape(SignalNode node, uint32_t dimension, uint32_t value) {
  return rule_with(node, [&](ModelBuilder& m, NodeRecord& n) { m.tensors[n.output].shape[dimension] = value; });
}

TEST(SignalRules, AcceptTheModel) { EXPECT_EQ(rule_of(signal_model()), "OK"); }

TEST(SignalRules, M19_M24_M26_M27_HoldTypesShapesAndAttributes) {
  for (uint32_t place = 1; place <= 3; ++place) EXPECT_EQ(with_input_type(kLogMelNode, place, TensorType::int8), "M19") << place;
  EXPECT_EQ(with_input_type(kDctNode, 1, TensorType::int8), "M19");
  for (uint32_t place = 1; place <= 2; ++place) EXPECT_EQ(with_input_type(kSpectralNode, place, TensorType::int8), "M19");
  EXPECT_EQ(rule_with(kDctNode, [](ModelBuilder& m, NodeRecord& n) { m.tensors[n.output].type = 0; }), "M19");
  EXPECT_EQ(with_width(kLogMelNode, 2, 2, 1), "M24");
  EXPECT_EQ(with_width(kLogMelNode, 2, 3, 3), "M24");
  EXPECT_EQ(with_width(kDctNode, 1, 3, 3), "M24");
  EXPECT_EQ(with_width(kSpectralNode, 1, 3, 63), "M24");
  EXPECT_EQ(with_width(kSpectralNode, 2, 2, 1), "M24");
  EXPECT_EQ(with_width(kLogMelNode, 0, 2, 49), "M26") << "shorter than a frame";
  EXPECT_EQ(with_width(kLogMelNode, 0, 2, 110), "M26") << "a frame more";
  EXPECT_EQ(with_width(kLogMelNode, 0, 2, 104), "OK");
  EXPECT_EQ(with_width(kLogMelNode, 0, 3, 2), "M26");
  EXPECT_EQ(with_output_shape(kDctNode, 2, 4), "M26");
  EXPECT_EQ(with_output_shape(kSpectralNode, 3, 17), "M26");
  EXPECT_EQ(with_attribute(kLogMelNode, 3, 1), "M27");
  EXPECT_EQ(with_attribute(kDctNode, 1, 1), "M27");
  EXPECT_EQ(with_attribute(kSpectralNode, 2, 1), "M27");
}

TEST(SignalRules, M62_HoldsLogMel) {
  EXPECT_EQ(with_attribute(kLogMelNode, attribute::kLogMelHop, 0), "M62");
  EXPECT_EQ(with_attribute(kLogMelNode, attribute::kLogMelHop, 65536), "M62");
  EXPECT_EQ(with_attribute(kLogMelNode, attribute::kLogMelOrder, 5), "M62") << "a frame of 50 is longer than 32 points";
  EXPECT_EQ(with_attribute(kLogMelNode, attribute::kLogMelOrder, 11), "M62");
  EXPECT_EQ(with_attribute(kLogMelNode, attribute::kLogMelFloor, 32768), "M62");
  EXPECT_EQ(with_attribute(kLogMelNode, attribute::kLogMelFloor, -32769), "M62");
  EXPECT_EQ(with_number(kLogMelNode, 2, 0, -1), "M62") << "a band before the first bin";
  EXPECT_EQ(with_number(kLogMelNode, 2, 3, 10), "M62") << "a band past the last bin";
  EXPECT_EQ(with_number(kLogMelNode, 2, 4, 0), "M62") << "an empty band";
  EXPECT_EQ(with_number(kLogMelNode, 2, 4, 1), "M62") << "more weights than bins";
  EXPECT_EQ(with_number(kLogMelNode, 2, 4, 3), "M62") << "more bins than weights";
  EXPECT_EQ(with_number(kLogMelNode, 3, 35, -1), "M62") << "a weight below 0";
  EXPECT_EQ(with_number(kLogMelNode, 1, 3, -32768), "OK") << "a window may hold any number";
}

TEST(SignalRules, M63_HoldsDct) {
  EXPECT_EQ(with_attribute(kDctNode, attribute::kDctShift, -1), "M63");
  EXPECT_EQ(with_attribute(kDctNode, attribute::kDctShift, 16), "M63");
  EXPECT_EQ(with_attribute(kDctNode, attribute::kDctShift, 15), "OK");
}

TEST(SignalRules, M64_HoldsSpectralFeatures) {
  EXPECT_EQ(with_attribute(kSpectralNode, attribute::kSpectralOrder, 5), "M64");
  EXPECT_EQ(with_attribute(kSpectralNode, attribute::kSpectralOrder, 11), "M64");
  EXPECT_EQ(with_attribute(kSpectralNode, attribute::kSpectralFloor, 32768), "M64");
  EXPECT_EQ(with_number(kSpectralNode, 2, 1, 18), "M64") << "a band past the last bin";
  EXPECT_EQ(with_number(kSpectralNode, 2, 2, 0), "M64") << "an empty band";
}

}  // namespace
}  // namespace mote
