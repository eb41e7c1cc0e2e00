// What a model needs that this build lacks, by name.
#include <gtest/gtest.h>

#include "device/model/test/rule_of.h"

namespace mote {
namespace {

template <typename Change>
std::string missing_after(Change change) {
  ModelBuilder model = whole_model();
  change(model);
  const AlignedBytes file = model.build();
  EXPECT_EQ(rule_of(file), "UNKNOWN_OPERATOR");
  const char* name = mote_missing_operator(file.data(), file.size());
  return name == nullptr ? "nothing" : name;
}

TEST(MissingOperator, IsNamed) {
  const auto packed = [](WholeNode node) {
    return missing_after([node](ModelBuilder& m) {
      m.header.target = static_cast<uint8_t>(Target::armv6_m);  // has no packed kernels
      m.nodes[node].form = static_cast<uint8_t>(Form::packed);
    });
  };
  EXPECT_EQ(packed(kConvNode), "conv_2d:packed");
  EXPECT_EQ(packed(kDepthwiseNode), "depthwise_conv_2d:packed");
  EXPECT_EQ(packed(kDenseNode), "fully_connected:packed");
  EXPECT_EQ(packed(kSoftmaxNode), "unknown") << "no firmware has that yet";
  EXPECT_EQ(missing_after([](ModelBuilder& m) { m.nodes[kConvNode].operator_code = 999; }), "unknown");
  EXPECT_EQ(missing_after([](ModelBuilder& m) { m.nodes[kConvNode].version = 2; }), "unknown");
}

TEST(MissingOperator, IsNoneWhereNothingIsMissingOrTheFileIsNone) {
  const AlignedBytes file = whole_model().build();
  EXPECT_EQ(mote_missing_operator(file.data(), file.size()), nullptr);
  EXPECT_EQ(mote_missing_operator(file.data(), file.size() / 2), nullptr);
  EXPECT_EQ(mote_missing_operator(file.data(), 0), nullptr);
}

TEST(MissingOperator, M15_RefusesFormsThatTheFileCannotHave) {
  EXPECT_EQ(rule_after([](ModelBuilder& m) { m.nodes[kConvNode].form = static_cast<uint8_t>(Form::packed); }), "M15");
  EXPECT_EQ(rule_after([](ModelBuilder& m) {
              m.header.target = static_cast<uint8_t>(Target::armv6_m);
              m.nodes[kConvNode].form = 2;
            }),
            "M15");
}

}  // namespace
}  // namespace mote
