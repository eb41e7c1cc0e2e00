// M14, M19, M24 to M34 and M38 of operators on int16: models that break one rule of one node.
#include <gtest/gtest.h>

#include "device/model/test/rule_of.h"

namespace mote {
namespace {

// Nodes of wide_model().
enum WideNode { kStandardize, kMeanRms, kConv, kDepthwise, kAdd, kMax, kAverage, kMean, kDense, kSoftmax, kNarrow };

template <typename Change>
std::string wide_after(WideNode node, Change change) {
  return rule_after(wide_model(), [&](ModelBuilder& model) { change(model, model.nodes[node]); });
}

std::string with(WideNode node, int place, int32_t value) {
  return wide_after(node, [&](ModelBuilder&, NodeRecord& record) { record.attributes[place] = value; });
}

std::string with_type(WideNode node, int input, TensorType type) {
  return wide_after(node, [&](ModelBuilder& model, NodeRecord& record) {
    model.tensors[input < 0 ? record.output : record.inputs[input]].type = static_cast<uint8_t>(type);
    model.lay_out();
  });
}

TEST(Int16Operators, AWholeModelIsTaken) { EXPECT_EQ(rule_of(wide_model()), "OK"); }

TEST(Int16Operators, M14_AFrontEndEndsInInt8OrInt16AndTheModelInInt8) {
  EXPECT_EQ(rule_after(wide_model(),
                       [](ModelBuilder& model) {
                         model.tensors[model.input].type = static_cast<uint8_t>(TensorType::int32);
                         model.lay_out();
                       }),
            "M14");
  EXPECT_EQ(rule_after(wide_model(),
                       [](ModelBuilder& model) {
                         model.tensors[model.output].type = static_cast<uint8_t>(TensorType::int16);
                         model.tensors[model.output].zero_point = 0;
                         model.lay_out();
                       }),
            "M14");
}

TEST(Int16Operators, M19_TakeInt16Alone) {
  for (const WideNode node : {kDepthwise, kAdd, kMax, kAverage, kMean, kDense, kSoftmax}) {
    EXPECT_EQ(with_type(node, 0, TensorType::int32), "M19") << node;
    EXPECT_EQ(with_type(node, -1, TensorType::float32), "M19") << node;
  }
  EXPECT_EQ(with_type(kStandardize, -1, TensorType::int8), "M19");
  EXPECT_EQ(with_type(kNarrow, 0, TensorType::int32), "M19");
  EXPECT_EQ(with_type(kConv, 1, TensorType::int4), "M19");
  EXPECT_EQ(with_type(kAdd, 1, TensorType::int8), "M19");
}

TEST(Int16Operators, M24_M25_M26_ShapesBelongTogether) {
  EXPECT_EQ(with(kConv, attribute::kStrideWidth, 0), "M25");
  EXPECT_EQ(with(kConv, attribute::kStrideWidth, 1), "M26");
  EXPECT_EQ(with(kDepthwise, attribute::kPadLeft, 3), "M25");
  EXPECT_EQ(with(kMax, attribute::kPoolStrideWidth, 3), "M26");
  EXPECT_EQ(with(kMean, attribute::kMeanInner, 4), "M26");
  EXPECT_EQ(with(kMean, attribute::kMeanOuter, 0), "M51");
  EXPECT_EQ(wide_after(kDense, [](ModelBuilder& model, NodeRecord& node) { model.tensors[node.inputs[2]].shape[3] = 4; }), "M24");
}

TEST(Int16Operators, M27_ClampsAreInInt16) {
  for (const WideNode node : {kConv, kDepthwise}) {
    EXPECT_EQ(with(node, attribute::kClampMin, -32769), "M27");
    EXPECT_EQ(with(node, attribute::kClampMax, 32768), "M27");
  }
  EXPECT_EQ(with(kAdd, attribute::kAddClampMax, -1), "M27");
  EXPECT_EQ(with(kMax, attribute::kPoolClampMax, 40000), "M27");
  EXPECT_EQ(with(kDense, attribute::kFullClampMin, -40000), "M27");
  EXPECT_EQ(with(kNarrow, attribute::kRequantizeClampMax, 128), "M27");
  for (const WideNode node : {kMean, kDense, kSoftmax, kNarrow}) EXPECT_EQ(with(node, 7, 1), "M27") << node;
}

TEST(Int16Operators, M29_ShiftsGoTo7) {
  const auto shifted = [](WideNode node, int32_t shift) {
    return wide_after(node, [&](ModelBuilder& model, NodeRecord& record) {
      const uint16_t constants = record.inputs[input_place::kRequantization];
      model.values<int32_t>(constants)[model.tensors[constants].shape[3]] = shift;
    });
  };
  for (const WideNode node : {kConv, kDepthwise, kDense}) {
    EXPECT_EQ(shifted(node, 7), "OK");
    EXPECT_EQ(shifted(node, 8), "M29");
    EXPECT_EQ(shifted(node, -31), "OK");
    EXPECT_EQ(shifted(node, -32), "M29");
  }
}

TEST(Int16Operators, M30_SumsOfPoolsAndMeansFit) {
  const auto windowed = [](uint32_t count) {
    ModelBuilder model;
    model.input = model.activation(TensorType::int16, {1, 1, count, 1}, 0.1f, 0);
    model.output = model.activation(TensorType::int16, {1, 1, 1, 1}, 0.1f, 0);
    const auto wide = static_cast<int32_t>(count);
    model.node(OperatorCode::average_pool_2d_int16, {model.input}, model.output, {1, wide, 1, 1, 0, 0, -32768, 32767});
    model.lay_out();
    return model;
  };
  EXPECT_EQ(rule_of(windowed(1 << 15)), "OK");
  EXPECT_EQ(rule_of(windowed((1 << 15) + 1)), "M30");
  EXPECT_EQ(with(kMean, attribute::kMeanShift, 14), "OK");
  EXPECT_EQ(with(kMean, attribute::kMeanShift, 15), "M30");
}

TEST(Int16Operators, M31_M32_M34_M38_ScalesAndFactors) {
  EXPECT_EQ(wide_after(kMax, [](ModelBuilder& model, NodeRecord& node) { model.tensors[node.output].scale = 0.5f; }), "M31");
  EXPECT_EQ(wide_after(kSoftmax, [](ModelBuilder& model, NodeRecord& node) { model.tensors[node.output].scale = 0.5f; }), "M32");
  EXPECT_EQ(with(kSoftmax, attribute::kSoftmaxInt16Shift, 15), "M32");
  EXPECT_EQ(with(kSoftmax, attribute::kSoftmaxInt16Multiplier, -1), "M32");
  EXPECT_EQ(with(kMean, attribute::kMeanMultiplier, -1), "M34");
  EXPECT_EQ(with(kAdd, attribute::kAddFirstMultiplier, (1 << 30) + 1), "M38");
  EXPECT_EQ(with(kAdd, attribute::kAddSecondShift, 0), "OK");
  EXPECT_EQ(with(kAdd, attribute::kAddSecondShift, 1), "M38");
  EXPECT_EQ(with(kAdd, attribute::kAddSumShift, 1), "M38");
  EXPECT_EQ(with(kNarrow, attribute::kRequantizeShift, 15), "M38");
  EXPECT_EQ(with(kNarrow, attribute::kRequantizeMultiplier, -1), "M38");
}

}  // namespace
}  // namespace mote
