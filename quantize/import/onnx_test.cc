// ONNX files as graphs: against definitions in coordinates, and what the graph looks like.
#include "quantize/import/onnx.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "quantize/calibrate/explain.h"
#include "quantize/import/import.h"
#include "quantize/passes/passes.h"
#include "quantize/read/loaded_model.h"
#include "quantize/test/onnx_draft.h"

namespace mote {
namespace {

using test::OnnxDraft;
using testing::HasSubstr;

std::vector<float> any_floats(Random& random, size_t count) {
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(random.uniform(-1, 1));
  return values;
}

Graph onnx_graph(const OnnxDraft& draft) {
  auto graph = read_onnx(draft.bytes(), "draft");
  EXPECT_TRUE(graph.ok()) << graph.error().line();
  return graph.ok() ? graph->graph : Graph();
}

int count_op(const Graph& graph, Op op) {
  return static_cast<int>(std::count_if(graph.nodes.begin(), graph.nodes.end(), [&](const Node& node) { return node.op == op; }));
}

std::string onnx_refusal(const OnnxDraft& draft) {
  const auto graph = read_onnx(draft.bytes(), "draft");
  return graph.ok() ? "" : graph.error().line();
}

// x [C, H, W] by weights [O, C, 3, 3] with a margin of 1.
std::vector<float> convolved(const std::vector<float>& x, const std::vector<float>& weights, const std::vector<float>& bias,
                             int c, int h, int w, int o) {
  std::vector<float> result;
  for (int k = 0; k < o; ++k)
    for (int y = 0; y < h; ++y)
      for (int z = 0; z < w; ++z) {
        double sum = static_cast<double>(bias[static_cast<size_t>(k)]);
        for (int i = 0; i < c; ++i)
          for (int dy = -1; dy <= 1; ++dy)
            for (int dz = -1; dz <= 1; ++dz)
              if (y + dy >= 0 && y + dy < h && z + dz >= 0 && z + dz < w)
                sum += static_cast<double>(x[static_cast<size_t>((i * h + y + dy) * w + z + dz)]) *
                       static_cast<double>(weights[static_cast<size_t>(((k * c + i) * 3 + dy + 1) * 3 + dz + 1)]);
        result.push_back(static_cast<float>(sum));
      }
  return result;
}

void expect_close(const std::vector<float>& made, const std::vector<float>& expected) {
  ASSERT_EQ(made.size(), expected.size());
  for (size_t i = 0; i < made.size(); ++i) ASSERT_NEAR(made[i], expected[i], 1e-4) << i;
}

// A small network: convolution, normalization, activation, another, flattened into a dense layer.
struct SmallNetwork {
  static constexpr int kC = 2, kH = 4, kW = 5, kO = 3, kClasses = 4;
  std::vector<float> first, second, dense, scale, shift, mean, variance;
  OnnxDraft draft;

  explicit SmallNetwork(Random& random) {
    first = any_floats(random, kO * kC * 9);
    second = any_floats(random, kO * kO * 9);
    dense = any_floats(random, kO * kH * kW * kClasses);
    scale = any_floats(random, kO);
    shift = any_floats(random, kO);
    mean = any_floats(random, kO);
    variance = {0.5f, 1.5f, 2};
    const std::string x = draft.input("x", {0, kC, kH, kW});
    std::string y = draft.node("Conv", {x, draft.floats("w1", {kO, kC, 3, 3}, first)});
    draft.with("pads", {1, 1, 1, 1});
    y = draft.node("BatchNormalization", {y, draft.floats("s", {kO}, scale), draft.floats("b", {kO}, shift),
                                          draft.floats("m", {kO}, mean), draft.floats("v", {kO}, variance)});
    y = draft.node("Relu", {y});
    y = draft.node("Conv", {y, draft.floats("w2", {kO, kO, 3, 3}, second)});
    draft.with("pads", {1, 1, 1, 1});
    y = draft.node("Flatten", {y});
    y = draft.node("Gemm", {y, draft.floats("d", {kO * kH * kW, kClasses}, dense)});
    draft.output(y);
  }

  std::vector<float> outputs(const std::vector<float>& x) const {
    std::vector<float> y = convolved(x, first, std::vector<float>(kO, 0.0f), kC, kH, kW, kO);
    for (size_t i = 0; i < y.size(); ++i) {
      const size_t c = i / (kH * kW);
      y[i] = std::max(0.0f, scale[c] * (y[i] - mean[c]) / std::sqrt(variance[c] + 1e-5f) + shift[c]);
    }
    y = convolved(y, second, std::vector<float>(kO, 0.0f), kO, kH, kW, kO);
    std::vector<float> result(kClasses, 0.0f);
    for (size_t i = 0; i < y.size(); ++i)
      for (size_t k = 0; k < kClasses; ++k) result[k] += y[i] * dense[i * kClasses + k];
    return result;
  }
};

TEST(Onnx, NetworkComputesItsDefinition) {
  Random random(1);
  const SmallNetwork network(random);
  const Graph graph = onnx_graph(network.draft);
  for (int i = 0; i < 5; ++i) {
    const std::vector<float> x = any_floats(random, 2 * 4 * 5);
    expect_close(execute(graph, x), network.outputs(x));
  }
}

// One copy turns the input round; normalization is in the weights, and the dense layer's weights follow the flattened image.
TEST(Onnx, LeavesNoTransposeInTheMiddle) {
  Random random(2);
  Graph graph = onnx_graph(SmallNetwork(random).draft);
  EXPECT_EQ(count_op(graph, Op::strided_copy), 1);
  EXPECT_EQ(count_op(graph, Op::depthwise_conv_2d), 0);
  EXPECT_EQ(count_op(graph, Op::conv_2d), 2);
  EXPECT_EQ(count_op(graph, Op::fully_connected), 1);
  EXPECT_EQ(graph.nodes.front().op, Op::strided_copy);
}

TEST(Onnx, ASingleChannelIsNotTurnedAtAll) {
  OnnxDraft draft;
  const std::string x = draft.input("x", {1, 1, 6, 6});
  draft.output(draft.node("Conv", {x, draft.floats("w", {1, 1, 3, 3}, std::vector<float>(9, 1.0f))}));
  const Graph graph = onnx_graph(draft);
  EXPECT_EQ(count_op(graph, Op::strided_copy) + count_op(graph, Op::conv_2d), 1);
  EXPECT_EQ(graph.nodes.front().op, Op::conv_2d);
  EXPECT_EQ(graph.values[graph.input()].shape, (Shape{1, 6, 6, 1}));
}

TEST(Onnx, TransposesThatOnlySayWhereChannelsLieAreNothing) {
  OnnxDraft draft;
  std::string x = draft.node("Transpose", {draft.input("x", {1, 4, 5, 3})});
  draft.with("perm", {0, 3, 1, 2});
  x = draft.node("GlobalAveragePool", {draft.node("Relu", {x})});
  draft.output(x);
  const Graph graph = onnx_graph(draft);
  EXPECT_EQ(count_op(graph, Op::strided_copy), 0);
  Random random(3);
  const std::vector<float> in = any_floats(random, 60);
  std::vector<float> expected(3, 0.0f);
  for (size_t i = 0; i < in.size(); ++i) expected[i % 3] += std::max(0.0f, in[i]) / 20;
  expect_close(execute(graph, in), expected);
}

TEST(Onnx, ConvTransposeSpreadsEachElement) {
  constexpr int kIn = 2, kOut = 3, kH = 3, kW = 4, kFilter = 3, kStride = 2, kPad = 1, kExtra = 1;
  constexpr int kHeight = (kH - 1) * kStride + kFilter - 2 * kPad + kExtra,
                kWidth = (kW - 1) * kStride + kFilter - 2 * kPad + kExtra;
  Random random(4);
  const std::vector<float> weights = any_floats(random, kIn * kOut * kFilter * kFilter), bias = any_floats(random, kOut);
  OnnxDraft draft;
  const std::string x = draft.input("x", {1, kIn, kH, kW});
  draft.output(draft.node("ConvTranspose",
                          {x, draft.floats("w", {kIn, kOut, kFilter, kFilter}, weights), draft.floats("b", {kOut}, bias)}));
  draft.with("strides", {kStride, kStride}).with("pads", {kPad, kPad, kPad, kPad}).with("output_padding", {kExtra, kExtra});
  const std::vector<float> in = any_floats(random, kIn * kH * kW);
  std::vector<float> expected;
  for (const float b : bias) expected.insert(expected.end(), kHeight * kWidth, b);
  for (int i = 0; i < kIn; ++i)
    for (int y = 0; y < kH; ++y)
      for (int z = 0; z < kW; ++z)
        for (int o = 0; o < kOut; ++o)
          for (int dy = 0; dy < kFilter; ++dy)
            for (int dz = 0; dz < kFilter; ++dz) {
              const int to_y = y * kStride + dy - kPad, to_z = z * kStride + dz - kPad;
              if (to_y < 0 || to_y >= kHeight || to_z < 0 || to_z >= kWidth) continue;
              expected[static_cast<size_t>((o * kHeight + to_y) * kWidth + to_z)] +=
                  in[static_cast<size_t>((i * kH + y) * kW + z)] *
                  weights[static_cast<size_t>(((i * kOut + o) * kFilter + dy) * kFilter + dz)];
            }
  expect_close(execute(onnx_graph(draft), in), expected);
}

TEST(Onnx, ResizeTakesTheNearest) {
  OnnxDraft draft;
  const std::string x = draft.input("x", {1, 2, 2, 3});
  draft.output(draft.node("Resize", {x, "", draft.floats("scales", {4}, {1, 1, 2, 2})}));
  std::vector<float> in(12), expected;
  for (size_t i = 0; i < in.size(); ++i) in[i] = static_cast<float>(i);
  for (size_t c = 0; c < 2; ++c)
    for (size_t y = 0; y < 4; ++y)
      for (size_t z = 0; z < 6; ++z) expected.push_back(in[(c * 2 + y / 2) * 3 + z / 2]);
  expect_close(execute(onnx_graph(draft), in), expected);
}

TEST(Onnx, ShapesThatAreWorkedOutAreConstants) {
  OnnxDraft draft;
  const std::string x = draft.input("x", {1, 2, 3, 4});
  const std::string batch = draft.node("Gather", {draft.node("Shape", {x}), draft.integers("first", {0})});
  const std::string shape = draft.node("Concat", {batch, draft.integers("rest", {-1})});
  draft.with("axis", int64_t{0});
  draft.output(draft.node("Reshape", {x, shape}));
  const Graph graph = onnx_graph(draft);
  std::vector<float> in(24);
  for (size_t i = 0; i < in.size(); ++i) in[i] = static_cast<float>(i);
  EXPECT_EQ(execute(graph, in), in);
}

// A convolution of one tap, by weights of 8 bits with a scale for each channel; `qlinear`: as one operator on integers.
OnnxDraft quantized_conv(bool qlinear, int32_t zero_of_result, int32_t zero_of_weights = 1) {
  OnnxDraft draft;
  const std::string scale = draft.floats("scale", {}, {0.25f}), zero = draft.quanta("zero", {}, {0}, onnx::TensorProto::INT8);
  const std::string last = draft.quanta("last", {}, {zero_of_result}, onnx::TensorProto::INT8);
  const std::string weights = draft.quanta("w", {2, 3, 1, 1}, {1, -2, 3, 4, 5, -6}, onnx::TensorProto::INT8);
  const std::string scales = draft.floats("scales", {2}, {0.5f, 2});
  const std::string zeros = draft.quanta("zeros", {2}, {0, zero_of_weights}, onnx::TensorProto::INT8);
  const std::string bias = draft.quanta("b", {2}, {8, -4}, onnx::TensorProto::INT32);
  std::string x = draft.node("QuantizeLinear", {draft.input("x", {1, 3, 2, 2}), scale, zero});
  if (qlinear) {
    x = draft.node("QLinearConv", {x, scale, zero, weights, scales, zeros, scale, last, bias});
  } else {
    x = draft.node("DequantizeLinear", {x, scale, zero});
    const std::string w = draft.node("DequantizeLinear", {weights, scales, zeros});
    draft.with("axis", int64_t{0});
    const std::string b = draft.node("DequantizeLinear", {bias, draft.floats("bias_scales", {2}, {0.125f, 0.5f})});
    draft.with("axis", int64_t{0});
    x = draft.node("QuantizeLinear", {draft.node("Conv", {x, w, b}), scale, last});
  }
  draft.output(draft.node("DequantizeLinear", {x, scale, last}));
  return draft;
}

TEST(Onnx, QuantizedGraphsAreReadAsReals) {
  Random random(7);
  const std::vector<float> x = any_floats(random, 12), weights = {0.5f, -1, 1.5f, 6, 8, -14}, bias = {1, -2};
  for (const bool qlinear : {false, true})
    for (const int32_t zero : {-128, 3}) {
      std::vector<float> expected;
      for (size_t o = 0; o < 2; ++o)
        for (size_t i = 0; i < 4; ++i) {
          const float sum = bias[o] + weights[3 * o] * x[i] + weights[3 * o + 1] * x[4 + i] + weights[3 * o + 2] * x[8 + i];
          expected.push_back(zero == -128 ? std::max(0.0f, sum) : sum);
        }
      expect_close(execute(onnx_graph(quantized_conv(qlinear, zero)), x), expected);
    }
}

// Whatever the data are that the rest would be quantized by.
TensorFile small_values(Random& random, size_t count) {
  TensorFile data{.values = any_floats(random, count), .rows = 0, .where = "data"};
  for (float& value : data.values) value /= 100;
  return data;
}

TEST(Onnx, QuantizedGraphsKeepTheirScales) {
  Random random(8);
  const TensorFile data = small_values(random, 12 * 20);
  NoProgress progress;
  for (const bool qlinear : {false, true})
    for (const int32_t zero : {-128, 3}) {
      const auto compiled = import_onnx(quantized_conv(qlinear, zero, 0).bytes(), "q", data, {}, progress);
      ASSERT_TRUE(compiled.ok()) << compiled.error().line();
      const Graph& graph = compiled->graph;
      const Value &in = graph.values[graph.input()], &out = graph.values[graph.output()];
      EXPECT_EQ(in.quantization.scale, std::vector<float>{0.25f});
      EXPECT_EQ(in.quantization.zero_point, 0);
      EXPECT_EQ(out.quantization.scale, std::vector<float>{0.25f});
      EXPECT_EQ(out.quantization.zero_point, zero);
      const auto conv =
          std::find_if(graph.nodes.begin(), graph.nodes.end(), [](const Node& node) { return node.op == Op::conv_2d; });
      ASSERT_NE(conv, graph.nodes.end());
      EXPECT_EQ(graph.values[conv->inputs[1]].integers, (std::vector<int32_t>{1, -2, 3, 4, 5, -6}));
      EXPECT_EQ(graph.values[conv->inputs[2]].integers, (std::vector<int32_t>{8, -4}));

      LoadedModel model = LoadedModel::open(compiled->model, "q").value();
      std::vector<int8_t> x(12), y(8);
      for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<int8_t>(random.below(17)) - 8;
      model.run(x, y);
      const int32_t weights[] = {1, -2, 3, 4, 5, -6}, bias[] = {8, -4};
      for (size_t o = 0; o < 2; ++o)
        for (size_t i = 0; i < 4; ++i) {
          int32_t sum = bias[o];
          for (size_t c = 0; c < 3; ++c) sum += weights[3 * o + c] * x[4 * c + i];
          const double exact = std::round(sum * (o == 0 ? 0.5 : 2)) + zero;
          EXPECT_LE(std::abs(y[4 * o + i] - std::clamp(exact, -128.0, 127.0)), 1)
              << "qlinear " << qlinear << ", zero " << zero << ": channel " << o << ", place " << i << ", " << int{y[4 * o + i]}
              << " for " << exact;
        }
    }
}

TEST(Onnx, OneValueMayHaveSeveralScales) {
  OnnxDraft draft;
  std::string x = draft.input("x", {1, 8});
  for (const float scale : {0.0625f, 0.5f}) {
    const std::string by = draft.floats(x + " scale", {}, {scale}),
                      zero = draft.quanta(x + " zero", {}, {5}, onnx::TensorProto::INT8);
    x = draft.node("DequantizeLinear", {draft.node("QuantizeLinear", {x, by, zero}), by, zero});
  }
  draft.output(x);
  Random random(9);
  NoProgress progress;
  const auto compiled = import_onnx(draft.bytes(), "q", small_values(random, 80), {}, progress);
  ASSERT_TRUE(compiled.ok()) << compiled.error().line();
  LoadedModel model = LoadedModel::open(compiled->model, "q").value();
  EXPECT_EQ(model.input().scale, 0.0625f);
  EXPECT_EQ(model.output().scale, 0.5f);
  std::vector<int8_t> in = {5, 13, 21, -3, 29, -11, 5 + 64, 5 - 64}, out(8);
  model.run(in, out);
  for (size_t i = 0; i < in.size(); ++i) EXPECT_EQ(out[i] - 5, (in[i] - 5) / 8);
}

TEST(Onnx, RefusesIntegersReadByAnotherScale) {
  OnnxDraft draft;
  const std::string zero = draft.quanta("zero", {}, {0}, onnx::TensorProto::INT8);
  const std::string x = draft.node("QuantizeLinear", {draft.input("x", {1, 4}), draft.floats("s", {}, {0.25f}), zero});
  draft.output(draft.node("DequantizeLinear", {x, draft.floats("t", {}, {0.5f}), zero}));
  EXPECT_THAT(onnx_refusal(draft), HasSubstr("reads integers by another scale than they were made by"));
}

TEST(Onnx, ArithmeticOnIntegersIsRefused) {
  OnnxDraft draft;
  const std::string scale = draft.floats("scale", {}, {0.25f}), zero = draft.quanta("zero", {}, {3}, onnx::TensorProto::INT8);
  const std::string x = draft.node("QuantizeLinear", {draft.input("x", {1, 4}), scale, zero});
  draft.output(draft.node("Add", {x, x}));
  EXPECT_THAT(onnx_refusal(draft), HasSubstr("(Add 'the_Add2') calculates with integers"));
}

TEST(Onnx, NamesAllThatItCannotTake) {
  OnnxDraft draft;
  const std::string x = draft.input("x", {1, 4});
  const std::string lost = draft.node("LSTM", {x});
  draft.output(draft.node("Relu", {lost}));
  draft.output(draft.node("Mystery", {x}));
  draft.output(draft.node("Enigma", {lost}));
  draft.output(draft.node("Resize", {x, "", draft.floats("twice", {2}, {1, 2})}));
  draft.with("mode", "cubic");
  const std::string line = onnx_refusal(draft);
  EXPECT_THAT(line, HasSubstr("node 0 (LSTM 'the_LSTM1') is not supported"));
  EXPECT_THAT(line, HasSubstr("node 2 (Mystery 'the_Mystery3') is not supported"));
  EXPECT_THAT(line, HasSubstr("node 3 (Enigma 'the_Enigma4') is not supported")) << "though its input is lost as well";
  EXPECT_THAT(line, HasSubstr("node 4 (Resize 'the_Resize5') resizes by 'cubic'"));
  EXPECT_THAT(line, testing::Not(HasSubstr("Relu")));
}

TEST(Onnx, RefusesWhatIsNoModelAndOpsetsOfOtherTimes) {
  EXPECT_THAT(read_onnx(Bytes{1, 2, 3}, "f").error().line(), HasSubstr("f: is not an ONNX model"));
  EXPECT_THAT(read_onnx(Bytes{}, "f").error().line(), HasSubstr("f: is not an ONNX model"));
  EXPECT_THAT(onnx_refusal(OnnxDraft(5)), HasSubstr("is of opset 5"));
  EXPECT_THAT(onnx_refusal(OnnxDraft(99)), HasSubstr("is of opset 99"));
}

TEST(Onnx, IsQuantizedByItsInputs) {
  Random random(5);
  const SmallNetwork network(random);
  TensorFile data{.values = any_floats(random, 200 * 40), .rows = 0, .where = "data"};
  NoProgress progress;
  std::optional<Explanation> explanation;
  const auto compiled =
      import_onnx(network.draft.bytes(), "n.onnx", data, {}, progress, {}, explain_into(explanation, 20, progress));
  ASSERT_TRUE(compiled.ok()) << compiled.error().line();
  ASSERT_TRUE(explanation);
  ASSERT_EQ(explanation->layers.size(), compiled->layers.size());
  for (size_t i = 0; i < compiled->layers.size(); ++i) {
    EXPECT_EQ(explanation->layers[i].name, compiled->layers[i].name);
    EXPECT_DOUBLE_EQ(explanation->layers[i].sqnr_db, compiled->layers[i].sqnr_db);
  }
  EXPECT_FALSE(explanation->first) << verdict(*explanation);
  EXPECT_GT(compiled->layers.back().sqnr_db, 28);
  auto model = LoadedModel::open(compiled->model, "model");
  ASSERT_TRUE(model.ok());
  EXPECT_TRUE(model->self_test_passes());
}

TEST(Onnx, SurvivesMutations) {
  Random random(6);
  const Bytes good = SmallNetwork(random).draft.bytes();
  int accepted = 0;
  for (int i = 0; i < 3000; ++i) {
    Bytes bytes = good;
    for (uint64_t changes = 1 + random.below(4); changes > 0; --changes)
      bytes[random.below(bytes.size())] = static_cast<uint8_t>(random.below(256));
    accepted += read_onnx(bytes, "f").ok() ? 1 : 0;
  }
  EXPECT_GT(accepted, 300);
  EXPECT_LT(accepted, 3000);
}

// Scales, zero points and weights of a quantized graph, all the way into a model.
TEST(Onnx, QuantizedGraphsSurviveMutations) {
  Random random(10);
  const TensorFile data = small_values(random, 12 * 5);
  NoProgress progress;
  int accepted = 0;
  for (const bool qlinear : {false, true}) {
    const Bytes good = quantized_conv(qlinear, 3, 0).bytes();
    for (int i = 0; i < 1500; ++i) {
      Bytes bytes = good;
      bytes[random.below(bytes.size())] = static_cast<uint8_t>(random.below(256));
      accepted += import_onnx(bytes, "f", data, {}, progress).ok() ? 1 : 0;
    }
  }
  EXPECT_GT(accepted, 200);
  EXPECT_LT(accepted, 3000);
}

}  // namespace
}  // namespace mote
