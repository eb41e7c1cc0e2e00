// M19 and M26 to M57: models of one node that break a rule of their operator.
#include <gtest/gtest.h>

#include "device/model/test/rule_of.h"

namespace mote {
namespace {

using Shape = std::vector<uint32_t>;

// One activation to another, int8 unless it says so.
struct OneNode : ModelBuilder {
  OneNode(OperatorCode code, Shape from, Shape to, std::vector<int32_t> attributes, float scale = 0.1f, int32_t zero_point = 3,
          TensorType from_type = TensorType::int8, TensorType to_type = TensorType::int8) {
    input = activation(from_type, from, 0.1f, from_type == TensorType::int8 ? 3 : 0);
    output = activation(to_type, to, scale, zero_point);
    node(code, {input}, output, attributes);
    lay_out();
  }

  std::string with(int place, int32_t value) const {
    ModelBuilder changed = *this;
    changed.nodes[0].attributes[place] = value;
    return rule_of(changed);
  }
  std::string with_type(bool of_output, TensorType type) const {
    ModelBuilder changed = *this;
    TensorRecord& tensor = changed.tensors[of_output ? output : input];
    tensor.type = static_cast<uint8_t>(type);
    tensor.zero_point = 0;
    changed.lay_out();
    return rule_of(changed);
  }
  std::string with_output(float scale, int32_t zero_point) const {
    ModelBuilder changed = *this;
    changed.tensors[output].scale = scale;
    changed.tensors[output].zero_point = zero_point;
    return rule_of(changed);
  }
  std::string with_output_shape(Shape shape) const {
    ModelBuilder changed = *this;
    for (size_t i = 0; i < 4; ++i) changed.tensors[output].shape[i] = shape[i];
    changed.lay_out();
    return rule_of(changed);
  }
};

TEST(MoreOperators, ReduceMax) {
  const OneNode model(OperatorCode::reduce_max, {1, 2, 3, 4}, {1, 1, 2, 4}, {2, 4, 1});
  EXPECT_EQ(rule_of(model), "OK");
  EXPECT_EQ(model.with_type(false, TensorType::int16), "M19");
  EXPECT_EQ(model.with_type(true, TensorType::int32), "M19");
  EXPECT_EQ(model.with(attribute::kAlongOuter, 0), "M51");
  EXPECT_EQ(model.with(attribute::kAlongInner, 5), "M51");
  EXPECT_EQ(model.with(attribute::kAlongInner, 2), "M26");
  EXPECT_EQ(model.with_output_shape({1, 1, 1, 8}), "OK");
  EXPECT_EQ(model.with_output_shape({1, 1, 1, 9}), "M26");
  EXPECT_EQ(model.with(attribute::kAlongLeast, 2), "M27");
  EXPECT_EQ(model.with(3, 1), "M27");
  EXPECT_EQ(model.with_output(0.2f, 3), "M31");
  EXPECT_EQ(model.with_output(0.1f, 4), "M31");
}

TEST(MoreOperators, ArgMax) {
  const OneNode model(OperatorCode::arg_max, {1, 2, 3, 4}, {1, 1, 2, 4}, {2, 4, 0}, 1, 0, TensorType::int8, TensorType::int32);
  EXPECT_EQ(rule_of(model), "OK");
  EXPECT_EQ(model.with_type(true, TensorType::int8), "M19");
  EXPECT_EQ(model.with_type(false, TensorType::int32), "M19");
  EXPECT_EQ(model.with(attribute::kAlongOuter, -2), "M51");
  EXPECT_EQ(model.with(attribute::kAlongOuter, 1), "M26");
  EXPECT_EQ(model.with(attribute::kAlongLeast, -1), "M27");
}

ModelBuilder transposed_model() {
  ModelBuilder model;
  Random random(1);
  model.input = model.activation(TensorType::int8, {1, 2, 3, 3}, 0.1f, 3);
  model.output = model.activation(TensorType::int8, {1, 5, 9, 4}, 0.2f, -5);
  const auto constants = weighted_constants(&model, {4, 3, 2, 3}, 4, &random);
  model.node(OperatorCode::transpose_conv_2d, {model.input, constants[0], constants[1], constants[2]}, model.output,
             {2, 3, 1, 0, -128, 127});
  model.lay_out();
  return model;
}

TEST(MoreOperators, TransposeConv2d) {
  const auto rule = [](auto change) { return rule_after(transposed_model(), [&](ModelBuilder& m) { change(m, m.nodes[0]); }); };
  const auto with = [&](int place, int32_t value) {
    return rule([=](ModelBuilder&, NodeRecord& n) { n.attributes[place] = value; });
  };
  EXPECT_EQ(rule([](ModelBuilder&, NodeRecord&) {}), "OK");
  EXPECT_EQ(rule([](ModelBuilder& m, NodeRecord& n) { m.tensors[n.inputs[1]].type = 4; }), "M19") << "4 bits";
  EXPECT_EQ(rule([](ModelBuilder& m, NodeRecord& n) { m.tensors[n.inputs[0]].shape[3] = 2; }), "M24");
  EXPECT_EQ(rule([](ModelBuilder& m, NodeRecord&) { m.tensors[m.output].shape[3] = 3; }), "M24");
  EXPECT_EQ(rule([](ModelBuilder& m, NodeRecord&) { m.tensors[m.output].shape[1] = 1; }), "OK") << "any height";
  for (const int32_t stride : {0, -1, 65536}) EXPECT_EQ(with(attribute::kStrideHeight, stride), "M25");
  EXPECT_EQ(with(attribute::kPadTop, 3), "M25");
  EXPECT_EQ(with(attribute::kPadLeft, -1), "M25");
  EXPECT_EQ(with(attribute::kClampMax, 128), "M27");
  EXPECT_EQ(with(attribute::kDilationHeight, 2), "M27");
  EXPECT_EQ(rule([](ModelBuilder& m, NodeRecord& n) { m.values<int32_t>(n.inputs[3])[1] = 5; }), "M29");
  EXPECT_EQ(rule([](ModelBuilder& m, NodeRecord& n) { m.values<int32_t>(n.inputs[2])[3] = INT32_MIN; }), "M30");
}

// 2 x [2,3] by [3,5], the second a constant or an activation.
ModelBuilder product_model(bool constant) {
  ModelBuilder model;
  model.input = model.activation(TensorType::int8, {1, 2, 2, 3}, 0.1f, 3);
  model.output = model.activation(TensorType::int8, {1, 2, 2, 5}, 0.2f, -5);
  uint16_t second = 0;
  if (constant)
    second = model.constant(TensorType::int8, {1, 1, 3, 5}, std::vector<int8_t>(15, 7));
  else
    model.more_inputs = {second = model.activation(TensorType::int8, {1, 1, 3, 5}, 0.1f, 9)};
  model.node(OperatorCode::batch_matmul, {model.input, second}, model.output, {2, 3, 5, 0, 1 << 30, -6});
  model.lay_out();
  return model;
}

TEST(MoreOperators, BatchMatmul) {
  for (const bool constant : {true, false}) {
    const auto with = [&](int place, int32_t value) {
      return rule_after(product_model(constant), [&](ModelBuilder& m) { m.nodes[0].attributes[place] = value; });
    };
    EXPECT_EQ(rule_of(product_model(constant)), "OK");
    EXPECT_EQ(rule_after(product_model(constant), [](ModelBuilder& m) { m.tensors[m.nodes[0].inputs[1]].shape[2] = 2; }), "M26");
    EXPECT_EQ(rule_after(product_model(constant), [](ModelBuilder& m) { m.tensors[m.output].shape[1] = 1; }), "M26");
    for (const int place : {attribute::kMatmulRows, attribute::kMatmulDepth, attribute::kMatmulColumns})
      for (const int32_t extent : {0, -1, 7, INT32_MAX, INT32_MIN}) EXPECT_EQ(with(place, extent), "M26");
    EXPECT_EQ(with(attribute::kMatmulTurned, 3), "OK");
    EXPECT_EQ(with(attribute::kMatmulTurned, 4), "M53");
    EXPECT_EQ(with(attribute::kMatmulTurned, -1), "M53");
    EXPECT_EQ(with(attribute::kMatmulMultiplier, -1), "M53");
    EXPECT_EQ(with(attribute::kMatmulShift, -32), "M53");
    EXPECT_EQ(with(attribute::kMatmulShift, 31), "M53");
    EXPECT_EQ(with(attribute::kMatmulShift, 13), "OK");  // 3 * 255 * 255 * 2^13 < 2^31
    EXPECT_EQ(with(attribute::kMatmulShift, 14), "M30");
    EXPECT_EQ(with(6, 1), "M27");
  }
}

ModelBuilder prelu_model() {
  ModelBuilder model;
  model.input = model.activation(TensorType::int8, {1, 2, 2, 6}, 0.1f, 3);
  model.output = model.activation(TensorType::int8, {1, 2, 2, 6}, 0.2f, -5);
  const uint16_t slopes = model.constant<int8_t>(TensorType::int8, {1, 1, 1, 6}, {1, 2, 3, 4, 5, -6});
  model.node(OperatorCode::prelu, {model.input, slopes}, model.output, {1 << 30, 0, 1 << 30, -6});
  model.lay_out();
  return model;
}

TEST(MoreOperators, Prelu) {
  const auto with = [](int place, int32_t value) {
    return rule_after(prelu_model(), [=](ModelBuilder& m) { m.nodes[0].attributes[place] = value; });
  };
  EXPECT_EQ(rule_of(prelu_model()), "OK");
  EXPECT_EQ(rule_after(prelu_model(), [](ModelBuilder& m) { m.nodes[0].inputs[1] = m.input; }), "M19");
  EXPECT_EQ(rule_after(prelu_model(), [](ModelBuilder& m) { m.tensors[m.nodes[0].inputs[1]].shape[3] = 5; }), "M26");
  EXPECT_EQ(rule_after(prelu_model(), [](ModelBuilder& m) { m.tensors[m.output].shape[3] = 5; }), "M26");
  EXPECT_EQ(with(4, 1), "M27");
  EXPECT_EQ(with(attribute::kPreluPositiveMultiplier, -1), "M54");
  EXPECT_EQ(with(attribute::kPreluPositiveShift, 22), "OK");
  EXPECT_EQ(with(attribute::kPreluPositiveShift, 23), "M54");
  EXPECT_EQ(with(attribute::kPreluPositiveShift, -32), "M54");
  EXPECT_EQ(with(attribute::kPreluNegativeMultiplier, INT32_MIN), "M54");
  EXPECT_EQ(with(attribute::kPreluNegativeShift, 14), "OK");
  EXPECT_EQ(with(attribute::kPreluNegativeShift, 15), "M54");
}

TEST(MoreOperators, LogSoftmax) {
  const OneNode model(OperatorCode::log_softmax, {1, 1, 2, 6}, {1, 1, 2, 6}, {1 << 30, 22, -496, 1 << 30, -20}, 0.0625f, 127);
  EXPECT_EQ(rule_of(model), "OK");
  EXPECT_EQ(model.with_type(true, TensorType::int16), "M19");
  EXPECT_EQ(model.with_output_shape({1, 1, 1, 12}), "M26");
  EXPECT_EQ(model.with(5, 1), "M27");
  EXPECT_EQ(model.with_output(0.0624f, 127), "M55");
  EXPECT_EQ(model.with_output(0.0625f, 126), "M55");
  EXPECT_EQ(model.with(attribute::kSoftmaxMultiplier, (1 << 30) - 1), "M55");
  EXPECT_EQ(model.with(attribute::kSoftmaxLeftShift, 31), "M55");
  EXPECT_EQ(model.with(attribute::kSoftmaxLeftShift, -1), "M55");
  EXPECT_EQ(model.with(attribute::kSoftmaxDiffMin, -497), "M55");
  EXPECT_EQ(model.with(attribute::kLogSoftmaxReverseMultiplier, 0), "M55");
  EXPECT_EQ(model.with(attribute::kLogSoftmaxReverseShift, 1), "M55");
  EXPECT_EQ(model.with(attribute::kLogSoftmaxReverseShift, -32), "M55");
  for (const uint32_t channels : {4095u, 4096u})
    EXPECT_EQ(rule_of(OneNode(OperatorCode::log_softmax, {1, 1, 1, channels}, {1, 1, 1, channels},
                              {1 << 30, 22, -496, 1 << 30, -20}, 0.0625f, 127)),
              channels == 4095 ? "OK" : "M55");
}

TEST(MoreOperators, L2Normalization) {
  const OneNode model(OperatorCode::l2_normalization, {1, 1, 2, 6}, {1, 1, 2, 6}, {}, 0.0078125f, 0);
  EXPECT_EQ(rule_of(model), "OK");
  EXPECT_EQ(model.with_type(false, TensorType::float32), "M19");
  EXPECT_EQ(model.with_output_shape({1, 2, 1, 6}), "M26");
  EXPECT_EQ(model.with(0, 1), "M27");
  EXPECT_EQ(model.with_output(0.0078f, 0), "M56");
  EXPECT_EQ(model.with_output(0.0078125f, 1), "M56");
  for (const uint32_t channels : {33025u, 33026u})
    EXPECT_EQ(rule_of(OneNode(OperatorCode::l2_normalization, {1, 1, 1, channels}, {1, 1, 1, channels}, {}, 0.0078125f, 0)),
              channels == 33025 ? "OK" : "M30");
}

TEST(MoreOperators, ResizeBilinear) {
  const OneNode model(OperatorCode::resize_bilinear, {1, 2, 3, 4}, {1, 5, 7, 4}, {0, 1});
  EXPECT_EQ(rule_of(model), "OK");
  EXPECT_EQ(model.with_type(true, TensorType::int16), "M19");
  EXPECT_EQ(model.with_output_shape({1, 5, 7, 3}), "M26");
  EXPECT_EQ(model.with(attribute::kResizeHalfPixel, 2), "M27");
  EXPECT_EQ(model.with(attribute::kResizeAlignCorners, -1), "M27");
  EXPECT_EQ(model.with(2, 1), "M27");
  EXPECT_EQ(model.with(attribute::kResizeAlignCorners, 1), "M57") << "both";
  EXPECT_EQ(model.with_output(0.2f, 3), "M31");
  EXPECT_EQ(rule_of(OneNode(OperatorCode::resize_bilinear, {1, 1, 1, 1}, {1, 1, 2000, 1}, {0, 0})), "M57") << "past the end";
  EXPECT_EQ(rule_of(OneNode(OperatorCode::resize_bilinear, {1, 1, 1, 1}, {1, 2000, 1, 1}, {0, 0})), "M57");
}

TEST(MoreOperators, QuantizeAndDequantize) {
  const OneNode in(OperatorCode::quantize, {1, 1, 2, 6}, {1, 1, 2, 6}, {}, 0.1f, 3, TensorType::float32, TensorType::int8);
  const OneNode out(OperatorCode::dequantize, {1, 1, 2, 6}, {1, 1, 2, 6}, {}, 1, 0, TensorType::int8, TensorType::float32);
  for (const OneNode& model : {in, out}) {
    EXPECT_EQ(rule_of(model), "OK");
    EXPECT_EQ(model.with_type(false, TensorType::int32), "M19");
    EXPECT_EQ(model.with_type(true, TensorType::int32), "M19");
    EXPECT_EQ(model.with_output_shape({1, 1, 1, 6}), "M26");
    EXPECT_EQ(model.with(0, 1), "M27");
  }
}

}  // namespace
}  // namespace mote
