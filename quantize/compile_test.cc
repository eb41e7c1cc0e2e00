// From random float networks to models that run: close to float, the same every time, refused when broken.
#include "quantize/compile.h"

#include <gtest/gtest.h>

#include <cmath>

#include "quantize/calibrate/affine.h"
#include "quantize/calibrate/front_end.h"
#include "quantize/read/loaded_model.h"
#include "quantize/read/model_file.h"
#include "quantize/test/any_model.h"
#include "quantize/test/problem.h"

namespace mote {
namespace {

using test::kClasses, test::kChannels, test::kSamples, test::kWindows, test::Problem;

TEST(Compile, StaysCloseToFloatOnRandomNetworks) {
  double worst = 0, sum = 0;
  uint32_t agreed = 0, decided = 0;
  for (uint64_t seed = 1; seed <= 25; ++seed) {
    const Problem problem(seed);
    const Compiled compiled = problem.compiled();
    Result<LoadedModel> model = LoadedModel::open(compiled.model, "test");
    ASSERT_TRUE(model.ok()) << model.error().line();
    for (const std::vector<int16_t>& raw : problem.windows) {
      std::vector<float> window(raw.size());
      standardize(problem.input.standardization, raw, window);
      const std::vector<float> expected = execute(problem.graph, window);
      std::vector<int8_t> output(kClasses);
      model->run_raw(raw, {}, output);
      for (size_t i = 0; i < output.size(); ++i) {
        const double error = std::abs((output[i] + 128) / 256.0 - static_cast<double>(expected[i]));
        worst = std::max(worst, error);
        sum += error / (25.0 * kWindows * kClasses);
      }
      const auto best = std::max_element(expected.begin(), expected.end());
      std::vector<float> sorted = expected;
      std::sort(sorted.rbegin(), sorted.rend());
      if (sorted[0] - sorted[1] < 0.1f) continue;
      ++decided;
      agreed += std::max_element(output.begin(), output.end()) - output.begin() == best - expected.begin() ? 1 : 0;
    }
  }
  EXPECT_LT(sum, 0.01) << "mean error of a probability";
  EXPECT_LT(worst, 0.15);
  EXPECT_GE(agreed, decided * 0.995) << agreed << " of " << decided;
}

TEST(Compile, ReportsEveryLayerWithItsNoise) {
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    const Problem problem(seed);
    const Compiled compiled = problem.compiled();
    ASSERT_GE(compiled.layers.size(), 4u);
    EXPECT_EQ(compiled.layers.front().operation, "standardize");
    EXPECT_EQ(compiled.layers.back().operation, "softmax");
    EXPECT_FLOAT_EQ(compiled.layers.back().scale, 1.0f / 256);
    for (const LayerReport& layer : compiled.layers) {
      EXPECT_GT(layer.sqnr_db, 15) << layer.name << ", seed " << seed;
      EXPECT_LT(layer.sqnr_db, 70) << layer.name << ", seed " << seed;
      EXPECT_LE(layer.low, layer.high);
    }
    EXPECT_GT(compiled.layers.front().sqnr_db, 30);
  }
}

// int16 activations: closer to float than int8 ones in every layer but where float and integers are the same, and in the result.
TEST(Compile, ComesCloserToFloatWithInt16Activations) {
  double narrow_noise = 0, wide_noise = 0;
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    Problem problem(seed);
    const Compiled narrow = problem.compiled();
    problem.input.quantize.activations = Activations::int16;
    const Compiled wide = problem.compiled();
    ASSERT_EQ(narrow.layers.size(), wide.layers.size());
    for (size_t i = 0; i < wide.layers.size(); ++i) {
      if (!std::isfinite(wide.layers[i].sqnr_db) || wide.layers[i].high == wide.layers[i].low) continue;
      EXPECT_EQ(wide.layers[i].zero_point, 0);
      EXPECT_GT(wide.layers[i].sqnr_db, narrow.layers[i].sqnr_db) << seed << " " << wide.layers[i].name;
    }
    Result<LoadedModel> small = LoadedModel::open(narrow.model, "test"), large = LoadedModel::open(wide.model, "test");
    ASSERT_TRUE(small.ok() && large.ok());
    EXPECT_TRUE(large->self_test_passes());
    EXPECT_EQ(large->input().type, MOTE_INT16);
    for (const std::vector<int16_t>& raw : problem.windows) {
      std::vector<float> window(raw.size());
      standardize(problem.input.standardization, raw, window);
      const std::vector<float> expected = execute(problem.graph, window);
      std::vector<int8_t> from_small(kClasses), from_large(kClasses);
      small->run_raw(raw, {}, from_small);
      large->run_raw(raw, {}, from_large);
      for (size_t i = 0; i < kClasses; ++i) {
        narrow_noise += std::pow((from_small[i] + 128) / 256.0 - static_cast<double>(expected[i]), 2);
        wide_noise += std::pow((from_large[i] + 128) / 256.0 - static_cast<double>(expected[i]), 2);
      }
    }
  }
  EXPECT_LT(wide_noise, narrow_noise / 2);
}

TEST(Compile, SaysWhichOperatorInt16ActivationsLack) {
  Problem problem(1);
  Graph& graph = problem.graph;
  Value curved = graph.values[graph.input()];
  const ValueId output = graph.add(std::move(curved));
  for (Node& node : graph.nodes)
    for (ValueId& input : node.inputs)
      if (input == graph.input()) input = output;
  graph.nodes.insert(graph.nodes.begin(), {.op = Op::tanh, .inputs = {graph.input()}, .output = output});
  problem.input.quantize.activations = Activations::int16;
  NoProgress progress;
  const Result<Compiled> compiled = compile(problem.input, progress);
  ASSERT_FALSE(compiled.ok());
  EXPECT_NE(compiled.error().what.find(": no device has lookup on int16 activations"), std::string::npos)
      << compiled.error().what;
}

TEST(Compile, GivesTheSameBytesEveryTime) {
  const Problem problem(4);
  const Compiled first = problem.compiled(), second = problem.compiled();
  EXPECT_EQ(first.model, second.model);
  EXPECT_EQ(first.model_id, second.model_id);
  EXPECT_NE(first.model_id, Problem(5).compiled().model_id);
}

TEST(Compile, CarriesAllThatBelongsToTheModel) {
  const Problem problem(6);
  const Compiled compiled = problem.compiled();
  const Result<ModelFile> read = read_model(compiled.model, "test");
  ASSERT_TRUE(read.ok()) << read.error().line();
  const ModelFile& model = *read;
  EXPECT_EQ(model.labels, problem.input.labels);
  EXPECT_EQ(model.model_id, compiled.model_id);
  EXPECT_EQ(model.arena_bytes, compiled.arena_bytes);
  EXPECT_EQ(model.self_tests, 4u);
  EXPECT_EQ(model.baseline.windows, kWindows);
  ASSERT_EQ(model.baseline.scalars.size(), 2 * kChannels + 1);
  EXPECT_EQ(model.baseline.scalars[0].name, "axis0 mean");
  EXPECT_EQ(model.baseline.scalars[1].name, "axis0 rms");
  EXPECT_EQ(model.baseline.scalars[1].unit, "g");
  EXPECT_EQ(model.baseline.scalars[6].name, "confidence");
  EXPECT_NEAR(model.baseline.scalars[2].mean, -3000, 1500);
  for (const BaselineScalar& scalar : model.baseline.scalars) {
    uint64_t windows = 0;
    for (const uint32_t count : scalar.counts) windows += count;
    EXPECT_EQ(windows, kWindows) << scalar.name;
  }
}

TEST(Compile, FrontEndIsTheStandardizationToWithinAStep) {
  const Problem problem(7);
  const Compiled compiled = problem.compiled();
  Result<LoadedModel> model = LoadedModel::open(compiled.model, "test");
  ASSERT_TRUE(model.ok());
  const mote_tensor input = model->input();
  for (const std::vector<int16_t>& raw : problem.windows) {
    std::vector<float> window(raw.size());
    standardize(problem.input.standardization, raw, window);
    std::vector<int8_t> actual(raw.size());
    model->front_end(raw, {}, actual);
    for (size_t i = 0; i < raw.size(); ++i)
      ASSERT_LE(std::abs(actual[i] - quantize_value(static_cast<double>(window[i]), {input.scale, input.zero_point})), 1);
  }
}

TEST(Compile, WritesModelsThatAreRefusedOnceTruncatedOrDamaged) {
  const Compiled compiled = Problem(8).compiled();
  for (size_t end = 0; end < compiled.model.size(); end += 1 + end / 50) {
    const Result<ModelFile> model = read_model(ByteView(compiled.model).first(end), "cut.mote");
    ASSERT_FALSE(model.ok()) << end;
    EXPECT_EQ(model.error().where, "cut.mote");
  }
  Bytes damaged = compiled.model;
  damaged[0] ^= 1;
  EXPECT_FALSE(read_model(damaged, "test").ok());
}

TEST(Compile, WritesModelsThatAreReadSafelyHoweverTheyAreDamaged) {
  const Bytes model = Problem(13).compiled().model;
  Random random(1);
  int read = 0;
  for (int i = 0; i < 4000; ++i) {
    Bytes damaged = model;
    // half of the changes near the front, where the structure is, half in labels, baseline and self-tests
    for (uint64_t changes = 1 + random.below(3); changes > 0; --changes) {
      const size_t at = random.below(2) == 0 ? random.below(1500) : model.size() - 1 - random.below(2500);
      damaged[at] = static_cast<uint8_t>(random.below(2) == 0 ? random.below(256) : damaged[at] ^ 1u << random.below(8));
    }
    if (read_any_model(damaged)) ++read;
  }
  EXPECT_GT(read, 100);  // the damage often is to a value only
}

struct CompileMistake {
  const char* name;
  void (*make)(Problem&);
  const char* line;
};
class CompileMistakes : public testing::TestWithParam<CompileMistake> {};

TEST_P(CompileMistakes, AreOneClearLine) {
  Problem problem(9);
  GetParam().make(problem);
  NoProgress progress;
  const Result<Compiled> compiled = compile(problem.input, progress);
  ASSERT_FALSE(compiled.ok());
  EXPECT_EQ(compiled.error().line(), GetParam().line);
}

INSTANTIATE_TEST_SUITE_P(
    Every, CompileMistakes,
    testing::Values(CompileMistake{"NoGraph", [](Problem& p) { p.input.graph = nullptr; }, "float graph: there is none"},
                    CompileMistake{"OtherChannels", [](Problem& p) { p.input.channels.pop_back(); },
                                   "float graph: it takes 3 channels, the data has 2"},
                    CompileMistake{"NoCalibration", [](Problem& p) { p.input.calibration.count = 0; },
                                   "float graph: there is no window to calibrate with"},
                    CompileMistake{"OtherLabels", [](Problem& p) { p.input.labels.push_back("e"); },
                                   "float graph: it has 4 outputs for 5 labels"},
                    CompileMistake{
                        "LongLabel", [](Problem& p) { p.input.labels[0] = std::string(64, 'x'); },
                        "float graph: the label 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' does not "
                        "have 1 to 63 bytes"},
                    CompileMistake{"LongChannel", [](Problem& p) { p.input.channels[2].unit = std::string(64, 'x'); },
                                   "float graph: the name or the unit of channel 'axis2' is too long"},
                    CompileMistake{"NoQuantum", [](Problem& p) { p.input.channels[1].quantum = 0; },
                                   "float graph: the quantum of channel 'axis1' is not above 0"},
                    CompileMistake{"ManyClasses",
                                   [](Problem& p) {
                                     test::Builder builder(1, {1, 1, kSamples, kChannels});
                                     p.graph = builder.simple(Op::mean).dense(512, true).simple(Op::softmax).finish();
                                     p.input.labels.clear();
                                   },
                                   "float graph: node 2, softmax 'softmax2': it has 512 channels, a device takes at most 511"},
                    CompileMistake{"NoDeviation", [](Problem& p) { p.input.standardization.deviation[1] = 0; },
                                   "float graph: channel 1: its standard deviation is not positive"},
                    CompileMistake{"FarMean", [](Problem& p) { p.input.standardization.mean[0] = 40000; },
                                   "float graph: channel 0: its mean does not fit into 16 bits"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Compile, SaysWhichOperatorNoDeviceHas) {
  Problem problem(10);
  test::Builder builder(1, {1, 1, kSamples, kChannels});
  problem.graph = builder.batch_norm().dense(kClasses, true).simple(Op::softmax).finish();
  NoProgress progress;
  const Result<Compiled> compiled = compile(problem.input, progress);
  ASSERT_FALSE(compiled.ok());
  EXPECT_EQ(compiled.error().what,
            "node 0, batch_norm 'batch_norm0': no device has this operator, and no operator before it can take it over");
}

// A layer whose outputs never leave zero, a channel without weights, a bias far beyond its output: all must give a model.
TEST(Compile, TakesDegenerateLayers) {
  Problem problem(11);
  problem.graph = test::parsed(R"(mote-graph 1
    %0 = input float32[1,1,32,3]
    %1 = constant float32[4,1,1,3] { 0*3 1e-35*3 0.5*3 1000*3 }
    %2 = constant float32[1,1,1,4] { 0.25 -1e6 -1e7 3 }
    %3 = conv_2d(%0, %1, %2) clamp=[0, 6]
    %4 = mean(%3)
    %5 = constant float32[1,1,4,4] { 0*16 }
    %6 = fully_connected(%4, %5)
    %7 = constant float32[1,1,4,4] { 1 0*4 1 0*4 1 0*4 1 }
    %8 = constant float32[1,1,1,4] { 1 2 3 4 }
    %9 = fully_connected(%6, %7, %8)
    %10 = softmax(%9)
    return %10)");
  const Compiled compiled = problem.compiled();
  Result<LoadedModel> model = LoadedModel::open(compiled.model, "test");
  ASSERT_TRUE(model.ok()) << model.error().line();
  std::vector<int8_t> output(kClasses);
  model->run_raw(problem.windows[0], {}, output);
  const double sum = std::exp(-3.0) + std::exp(-2.0) + std::exp(-1.0) + 1;
  for (int i = 0; i < 4; ++i) EXPECT_NEAR((output[static_cast<size_t>(i)] + 128) / 256.0, std::exp(i - 3.0) / sum, 0.01);
}

TEST(Compile, WorksWithoutReferenceLabelsOrSelfTests) {
  Problem problem(12);
  problem.input.reference = {};
  problem.input.labels.clear();
  problem.input.self_tests = 0;
  const Compiled compiled = problem.compiled();
  const Result<ModelFile> model = read_model(compiled.model, "test");
  ASSERT_TRUE(model.ok());
  EXPECT_EQ(model->sections.size(), 3u);
  EXPECT_TRUE(model->baseline.scalars.empty());
}

}  // namespace
}  // namespace mote
