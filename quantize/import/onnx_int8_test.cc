// ONNX operators in int8, one after the other: a small float graph of each is quantized and held to itself in float.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "quantize/calibrate/affine.h"
#include "quantize/calibrate/lowering.h"
#include "quantize/import/onnx.h"
#include "quantize/read/loaded_model.h"
#include "quantize/test/onnx_draft.h"

namespace mote {
namespace {

using test::OnnxDraft;

constexpr uint32_t kInt8Elements = 4 * 6 * 8;  // of x [1, 4, 6, 8]

struct Int8Case {
  const char* name;
  std::string (*make)(OnnxDraft& draft, const std::string& x);  // gives the output
  double least_db = 30;
};

std::vector<float> drawn_reals(size_t count, uint64_t seed, double low = -1, double high = 1) {
  Random random(seed);
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(random.uniform(low, high));
  return values;
}

std::string drawn_weights(OnnxDraft& draft, const std::vector<int64_t>& extents, const char* name = "w", double low = -1) {
  size_t count = 1;
  for (const int64_t extent : extents) count *= static_cast<size_t>(extent);
  return draft.floats(name, extents, drawn_reals(count, count, low));
}

std::string swapped(OnnxDraft& draft, const std::string& x) {
  const std::string y = draft.node("Transpose", {x});
  draft.with("perm", {0, 1, 3, 2});
  return y;
}

// Of `operation` on x alone.
template <const char* operation>
std::string curve(OnnxDraft& draft, const std::string& x) {
  return draft.node(operation, {x});
}

// Above 0.
std::string positive(OnnxDraft& draft, const std::string& x) {
  return draft.node("Add", {draft.node("Abs", {x}), draft.floats("one", {}, {1})});
}

class Int8Operators : public testing::TestWithParam<Int8Case> {};

TEST_P(Int8Operators, AreCloseToFloat) {
  OnnxDraft draft(14);
  draft.output(GetParam().make(draft, draft.input("x", {1, 4, 6, 8})));
  const auto read = read_onnx(draft.bytes(), "draft");
  ASSERT_TRUE(read.ok()) << read.error().line();
  const auto sample = [](uint32_t index) { return drawn_reals(kInt8Elements, 1000 + index, -2, 2); };
  TensorsInput input{.graph = &read->graph};
  input.calibration = {.count = 60, .window = [&](uint32_t index, std::span<float> to) {
                         const std::vector<float> x = sample(index);
                         std::copy(x.begin(), x.end(), to.begin());
                       }};
  input.where = "draft";
  NoProgress progress;
  const auto compiled = compile(input, progress);
  ASSERT_TRUE(compiled.ok()) << compiled.error().line();
  LoadedModel model = LoadedModel::open(compiled->model, "model").value();
  const Affine affine = affine_of(compiled->graph.values[compiled->graph.output()]);
  Bytes given(model.input_bytes()), made(model.output_bytes());
  double signal = 0, noise = 0;
  for (uint32_t i = 0; i < 20; ++i) {
    const std::vector<float> x = sample(5000 + i), expected = execute(read->graph, x);
    quantize_inputs(compiled->graph, x, given);
    model.run(given, made);
    ASSERT_EQ(made.size(), expected.size());
    for (size_t k = 0; k < made.size(); ++k) {
      const double real = static_cast<double>(affine.scale) * (static_cast<int8_t>(made[k]) - affine.zero_point);
      signal += std::pow(static_cast<double>(expected[k]), 2);
      noise += std::pow(real - static_cast<double>(expected[k]), 2);
    }
  }
  EXPECT_GT(signal, 0);
  EXPECT_GT(10 * std::log10(signal / noise), GetParam().least_db);
}

constexpr char kRelu[] = "Relu", kLeakyRelu[] = "LeakyRelu", kSigmoid[] = "Sigmoid", kTanh[] = "Tanh", kElu[] = "Elu";
constexpr char kHardSigmoid[] = "HardSigmoid", kHardSwish[] = "HardSwish", kExp[] = "Exp", kGlobalMean[] = "GlobalAveragePool";
constexpr char kGlobalMax[] = "GlobalMaxPool", kSoftmax[] = "Softmax", kLogSoftmax[] = "LogSoftmax", kAbs[] = "Abs";

const Int8Case kInt8Cases[] = {
    {"Conv",
     [](OnnxDraft& draft, const std::string& x) {
       const std::string y = draft.node("Conv", {x, drawn_weights(draft, {5, 4, 3, 3})});
       draft.with("pads", {1, 1, 1, 1});
       return y;
     }},
    {"ConvTranspose",
     [](OnnxDraft& draft, const std::string& x) {
       const std::string y = draft.node("ConvTranspose", {x, drawn_weights(draft, {4, 3, 3, 3})});
       draft.with("strides", {2, 2}).with("pads", {1, 1, 1, 1});
       return y;
     }},
    {"Gemm",
     [](OnnxDraft& draft, const std::string& x) {
       return draft.node("Gemm",
                         {draft.node("Flatten", {x}), drawn_weights(draft, {kInt8Elements, 7}), drawn_weights(draft, {7}, "b")});
     }},
    {"MatMul",
     [](OnnxDraft& draft, const std::string& x) {
       return draft.node("MatMul", {x, drawn_weights(draft, {8, 5})});
     }},
    {"MatMulOfActivations",
     [](OnnxDraft& draft, const std::string& x) {
       return draft.node("MatMul", {x, swapped(draft, x)});
     }},
    {"BatchNormalization",
     [](OnnxDraft& draft, const std::string& x) {
       return draft.node("BatchNormalization", {x, drawn_weights(draft, {4}, "s", 0.5), drawn_weights(draft, {4}, "b"),
                                                drawn_weights(draft, {4}, "m"), drawn_weights(draft, {4}, "v", 0.5)});
     }},
    {"MaxPool",
     [](OnnxDraft& draft, const std::string& x) {
       const std::string y = draft.node("MaxPool", {x});
       draft.with("kernel_shape", {2, 2}).with("strides", {2, 2});
       return y;
     }},
    {"AveragePool",
     [](OnnxDraft& draft, const std::string& x) {
       const std::string y = draft.node("AveragePool", {x});
       draft.with("kernel_shape", {3, 3}).with("pads", {1, 1, 1, 1});
       return y;
     }},
    {"GlobalAveragePool", curve<kGlobalMean>},
    {"GlobalMaxPool", curve<kGlobalMax>},
    {"Relu", curve<kRelu>},
    {"LeakyRelu", curve<kLeakyRelu>},
    {"Sigmoid", curve<kSigmoid>},
    {"Tanh", curve<kTanh>},
    {"Elu", curve<kElu>},
    {"HardSigmoid", curve<kHardSigmoid>},
    {"HardSwish", curve<kHardSwish>},
    {"Exp", curve<kExp>},
    {"Abs", curve<kAbs>},
    {"Clip",
     [](OnnxDraft& draft, const std::string& x) {
       return draft.node("Clip", {x, draft.floats("low", {}, {-0.7f}), draft.floats("high", {}, {1.2f})});
     }},
    {"Add",
     [](OnnxDraft& draft, const std::string& x) {
       return draft.node("Add", {x, positive(draft, x)});
     }},
    {"Sub",
     [](OnnxDraft& draft, const std::string& x) {
       return draft.node("Sub", {x, positive(draft, x)});
     }},
    {"Mul",
     [](OnnxDraft& draft, const std::string& x) {
       return draft.node("Mul", {x, positive(draft, x)});
     }},
    {"Div",
     [](OnnxDraft& draft, const std::string& x) {
       return draft.node("Div", {x, positive(draft, x)});
     }},
    {"DivOfAConstant",
     [](OnnxDraft& draft, const std::string& x) {
       return draft.node("Div", {drawn_weights(draft, {8}), positive(draft, x)});
     }},
    {"DivByAConstant",
     [](OnnxDraft& draft, const std::string& x) {
       return draft.node("Div", {x, drawn_weights(draft, {8}, "w", 0.5)});
     }},
    {"Concat",
     [](OnnxDraft& draft, const std::string& x) {
       const std::string y = draft.node("Concat", {x, positive(draft, x)});
       draft.with("axis", int64_t{1});
       return y;
     }},
    {"Split",
     [](OnnxDraft& draft, const std::string& x) {
       const std::string first = draft.node("Split", {x});
       draft.with("axis", int64_t{2});
       draft.graph().mutable_node(draft.graph().node_size() - 1)->add_output("second");
       return draft.node("Sub", {first, "second"});
     }},
    {"Slice",
     [](OnnxDraft& draft, const std::string& x) {
       return draft.node("Slice",
                         {x, draft.integers("from", {1, 2}), draft.integers("to", {5, 8}), draft.integers("axes", {2, 3})});
     }},
    {"Reshape",
     [](OnnxDraft& draft, const std::string& x) {
       return draft.node("Reshape", {x, draft.integers("shape", {1, 8, -1})});
     }},
    {"SqueezeAndUnsqueeze",
     [](OnnxDraft& draft, const std::string& x) {
       const std::string y = draft.node("Squeeze", {x, draft.integers("first", {0})});
       return draft.node("Unsqueeze", {draft.node("Relu", {y}), draft.integers("last", {3})});
     }},
    {"Transpose", swapped},
    {"Pad",
     [](OnnxDraft& draft, const std::string& x) {
       return draft.node("Pad", {x, draft.integers("pads", {0, 0, 1, 2, 0, 0, 0, 1}), draft.floats("with", {}, {0.5f})});
     }},
    {"ReduceMean",
     [](OnnxDraft& draft, const std::string& x) {
       const std::string y = draft.node("ReduceMean", {x});
       draft.with("axes", {2, 3});
       return y;
     }},
    {"Softmax", curve<kSoftmax>},
    {"LogSoftmax", curve<kLogSoftmax>},
    {"ResizeToTheNearest",
     [](OnnxDraft& draft, const std::string& x) {
       return draft.node("Resize", {x, "", draft.floats("scales", {4}, {1, 1, 2, 2})});
     }},
    {"ResizeBetween",
     [](OnnxDraft& draft, const std::string& x) {
       const std::string y = draft.node("Resize", {x, "", draft.floats("scales", {4}, {1, 1, 2, 1.5f})});
       draft.with("mode", "linear");
       return y;
     }},
};

INSTANTIATE_TEST_SUITE_P(Each, Int8Operators, testing::ValuesIn(kInt8Cases),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace mote
