// M19, M24 to M34, M38 to M40 and M51: nodes that break a rule of their operator.
#include <gtest/gtest.h>

#include "device/model/test/rule_of.h"

namespace mote {
namespace {

std::string rule_with_attribute(WholeNode node, int place, int32_t value) {
  return rule_after(node, [=](ModelBuilder&, NodeRecord& n) { n.attributes[place] = value; });
}

constexpr WholeNode kWeighted[] = {kConvNode, kDepthwiseNode, kDenseNode};

uint32_t channels_of(const ModelBuilder& model, const NodeRecord& node) { return model.tensors[node.inputs[2]].shape[3]; }

TEST(Operators, M19_RefusesConstantsInPlaceOfActivationsAndOtherTypes) {
  for (const WholeNode node : kWeighted) {
    for (const int place : {1, 2, 3})
      EXPECT_EQ(rule_after(node, [=](ModelBuilder& m, NodeRecord& n) { n.inputs[place] = m.input; }), "M19") << node << place;
    for (const int place : {2, 3})
      EXPECT_EQ(rule_after(node, [=](ModelBuilder& m, NodeRecord& n) { m.tensors[n.inputs[place]].type = 1; }), "M19");
    EXPECT_EQ(rule_after(node,
                         [](ModelBuilder& m, NodeRecord& n) {
                           n.inputs[1] = m.constant<int16_t>(TensorType::int16, {1, 1, 1, 1}, {1});
                           m.offsets.push_back(kNoOffset);
                         }),
              "M19");
  }
  EXPECT_EQ(rule_after(kStandardizeNode, [](ModelBuilder& m, NodeRecord& n) { n.inputs[1] = m.raw_input; }), "M19");
  // A constant where each operator wants the data: the bias of the dense layer, which is read nowhere else once it is gone.
  for (const WholeNode node : {kPoolNode, kMeanNode, kSoftmaxNode, kConvNode, kDepthwiseNode})
    EXPECT_EQ(rule_after(node,
                         [](ModelBuilder& m, NodeRecord& n) {
                           n.inputs[0] = m.constant<int8_t>(TensorType::int8, {1, 1, 1, 1}, {1});
                           m.offsets.push_back(kNoOffset);
                         }),
              "M19")
        << node;
}

TEST(Operators, M19_RefusesInt8WhereTheFrontEndReadsInt16) {
  ModelBuilder model = whole_model();
  model.nodes[kMeanRmsNode].inputs[0] = model.input;
  EXPECT_EQ(rule_of(model), "M19");
}

TEST(Operators, M24_RefusesWeightsOfAnotherShape) {
  const auto grow = [](int place, int dimension) {
    return [=](ModelBuilder& m, NodeRecord& n) { m.tensors[n.inputs[place]].shape[dimension] -= 1; };
  };
  EXPECT_EQ(rule_after(kConvNode, grow(1, 0)), "M24");
  EXPECT_EQ(rule_after(kConvNode,
                       [](ModelBuilder& m, NodeRecord& n) {
                         m.tensors[n.inputs[1]].shape[2] = 2;
                         m.tensors[n.inputs[1]].shape[3] = 3;
                       }),
            "M24");
  EXPECT_EQ(rule_after(kConvNode, grow(1, 3)), "OK") << "two groups of one channel";
  EXPECT_EQ(rule_after(kDepthwiseNode, grow(1, 3)), "M24");
  EXPECT_EQ(rule_after(kDenseNode, grow(1, 2)), "M24");
  EXPECT_EQ(rule_after(kDenseNode, grow(1, 3)), "M24");
  for (const WholeNode node : kWeighted) {
    EXPECT_EQ(rule_after(node, grow(2, 3)), "M24");
    EXPECT_EQ(rule_after(node, grow(3, 2)), "M24");
    EXPECT_EQ(rule_after(node, grow(3, 3)), "M24");
  }
  EXPECT_EQ(rule_after(kStandardizeNode, grow(1, 2)), "M24");
}

TEST(Operators, M24_RefusesADepthwiseThatIsNoMultipleOfItsInput) {
  EXPECT_EQ(rule_after(kDepthwiseNode,
                       [](ModelBuilder& m, NodeRecord& n) {
                         for (int place = 1; place < 4; ++place) m.tensors[n.inputs[place]].shape[3] = 7;
                         m.tensors[n.output].shape[3] = 7;
                       }),
            "M24");
}

TEST(Operators, M25_RefusesStridesPadsAndFiltersOutOfRange) {
  for (const WholeNode node : {kConvNode, kDepthwiseNode}) {
    for (const int32_t stride : {0, -1, INT32_MIN, 65536, INT32_MAX}) {
      EXPECT_EQ(rule_with_attribute(node, attribute::kStrideHeight, stride), "M25") << stride;
      EXPECT_EQ(rule_with_attribute(node, attribute::kStrideWidth, stride), "M25") << stride;
    }
    for (const int32_t pad : {-1, 3, INT32_MAX, INT32_MIN}) EXPECT_EQ(rule_with_attribute(node, attribute::kPadLeft, pad), "M25");
    EXPECT_EQ(rule_with_attribute(node, attribute::kPadTop, 1), "M25") << "as wide as the filter";
  }
  for (const int32_t filter : {0, -1, 65536, INT32_MAX}) {
    EXPECT_EQ(rule_with_attribute(kPoolNode, attribute::kFilterHeight, filter), "M25");
    EXPECT_EQ(rule_with_attribute(kPoolNode, attribute::kFilterWidth, filter), "M25");
  }
  EXPECT_EQ(rule_with_attribute(kPoolNode, attribute::kPoolStrideWidth, 0), "M25");
  EXPECT_EQ(rule_with_attribute(kPoolNode, attribute::kPoolPadLeft, 2), "M25");
}

TEST(Operators, M26_RefusesAnOutputThatTheGeometryDoesNotGive) {
  EXPECT_EQ(rule_with_attribute(kConvNode, attribute::kStrideWidth, 1), "M26") << "more would fit";
  EXPECT_EQ(rule_with_attribute(kConvNode, attribute::kStrideWidth, 3), "M26") << "the last places would see nothing";
  EXPECT_EQ(rule_with_attribute(kConvNode, attribute::kStrideWidth, 65535), "M26");
  EXPECT_EQ(rule_with_attribute(kPoolNode, attribute::kPoolStrideWidth, 3), "M26");
  for (const WholeNode node : {kStandardizeNode, kMeanRmsNode, kMeanNode, kSoftmaxNode, kDenseNode})
    EXPECT_EQ(rule_after(node,
                         [](ModelBuilder& m, NodeRecord& n) {
                           m.tensors[n.output].shape[1] = 2;
                           m.lay_out();
                           m.labels.clear();
                         }),
              "M26")
        << node;
}

TEST(Operators, M27_RefusesClampsUpsideDownOrOutsideInt8) {
  struct Clamp {
    WholeNode node;
    int low, high;
  };
  for (const Clamp clamp : {Clamp{kConvNode, attribute::kClampMin, attribute::kClampMax},
                            Clamp{kDepthwiseNode, attribute::kClampMin, attribute::kClampMax},
                            Clamp{kDenseNode, attribute::kFullClampMin, attribute::kFullClampMax},
                            Clamp{kPoolNode, attribute::kPoolClampMin, attribute::kPoolClampMax}}) {
    EXPECT_EQ(rule_with_attribute(clamp.node, clamp.low, -129), "M27");
    EXPECT_EQ(rule_with_attribute(clamp.node, clamp.high, 128), "M27");
    EXPECT_EQ(rule_with_attribute(clamp.node, clamp.high, -128 - 1), "M27");
    EXPECT_EQ(rule_after(clamp.node,
                         [=](ModelBuilder&, NodeRecord& n) {
                           n.attributes[clamp.low] = 5;
                           n.attributes[clamp.high] = 4;
                         }),
              "M27");
  }
}

TEST(Operators, M27_RefusesAttributesThatTheOperatorDoesNotHave) {
  for (const WholeNode node : {kStandardizeNode, kMeanRmsNode, kMeanNode, kDenseNode, kSoftmaxNode})
    EXPECT_EQ(rule_with_attribute(node, 7, 1), "M27") << node;
}

TEST(Operators, M24_RefusesGroupsThatDoNotShareTheChannelsOut) {
  ModelBuilder model;
  Random random(1);
  model.input = model.activation(TensorType::int8, {1, 2, 2, 6}, 0.1f, 3);
  model.output = model.activation(TensorType::int8, {1, 2, 2, 4}, 0.2f, -5);
  const auto constants = weighted_constants(&model, {4, 1, 1, 3}, 4, &random);
  model.node(OperatorCode::conv_2d, {model.input, constants[0], constants[1], constants[2]}, model.output,
             {1, 1, 0, 0, -128, 127});
  model.lay_out();
  EXPECT_EQ(rule_of(model), "OK");
  model.tensors[constants[0]].shape[3] = 2;  // three groups, four filters
  EXPECT_EQ(rule_of(model), "M24");
  model.tensors[constants[0]].shape[3] = 1;
  EXPECT_EQ(rule_of(model), "M24");
}

TEST(Operators, M25_M26_KnowHowFarADilatedFilterReaches) {
  ModelBuilder model;
  Random random(1);
  model.input = model.activation(TensorType::int8, {1, 1, 9, 1}, 0.1f, 3);
  model.output = model.activation(TensorType::int8, {1, 1, 5, 1}, 0.2f, -5);
  const auto constants = weighted_constants(&model, {1, 1, 3, 1}, 1, &random);
  NodeRecord& node = model.node(OperatorCode::conv_2d, {model.input, constants[0], constants[1], constants[2]}, model.output,
                                {1, 1, 0, 0, -128, 127, 0, 2});
  model.lay_out();
  EXPECT_EQ(rule_of(model), "OK");
  node.attributes[attribute::kPadLeft] = 4;
  model.tensors[model.output].shape[3 - 1] = 9;
  model.lay_out();
  EXPECT_EQ(rule_of(model), "OK");
  node.attributes[attribute::kPadLeft] = 5;
  EXPECT_EQ(rule_of(model), "M25");
  node.attributes[attribute::kPadLeft] = 0;
  EXPECT_EQ(rule_of(model), "OK") << "the last windows lie over the edge";
  for (const int32_t dilation : {1, -1, 65536, INT32_MAX, INT32_MIN}) {
    node.attributes[attribute::kDilationWidth] = dilation;
    EXPECT_EQ(rule_of(model), "M25") << dilation;
  }
  node.attributes[attribute::kDilationWidth] = 65535;
  EXPECT_EQ(rule_of(model), "OK");
  node.attributes[attribute::kDilationHeight] = 1;
  EXPECT_EQ(rule_of(model), "M25") << "0 says it already";
}

TEST(Operators, M28_RefusesTheWeightMinus128WhereAKernelMayNegateIt) {
  for (const WholeNode node : kWeighted)
    EXPECT_EQ(rule_after(node, [](ModelBuilder& m, NodeRecord& n) { m.values<int8_t>(n.inputs[1])[5] = -128; }), "OK");
}

// 24 weights of 8 bits are 48 of 4: half of the bytes are enough, and all of them are checked.
TEST(Operators, M19_M30_KnowWeightsOfFourBits) {
  for (const WholeNode node : kWeighted) {
    const auto narrow = [](ModelBuilder& m, NodeRecord& n) { m.tensors[n.inputs[1]].type = 4; };
    EXPECT_EQ(rule_after(node, narrow), "OK");
    EXPECT_EQ(rule_after(node, [](ModelBuilder& m, NodeRecord& n) { m.tensors[n.inputs[1]].type = 1; }), "M13");
    EXPECT_EQ(rule_after(node,
                         [&](ModelBuilder& m, NodeRecord& n) {
                           narrow(m, n);
                           m.values<int32_t>(n.inputs[2])[0] = INT32_MAX - 255;
                         }),
              "M30");
  }
}

TEST(Operators, M29_RefusesMultipliersAndShiftsOutOfRange) {
  for (const WholeNode node : kWeighted) {
    for (const int32_t multiplier : {-1, 1, (1 << 30) - 1, INT32_MIN})
      EXPECT_EQ(rule_after(node, [=](ModelBuilder& m, NodeRecord& n) { m.values<int32_t>(n.inputs[3])[1] = multiplier; }), "M29");
    for (const int32_t shift : {-32, 31, INT32_MAX, INT32_MIN})
      EXPECT_EQ(
          rule_after(node, [=](ModelBuilder& m, NodeRecord& n) { m.values<int32_t>(n.inputs[3])[channels_of(m, n)] = shift; }),
          "M29");
    EXPECT_EQ(rule_after(node, [](ModelBuilder& m, NodeRecord& n) { m.values<int32_t>(n.inputs[3])[1] = 0; }), "OK");
  }
}

TEST(Operators, M30_RefusesABiasThatCouldOverflow) {
  for (const WholeNode node : kWeighted)
    for (const int32_t bias : {INT32_MAX, INT32_MIN, INT32_MAX - 255})
      EXPECT_EQ(rule_after(node, [=](ModelBuilder& m, NodeRecord& n) { m.values<int32_t>(n.inputs[2])[2] = bias; }), "M30");
}

// One weight of 127 against inputs at most 127 + 5 from their zero point: the limit is exact.
TEST(Operators, M30_KnowsTheLargestAccumulatorExactly) {
  ModelBuilder model;
  model.input = model.activation(TensorType::int8, {1, 1, 1, 1}, 0.1f, -5);
  model.output = model.activation(TensorType::int8, {1, 1, 1, 1}, 0.1f, 0);
  const uint16_t weights = model.constant<int8_t>(TensorType::int8, {1, 1, 1, 1}, {127});
  const uint16_t bias = model.constant<int32_t>(TensorType::int32, {1, 1, 1, 1}, {0});
  const uint16_t requantization = model.constant<int32_t>(TensorType::int32, {1, 1, 2, 1}, {1 << 30, 0});
  model.node(OperatorCode::fully_connected, {model.input, weights, bias, requantization}, model.output, {-128, 127});
  model.lay_out();
  for (const int32_t shift : {-31, 0, 1, 10}) {
    const int32_t limit = ((INT32_MAX - 255) >> (shift > 0 ? shift : 0)) - 127 * (127 + 5);
    model.values<int32_t>(requantization)[1] = shift;
    model.values<int32_t>(bias)[0] = limit;
    EXPECT_EQ(rule_of(model), "OK") << shift;
    model.values<int32_t>(bias)[0] = -limit;
    EXPECT_EQ(rule_of(model), "OK") << shift;
    model.values<int32_t>(bias)[0] = limit + 1;
    EXPECT_EQ(rule_of(model), "M30") << shift;
    model.values<int32_t>(bias)[0] = -limit - 1;
    EXPECT_EQ(rule_of(model), "M30") << shift;
  }
}

TEST(Operators, M30_RefusesAMeanWhoseShiftedSumCouldOverflow) {
  EXPECT_EQ(rule_with_attribute(kMeanNode, attribute::kMeanShift, 21), "OK");  // 4 * 255 * 2^21 < 2^31
  EXPECT_EQ(rule_with_attribute(kMeanNode, attribute::kMeanShift, 22), "M30");
}

TEST(Operators, M31_RefusesAPoolThatWouldHaveToRescale) {
  EXPECT_EQ(rule_after(kPoolNode, [](ModelBuilder& m, NodeRecord& n) { m.tensors[n.output].scale *= 2; }), "M31");
  EXPECT_EQ(rule_after(kPoolNode, [](ModelBuilder& m, NodeRecord& n) { m.tensors[n.output].zero_point += 1; }), "M31");
}

TEST(Operators, M32_RefusesASoftmaxOfAnotherScaleOrScaling) {
  EXPECT_EQ(rule_after(kSoftmaxNode, [](ModelBuilder& m, NodeRecord& n) { m.tensors[n.output].scale = 1.0f / 255; }), "M32");
  EXPECT_EQ(rule_after(kSoftmaxNode, [](ModelBuilder& m, NodeRecord& n) { m.tensors[n.output].zero_point = 0; }), "M32");
  EXPECT_EQ(rule_with_attribute(kSoftmaxNode, attribute::kSoftmaxMultiplier, (1 << 30) - 1), "M32");
  EXPECT_EQ(rule_with_attribute(kSoftmaxNode, attribute::kSoftmaxLeftShift, 31), "M32");
  EXPECT_EQ(rule_with_attribute(kSoftmaxNode, attribute::kSoftmaxLeftShift, -1), "M32");
  EXPECT_EQ(rule_with_attribute(kSoftmaxNode, attribute::kSoftmaxDiffMin, -497), "M32");
  EXPECT_EQ(rule_with_attribute(kSoftmaxNode, attribute::kSoftmaxDiffMin, -496), "OK");
}

TEST(Operators, M32_RefusesMoreChannelsThanTheSumHolds) {
  for (const uint32_t channels : {511u, 512u}) {
    ModelBuilder model;
    model.input = model.activation(TensorType::int8, {1, 1, 1, channels}, 0.1f, 3);
    model.output = model.activation(TensorType::int8, {1, 1, 1, channels}, 1.0f / 256, -128);
    model.node(OperatorCode::softmax, {model.input}, model.output, softmax_attributes());
    model.lay_out();
    EXPECT_EQ(rule_of(model), channels == 511 ? "OK" : "M32");
  }
}

TEST(Operators, M33_RefusesAStandardizationOutOfRange) {
  const auto with = [](int row, int32_t value) {
    return rule_after(kStandardizeNode,
                      [=](ModelBuilder& m, NodeRecord& n) { m.values<int32_t>(n.inputs[1])[2 * row + 1] = value; });
  };
  EXPECT_EQ(with(0, kMaxStandardizeOffset), "OK");
  EXPECT_EQ(with(0, kMaxStandardizeOffset + 1), "M33");
  EXPECT_EQ(with(0, INT32_MIN), "M33");
  EXPECT_EQ(with(1, 1), "M33");
  EXPECT_EQ(with(1, -(1 << 30)), "M33");
  EXPECT_EQ(with(2, kMaxStandardizeShift), "OK");
  EXPECT_EQ(with(2, kMaxStandardizeShift + 1), "M33");
  EXPECT_EQ(with(2, -32), "M33");
}

TEST(Operators, M34_RefusesAMeanScalingOutOfRange) {
  EXPECT_EQ(rule_with_attribute(kMeanNode, attribute::kMeanMultiplier, -1), "M34");
  EXPECT_EQ(rule_with_attribute(kMeanNode, attribute::kMeanShift, 31), "M34");
  EXPECT_EQ(rule_with_attribute(kMeanNode, attribute::kMeanShift, -32), "M34");
}

// Nodes of residual_model().
constexpr size_t kAddNode = 2, kAverageNode = 3;

std::string rule_in_residual(size_t node, int place, int32_t value) {
  return rule_after(residual_model(), [=](ModelBuilder& m) { m.nodes[node].attributes[place] = value; });
}

TEST(Operators, M19_M26_M27_M31_HoldForAnAveragePoolAsForAMaxPool) {
  EXPECT_EQ(rule_of(residual_model()), "OK");
  EXPECT_EQ(rule_in_residual(kAverageNode, attribute::kFilterHeight, 0), "M25");
  EXPECT_EQ(rule_in_residual(kAverageNode, attribute::kPoolPadTop, 4), "M25");
  EXPECT_EQ(rule_in_residual(kAverageNode, attribute::kPoolStrideWidth, 1), "OK") << "a filter of 4 fits once";
  EXPECT_EQ(rule_in_residual(kAverageNode, attribute::kFilterWidth, 3), "OK") << "at a stride of 4";
  EXPECT_EQ(rule_in_residual(kAverageNode, attribute::kPoolClampMin, 128), "M27");
  EXPECT_EQ(rule_after(residual_model(), [](ModelBuilder& m) { m.tensors[m.output].scale *= 2; }), "M31");
  EXPECT_EQ(rule_after(residual_model(), [](ModelBuilder& m) { m.tensors[m.output].shape[3] = 3; }), "M26");
  EXPECT_EQ(rule_after(residual_model(), [](ModelBuilder& m) { m.tensors[m.nodes[kAddNode].output].type = 1; }), "M12");
}

TEST(Operators, M30_RefusesAnAverageOverMoreThanAnInt32Holds) {
  ModelBuilder model;
  model.input = model.activation(TensorType::int8, {1, 4096, 2049, 1}, 0.1f, 0);
  model.output = model.activation(TensorType::int8, {1, 1, 1, 1}, 0.1f, 0);
  model.node(OperatorCode::average_pool_2d, {model.input}, model.output, {4096, 2049, 4096, 2049, 0, 0, -128, 127});
  model.lay_out();
  EXPECT_EQ(rule_of(model), "M30");
}

TEST(Operators, M26_RefusesASumOfDifferentShapes) {
  EXPECT_EQ(rule_after(residual_model(), [](ModelBuilder& m) { m.nodes[kAddNode].inputs[1] = m.input; }), "M26");
}

TEST(Operators, M38_RefusesASumScaledOutOfRange) {
  for (const int multiplier : {attribute::kAddFirstMultiplier, attribute::kAddSecondMultiplier, attribute::kAddSumMultiplier}) {
    EXPECT_EQ(rule_in_residual(kAddNode, multiplier, -1), "M38");
    EXPECT_EQ(rule_in_residual(kAddNode, multiplier + 1, -32), "M38");
  }
  EXPECT_EQ(rule_in_residual(kAddNode, attribute::kAddFirstShift, 1), "M38");
  EXPECT_EQ(rule_in_residual(kAddNode, attribute::kAddSecondShift, 1), "M38");
  EXPECT_EQ(rule_in_residual(kAddNode, attribute::kAddSumShift, 1), "OK");
  EXPECT_EQ(rule_in_residual(kAddNode, attribute::kAddSumShift, 2), "M38");
  EXPECT_EQ(rule_in_residual(kAddNode, attribute::kAddClampMax, 128), "M27");
}

TEST(Operators, M51_RefusesAViewThatTheInputDoesNotHave) {
  for (const int place : {attribute::kMeanOuter, attribute::kMeanInner})
    for (const int32_t extent : {0, -1, 3, 33, INT32_MAX, INT32_MIN})
      EXPECT_EQ(rule_with_attribute(kMeanNode, place, extent), "M51") << extent;
  EXPECT_EQ(rule_with_attribute(kMeanNode, attribute::kMeanInner, 16), "M26") << "another number of means";
  EXPECT_EQ(rule_after(kMeanNode,
                       [](ModelBuilder&, NodeRecord& n) {
                         n.attributes[attribute::kMeanOuter] = 4;
                         n.attributes[attribute::kMeanInner] = 2;
                       }),
            "OK");
}

// Nodes of elements_model().
enum ElementsNode {
  kLookupNode,
  kFillNode,
  kPlaceNode,
  kGatherNode,
  kCopyNode,
  kReshapeNode,
  kSubNode,
  kMulNode,
  kMinimumNode,
  kMaximumNode,
  kSquareNode
};
constexpr ElementsNode kPairNodes[] = {kSubNode, kMulNode, kMinimumNode, kMaximumNode, kSquareNode};

template <typename Change>
std::string rule_in_elements(ElementsNode node, Change what) {
  return rule_after(elements_model(), [&](ModelBuilder& m) { what(m, m.nodes[node]); });
}

std::string rule_in_elements(ElementsNode node, int place, int32_t value) {
  return rule_in_elements(node, [=](ModelBuilder&, NodeRecord& n) { n.attributes[place] = value; });
}

// Another type for the node's output, and an arena that has room for it.
std::string rule_with_output_type(ElementsNode node, TensorType type) {
  return rule_in_elements(node, [=](ModelBuilder& m, NodeRecord& n) {
    m.tensors[n.output].type = static_cast<uint8_t>(type);
    m.tensors[n.output].zero_point = 0;
    m.lay_out();
  });
}

TEST(Operators, M19_RefusesOtherTypesWhereElementsGo) {
  EXPECT_EQ(rule_of(elements_model()), "OK");
  for (const ElementsNode node : {kLookupNode, kPlaceNode, kGatherNode, kCopyNode, kReshapeNode, kSubNode, kMulNode, kMinimumNode,
                                  kMaximumNode, kSquareNode})
    EXPECT_EQ(rule_with_output_type(node, TensorType::int16), "M19") << node;
  for (const ElementsNode node : kPairNodes)
    EXPECT_EQ(rule_in_elements(node,
                               [](ModelBuilder& m, NodeRecord& n) {
                                 n.inputs[0] = m.constant<int8_t>(TensorType::int8, {1, 1, 1, 60}, std::vector<int8_t>(60));
                                 m.offsets.push_back(kNoOffset);
                               }),
              "M19")
        << node;
  EXPECT_EQ(rule_in_elements(kLookupNode, [](ModelBuilder& m, NodeRecord& n) { n.inputs[1] = m.input; }), "M19");
  EXPECT_EQ(rule_in_elements(kGatherNode, [](ModelBuilder& m, NodeRecord& n) { n.inputs[1] = m.input; }), "M19");
}

TEST(Operators, M13_M28_LetOnlyTheOperandOfAPairHaveAZeroPoint) {
  const auto with = [](int32_t zero_point) {
    return rule_in_elements(kSubNode, [=](ModelBuilder& m, NodeRecord& n) { m.tensors[n.inputs[1]].zero_point = zero_point; });
  };
  EXPECT_EQ(with(-128), "OK");
  EXPECT_EQ(with(127), "OK");
  EXPECT_EQ(with(-129), "M13");
  EXPECT_EQ(with(128), "M13");
  EXPECT_EQ(rule_in_elements(kGatherNode, [](ModelBuilder& m, NodeRecord& n) { m.tensors[n.inputs[1]].zero_point = 1; }), "M13");
  for (const WholeNode node : kWeighted)
    EXPECT_EQ(rule_after(node, [](ModelBuilder& m, NodeRecord& n) { m.tensors[n.inputs[1]].zero_point = 1; }), "M28");
}

TEST(Operators, M24_RefusesATableOfAnotherLength) {
  for (const uint32_t length : {1u, 255u})
    EXPECT_EQ(rule_in_elements(kLookupNode, [=](ModelBuilder& m, NodeRecord& n) { m.tensors[n.inputs[1]].shape[3] = length; }),
              "M24");
  EXPECT_EQ(rule_in_elements(kGatherNode,
                             [](ModelBuilder& m, NodeRecord& n) {
                               m.tensors[n.inputs[1]].shape[2] = 2;
                               m.tensors[n.inputs[1]].shape[3] = 3;
                             }),
            "M24");
}

TEST(Operators, M26_RefusesElementsThatDoNotMeet) {
  const auto grown = [](ElementsNode node, int input) {
    return rule_in_elements(node, [=](ModelBuilder& m, NodeRecord& n) {
      TensorRecord& tensor = m.tensors[input < 0 ? n.output : n.inputs[input]];
      ++tensor.shape[2];
      m.lay_out();
    });
  };
  EXPECT_EQ(grown(kLookupNode, -1), "M26");
  EXPECT_EQ(grown(kPlaceNode, -1), "M26");
  EXPECT_EQ(grown(kReshapeNode, -1), "M26");
  for (const ElementsNode node : kPairNodes) EXPECT_EQ(grown(node, -1), "M26") << node;
  // A row of 10 meets 60 elements six times; of 7, of 9 it would not end with them.
  for (const uint32_t length : {10u, 6u, 1u})
    EXPECT_EQ(rule_in_elements(kSubNode, [=](ModelBuilder& m, NodeRecord& n) { m.tensors[n.inputs[1]].shape[3] = length; }),
              "OK");
  for (const uint32_t length : {7u, 9u})
    EXPECT_EQ(rule_in_elements(kSubNode, [=](ModelBuilder& m, NodeRecord& n) { m.tensors[n.inputs[1]].shape[3] = length; }),
              "M26");
}

TEST(Operators, M27_RefusesAttributesThatElementsDoNotHave) {
  for (const ElementsNode node : {kLookupNode, kReshapeNode, kMinimumNode, kMaximumNode})
    EXPECT_EQ(rule_in_elements(node, 0, 1), "M27") << node;
  EXPECT_EQ(rule_in_elements(kFillNode, 1, 1), "M27");
  EXPECT_EQ(rule_in_elements(kFillNode, 0, 128), "M27");
  EXPECT_EQ(rule_in_elements(kFillNode, 0, -129), "M27");
  EXPECT_EQ(rule_in_elements(kFillNode, 0, -128), "OK");
  EXPECT_EQ(rule_in_elements(kGatherNode, 3, 1), "M27");
  EXPECT_EQ(rule_in_elements(kMulNode, 4, 1), "M27");
  EXPECT_EQ(rule_in_elements(kMulNode, attribute::kMulClampMin, -129), "M27");
  EXPECT_EQ(rule_in_elements(kSubNode, attribute::kAddClampMax, 128), "M27");
  EXPECT_EQ(rule_in_elements(kSquareNode, attribute::kAddClampMax, 128), "M27");
}

TEST(Operators, M38_RefusesPairsScaledOutOfRange) {
  for (const ElementsNode node : {kSubNode, kSquareNode}) {
    EXPECT_EQ(rule_in_elements(node, attribute::kAddFirstMultiplier, -1), "M38");
    EXPECT_EQ(rule_in_elements(node, attribute::kAddSecondShift, 1), "M38");
    EXPECT_EQ(rule_in_elements(node, attribute::kAddSumShift, 1), "OK");
    EXPECT_EQ(rule_in_elements(node, attribute::kAddSumShift, 2), "M38");
    EXPECT_EQ(rule_in_elements(node, attribute::kAddSumShift, -32), "M38");
  }
  EXPECT_EQ(rule_in_elements(kSubNode, attribute::kAddFirstMultiplier, INT32_MAX), "OK");
  EXPECT_EQ(rule_in_elements(kSquareNode, attribute::kAddFirstMultiplier, (1 << 30) + 1), "M38") << "more than a half";
  EXPECT_EQ(rule_in_elements(kSquareNode, attribute::kAddSecondMultiplier, INT32_MAX), "OK") << "its shift is -2";
  EXPECT_EQ(rule_in_elements(kMulNode, attribute::kMulMultiplier, -1), "M38");
  EXPECT_EQ(rule_in_elements(kMulNode, attribute::kMulShift, 15), "OK");
  EXPECT_EQ(rule_in_elements(kMulNode, attribute::kMulShift, 16), "M38");
  EXPECT_EQ(rule_in_elements(kMulNode, attribute::kMulShift, -32), "M38");
}

TEST(Operators, M39_RefusesStridesThatLeaveTheTensor) {
  for (const ElementsNode node : {kCopyNode, kPlaceNode}) {
    for (int k = 0; k < 3; ++k)
      for (const int32_t extent : {0, -1, INT32_MIN, INT32_MAX, 7}) EXPECT_EQ(rule_in_elements(node, k, extent), "M39") << extent;
    EXPECT_EQ(rule_in_elements(node, attribute::kStridedOffset, -1), "M39");
    EXPECT_EQ(rule_in_elements(node, attribute::kStridedOffset, 7), "M39");
    for (const int32_t stride : {-1, 60, INT32_MAX, INT32_MIN})
      EXPECT_EQ(rule_in_elements(node, attribute::kStridedStride + 3, stride), "M39") << stride;
  }
  EXPECT_EQ(rule_in_elements(kCopyNode, attribute::kStridedStride, INT32_MIN), "OK") << "of an extent of 1";
  EXPECT_EQ(rule_in_elements(kCopyNode, attribute::kStridedStride + 1, -2), "M39");
  EXPECT_EQ(rule_in_elements(kCopyNode,
                             [](ModelBuilder&, NodeRecord& n) {
                               n.attributes[attribute::kStridedStride + 1] = -2;
                               n.attributes[attribute::kStridedOffset] = 10;
                             }),
            "OK")
      << "backwards from the last column";
  EXPECT_EQ(rule_in_elements(kPlaceNode, attribute::kStridedOffset, 0), "OK");
}

TEST(Operators, M40_RefusesAGatherOutsideItsInput) {
  const auto with_index = [](int32_t index) {
    return rule_in_elements(kGatherNode, [=](ModelBuilder& m, NodeRecord& n) { m.values<int32_t>(n.inputs[1])[3] = index; });
  };
  EXPECT_EQ(with_index(0), "OK");
  for (const int32_t index : {3, -1, INT32_MAX, INT32_MIN}) EXPECT_EQ(with_index(index), "M40") << index;
  for (int k = 0; k < 3; ++k)
    for (const int32_t value : {0, -1, 1, 30, INT32_MAX, INT32_MIN})
      EXPECT_EQ(rule_in_elements(kGatherNode, k, value), "M40") << value;
}

}  // namespace
}  // namespace mote
