// Training from another run: the gradients past the grids, the same bytes again, and a model that does what training simulated.
#include "host/train/fine_tune.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "base/json.h"
#include "base/random.h"
#include "base/test/memory_file_system.h"
#include "host/quantize_run.h"
#include "host/train/run.h"
#include "host/train/test/small.h"
#include "quantize/graph/text.h"
#include "quantize/read/loaded_model.h"

namespace mote {
namespace {

using testing::HasSubstr;

const Dataset& tune_data() {
  static const Dataset dataset = small_dataset();
  return dataset;
}

// A float run in the folder "parent", quantized.
const MemoryFileSystem& parent_files() {
  static const MemoryFileSystem files = [] {
    MemoryFileSystem made;
    NoProgress progress;
    const TrainConfig config = small_config();
    const auto run = train(config, tune_data(), make_split(tune_data(), config.split).value(), 2, "test", progress);
    EXPECT_TRUE(write_run(made, "parent", *run).ok());
    EXPECT_TRUE(quantize_run(made, "parent", progress).ok());
    return made;
  }();
  return files;
}

Parent small_parent(bool keep_scales) {
  MemoryFileSystem files = parent_files();
  return read_parent(files, "parent", keep_scales).value();
}

TrainConfig tuning(QuantizedTraining quantized) {
  TrainConfig config = small_config();
  config.fit.quantized = quantized;
  config.fit.rate = 0.001;
  return config;
}

Result<mote::Run> tune(const TrainConfig& config, const Parent& parent, uint32_t threads = 2, Checkpoint* checkpoint = nullptr) {
  NoProgress progress;
  return train(config, tune_data(), make_split(tune_data(), config.split).value(), threads, "test", progress, checkpoint,
               &parent);
}

// The slope that the way back takes: rounding adds what it adds at the point, whatever moves.
TEST(FakeQuantize, GradientsAreThoseOfRoundingHeldStill) {
  for (const bool learned : {true, false}) {
    const auto grid = std::make_shared<ActivationGrid>(ActivationGrid{Scale({0.03f}, learned), -20});
    const auto layer = make_fake_quantize({1, 1, 50, 4}, grid, true);
    Random random(3);
    Batch x, y, dy, dx;
    x.resize(2, 200), dy.resize(2, 200);
    for (float& value : x.values) value = static_cast<float>(random.uniform(-6, 6));
    for (float& value : dy.values) value = static_cast<float>(random.uniform(-1, 1));
    layer->forward(0, x, y, Mode::training);
    layer->backward(0, x, y, dy, &dx);
    double expected = 0;
    uint32_t saturated = 0;
    for (size_t i = 0; i < x.values.size(); ++i) {
      const double steps = static_cast<double>(x.values[i]) / 0.03, added = std::round(steps) - steps;
      const bool inside = steps >= -108 && steps <= 147;
      const auto surrogate = [&](double value, double scale) {
        return inside ? scale * (value / scale + added) : scale * (steps < 0 ? -108 : 147);
      };
      const double value = static_cast<double>(x.values[i]);
      EXPECT_NEAR(static_cast<double>(y.values[i]), surrogate(value, 0.03), 1e-5);
      const double slope = (surrogate(value + 1e-4, 0.03) - surrogate(value - 1e-4, 0.03)) / 2e-4;
      EXPECT_NEAR(static_cast<double>(dx.values[i]), slope * static_cast<double>(dy.values[i]), 1e-5);
      const double of_log = (surrogate(value, 0.03 * std::exp(1e-4)) - surrogate(value, 0.03 * std::exp(-1e-4))) / 2e-4;
      expected += of_log * static_cast<double>(dy.values[i]);
      saturated += inside ? 0 : 1;
    }
    EXPECT_GT(saturated, 20u);
    EXPECT_EQ(layer->parameters().size(), learned ? 1u : 0u);
    const double of_grid = static_cast<double>(grid->scale.gradient(0)[0]);
    EXPECT_NEAR(of_grid, learned ? expected / std::sqrt(200.0 * 127) : 0, 1e-4);
  }
}

TEST(WeightGrid, GradientsAreThoseOfRoundingHeldStill) {
  for (const uint32_t bits : {4u, 8u}) {
    const double limit = bits == 4 ? 7 : 127;
    Parameter used(true);
    used.resize(24);
    Random random(4);
    for (float& value : used.value) value = static_cast<float>(random.uniform(-1, 1));
    const std::vector<float> real = used.value;
    const float widths[] = {static_cast<float>(0.6 / limit), static_cast<float>(1.2 / limit)};  // one saturates
    WeightGrid grid("w", &used, Scale({widths[0], widths[1]}, true), 3, bits, false);
    for (float& value : used.gradient[0]) value = static_cast<float>(random.uniform(-1, 1));
    grid.pull();
    const std::vector<Parameter*> parameters = grid.parameters();
    ASSERT_EQ(parameters.size(), 2u);
    double of_log[2] = {0, 0};
    for (size_t i = 0; i < real.size(); ++i) {
      const size_t channel = i / 3 % 2;
      const double scale = static_cast<double>(widths[channel]), steps = static_cast<double>(real[i]) / scale;
      const bool inside = std::fabs(steps) <= limit;
      const double rounded = inside ? std::round(steps) : steps < 0 ? -limit : limit;
      EXPECT_NEAR(static_cast<double>(used.value[i]), rounded * scale, 1e-6);
      EXPECT_EQ(parameters[0]->gradient[0][i], inside ? used.gradient[0][i] : 0.0f);
      of_log[channel] += static_cast<double>(used.gradient[0][i]) * (inside ? rounded - steps : rounded) * scale;
    }
    for (const size_t channel : {0, 1})
      EXPECT_NEAR(static_cast<double>(parameters[1]->gradient[0][channel]), of_log[channel] / std::sqrt(12 * limit), 1e-5);
  }
}

TEST(FineTune, StartsWhereTheParentEnded) {
  const Parent parent = small_parent(false);
  TrainConfig config = tuning({});
  config.fit.rate = 1e-8;
  config.fit.average = 0;
  config.augment = {};
  const auto child = tune(config, parent);
  ASSERT_TRUE(child.ok()) << child.error().line();
  ASSERT_EQ(child->graph.values.size(), parent.graph.values.size());
  for (size_t v = 0; v < parent.graph.values.size(); ++v) {
    if (parent.graph.values[v].name.find("mean") != std::string::npos) continue;  // running statistics go on
    if (parent.graph.values[v].name.find("variance") != std::string::npos) continue;
    for (size_t i = 0; i < parent.graph.values[v].floats.size(); ++i)
      EXPECT_NEAR(child->graph.values[v].floats[i], parent.graph.values[v].floats[i], 1e-5f) << parent.graph.values[v].name;
  }
  EXPECT_EQ(child->standardization.mean, parent.standardization.mean);
  EXPECT_TRUE(child->scales.empty());
  ASSERT_TRUE(child->lineage);
  EXPECT_EQ(child->lineage->parent, parent.digest);
}

TEST(FineTune, GivesTheSameBytesOnAnyThreadsAndResumed) {
  for (const QuantizedTraining quantized : {QuantizedTraining{true, 8, false}, {true, 4, false}, {false, 8, true}}) {
    const Parent parent = small_parent(quantized.keep_scales);
    TrainConfig config = tuning(quantized);
    config.fit.epochs = 4;
    const mote::Run whole = tune(config, parent, 1).value();
    MemoryFileSystem one, other;
    ASSERT_TRUE(write_run(one, "run", whole).ok());
    ASSERT_TRUE(write_run(other, "run", tune(config, parent, 3).value()).ok());
    EXPECT_EQ(one.files, other.files);

    class Stop final : public Progress {
     public:
      void begin(const std::string&, uint64_t) override {}
      void step(uint64_t done, const std::string&) override {
        if (done == 3) throw std::runtime_error("stopped");
      }
      void end() override {}
    } stop;
    MemoryFileSystem files;
    Checkpoint checkpoint(files, "run", 2, true);
    const Split split = make_split(tune_data(), config.split).value();
    EXPECT_THROW((void)train(config, tune_data(), split, 2, "test", stop, &checkpoint, &parent), std::runtime_error);
    ASSERT_TRUE(files.exists(Path("run") / kCheckpointFile));
    const mote::Run resumed = tune(config, parent, 2, &checkpoint).value();
    MemoryFileSystem again;
    ASSERT_TRUE(write_run(again, "run", resumed).ok());
    EXPECT_EQ(again.files, one.files);
    // A checkpoint of other options is refused.
    config.fit.rate = 0.002;
    Checkpoint saving(files, "run", 1, false), loading(files, "run", 1, true);
    ASSERT_TRUE(tune(config, parent, 2, &saving).ok());
    config.fit.rate = 0.003;
    EXPECT_FALSE(tune(config, parent, 2, &loading).ok());
  }
}

// The scores that training computes for the run's windows, and those of the int8 model: never more than a step apart.
void expect_agreement(const QuantizedTraining& quantized, uint32_t least_same) {
  const Parent parent = small_parent(quantized.keep_scales);
  const TrainConfig config = tuning(quantized);
  MemoryFileSystem files;
  ASSERT_TRUE(write_run(files, "child", tune(config, parent).value()).ok());
  mote::Run run = read_run(files, "child").value();
  NoProgress progress;
  run.graph.outputs = {run.graph.nodes.back().inputs[0]};  // without the softmax
  run.graph.nodes.pop_back();
  CompileInput input = compile_input(run);
  input.reference = {};
  const Compiled compiled = compile(input, progress).value();
  for (const ValueQuantization& held : scales_of(compiled.graph)) {  // what training chose stands in the model
    const ValueQuantization* chosen = find_scales(run.scales, held.name);
    ASSERT_NE(chosen, nullptr) << held.name;
    EXPECT_EQ(held.scale, chosen->scale) << held.name;
    EXPECT_EQ(held.zero_point, chosen->zero_point) << held.name;
    EXPECT_EQ(held.bits, chosen->bits) << held.name;
    EXPECT_EQ(held.bits, held.scale.size() > 1 ? quantized.weight_bits : 8) << held.name;
  }
  for (const Node& node : compiled.graph.nodes) {  // training's biases are steps of the model's sums
    if (node.inputs.size() < 3) continue;
    const Value& bias = compiled.graph.values[node.inputs[2]];
    const auto trained = std::find_if(run.graph.values.begin(), run.graph.values.end(), [&](const Value& value) {
      return value.name == compiled.graph.values[node.output].name + ".bias";
    });
    ASSERT_NE(trained, run.graph.values.end()) << bias.name;
    for (size_t c = 0; c < bias.integers.size(); ++c)
      EXPECT_NEAR(trained->floats[c] / bias.quantization.scale[c], bias.integers[c], 0.01) << bias.name;
  }
  Parent self;
  self.where = "child";
  self.folded = true;
  self.graph = read_run(files, "child")->graph;
  self.quantized = compiled.graph;
  TrainConfig keeping = config;
  keeping.fit.quantized = {.aware = false, .weight_bits = 8, .keep_scales = true};
  const FloatWindows none = {.count = 1, .window = [](uint32_t, std::span<float> window) { window[0] = 1; }};
  const Shape shape = {1, 1, run.window_samples, static_cast<uint32_t>(run.channels.size())};
  const FineTuneInput again{
      .parent = self, .layers = config.layers, .shape = shape, .classes = 5, .config = keeping, .windows = none};
  auto tuned = fine_tune(again);
  ASSERT_TRUE(tuned.ok()) << tuned.error().line();

  LoadedModel model = LoadedModel::open(compiled.model, "model").value();
  const Affine scores = affine_of(compiled.graph.values[compiled.graph.output()]);
  Workers workers(1);
  uint32_t outputs = 0, same = 0, close = 0;
  for (size_t w = 0; w * run.window_values() < run.reference.size(); ++w) {
    const auto raw = std::span(run.reference).subspan(w * run.window_values(), run.window_values());
    ShardedBatch batch;
    batch.inputs[0].resize(1, raw.size());
    batch.labels[0] = {0};
    for (size_t i = 0; i < raw.size(); ++i) {
      const size_t c = i % run.channels.size();
      batch.inputs[0].values[i] = static_cast<float>((raw[i] - run.standardization.mean[c]) / run.standardization.deviation[c]);
    }
    (void)tuned->network.evaluate(batch, workers);
    std::vector<int8_t> output(model.output().count);
    model.run_raw(raw, {}, output);
    for (size_t i = 0; i < output.size(); ++i, ++outputs) {
      const int32_t expected = quantize_value(static_cast<double>(tuned->network.made(0).values[i]), scores);
      same += output[i] == expected;
      close += std::abs(output[i] - expected) <= 1;
    }
  }
  EXPECT_GE(outputs, 40u);
  EXPECT_EQ(close, outputs) << close << " of " << outputs;
  EXPECT_GE(same, outputs * least_same / 100) << same << " of " << outputs;
}

TEST(FineTune, TheModelDoesWhatTrainingSimulatedWithInt8Weights) { expect_agreement({true, 8, false}, 98); }
TEST(FineTune, TheModelDoesWhatTrainingSimulatedWithInt4Weights) { expect_agreement({true, 4, false}, 98); }
TEST(FineTune, TheModelDoesWhatTrainingSimulatedWithKeptScales) { expect_agreement({false, 8, true}, 98); }

TEST(FineTune, KeptScalesLeaveGraphAndPlanAsTheyWere) {
  MemoryFileSystem files = parent_files();
  NoProgress progress;
  const TrainConfig config = tuning({.aware = false, .weight_bits = 8, .keep_scales = true});
  ASSERT_TRUE(write_run(files, "child", tune(config, small_parent(true)).value()).ok());
  const auto quantized = quantize_run(files, "child", progress);
  ASSERT_TRUE(quantized.ok()) << quantized.error().line();
  const LoadedModel parent = LoadedModel::open(files.files.at(Path("parent") / kModelFile), "parent").value();
  const LoadedModel child = LoadedModel::open(files.files.at(Path("child") / kModelFile), "child").value();
  const auto bytes = [](const LoadedModel& model, SectionType type) {
    const ByteView section = model.section(static_cast<uint16_t>(type));
    return Bytes(section.begin(), section.end());
  };
  EXPECT_EQ(bytes(child, SectionType::graph), bytes(parent, SectionType::graph));
  EXPECT_EQ(bytes(child, SectionType::plan), bytes(parent, SectionType::plan));
  EXPECT_NE(bytes(child, SectionType::weights), bytes(parent, SectionType::weights));
  ASSERT_TRUE(quantized->change);
  EXPECT_TRUE(quantized->change->same_graph && quantized->change->same_plan);
  EXPECT_EQ(quantized->change->weight_bytes, bytes(child, SectionType::weights).size());
  EXPECT_GT(quantized->change->weight_bytes_changed, 0u);
  EXPECT_LT(quantized->change->weight_bytes_changed, quantized->change->weight_bytes / 2);
  EXPECT_LT(quantized->change->compressed_change, quantized->change->compressed_model);
  EXPECT_THAT(to_text(*quantized), HasSubstr("graph the same, plan the same"));
  // Nothing learned: only what rounding biases once more may change.
  TrainConfig still = config;
  still.fit.rate = 1e-8;
  ASSERT_TRUE(write_run(files, "still", tune(still, small_parent(true)).value()).ok());
  const auto unmoved = quantize_run(files, "still", progress);
  ASSERT_TRUE(unmoved.ok());
  EXPECT_LE(unmoved->change->weight_bytes_changed, 4u);
}

TEST(FineTune, SaysWhatDoesNotFit) {
  MemoryFileSystem files = parent_files();
  NoProgress progress;
  const Parent parent = small_parent(false);
  const auto line = [](const auto& result) { return result.ok() ? std::string("fits") : result.error().line(); };
  TrainConfig config = tuning({});
  config.layers[0].filters = 7;
  EXPECT_THAT(line(tune(config, parent)), HasSubstr("small.toml: layer 1 is 'conv1', conv_2d of [7,1,7,3]"));
  config = tuning({});
  config.layers.pop_back(), config.layers.pop_back();
  EXPECT_THAT(line(tune(config, parent)), testing::AnyOf(HasSubstr("layer"), HasSubstr("layers end in")));
  Parent other = parent;
  other.labels[1] = "thunder";
  EXPECT_THAT(line(tune(tuning({}), other)), HasSubstr("the data has the classes "));
  other = parent;
  other.channels.pop_back();
  EXPECT_THAT(line(tune(tuning({}), other)), HasSubstr("the data has the channels x, y, z, but parent was trained with x, y"));
  const TrainConfig aware = tuning({.aware = true, .weight_bits = 8, .keep_scales = false});
  EXPECT_THAT(line(train(aware, tune_data(), make_split(tune_data(), aware.split).value(), 1, "test", progress)),
              HasSubstr("quantization_aware begins with a trained network; name its run: mote train --from RUN"));
  ASSERT_TRUE(files.remove(Path("parent") / kModelFile).ok());
  EXPECT_THAT(line(read_parent(files, "parent", true)),
              HasSubstr("parent: holds no model whose scales could be kept; run: mote quantize parent"));
  ASSERT_TRUE(files.remove(Path("parent") / kGraphFile).ok());
  EXPECT_THAT(line(read_parent(files, "parent", false)), HasSubstr("holds no float.graph, and so no weights to start from"));
  // A batch norm that nothing can take over.
  const LayerConfig norm{.kind = LayerKind::batch_norm, .name = "first", .where = "x"};
  const std::vector<LayerConfig> layers = {norm, {.kind = LayerKind::dense, .name = "scores", .filters = 5}};
  Parent normed;
  normed.where = "normed";
  normed.graph = Network::make(layers, {1, 1, 4, 2}, 5, 1)->graph();
  const FloatWindows none = {.count = 1, .window = [](uint32_t, std::span<float>) {}};
  const FineTuneInput input{
      .parent = normed, .layers = layers, .shape = {1, 1, 4, 2}, .classes = 5, .config = aware, .windows = none};
  EXPECT_THAT(line(fine_tune(input)), HasSubstr("layer 'first' is a batch norm"));
}

// Branches: what is put together shares a grid with its parts.
TEST(FineTune, BranchesAreSimulatedToo) {
  const auto conv = [](const char* name, std::vector<size_t> from) {
    return LayerConfig{.kind = LayerKind::conv, .name = name, .filters = 3, .filter_width = 3, .from = std::move(from)};
  };
  const std::vector<LayerConfig> layers = {conv("a", {}),
                                           conv("b", {kNetworkInput}),
                                           {.kind = LayerKind::relu, .name = "b.relu"},
                                           {.kind = LayerKind::add, .name = "sum", .from = {0, 2}},
                                           {.kind = LayerKind::concat, .name = "both", .from = {3, 2}},
                                           {.kind = LayerKind::global_average_pool, .name = "mean"},
                                           {.kind = LayerKind::dense, .name = "scores", .filters = 5}};
  Parent parent;
  parent.where = "branches";
  const Shape shape = {1, 1, 8, 2};
  parent.graph = Network::make(layers, shape, 5, 1)->graph();
  const FloatWindows windows = {.count = 4, .window = [](uint32_t index, std::span<float> window) {
                                  Random random(index);
                                  for (float& value : window) value = static_cast<float>(random.normal());
                                }};
  const TrainConfig aware = tuning({.aware = true, .weight_bits = 8, .keep_scales = false});
  const FineTuneInput input{
      .parent = parent, .layers = layers, .shape = shape, .classes = 5, .config = aware, .windows = windows};
  const auto tuned = fine_tune(input);
  ASSERT_TRUE(tuned.ok()) << tuned.error().line();
  const FixedScales scales = tuned->scales();
  const auto affine = [&](const char* name) {
    const ValueQuantization* found = find_scales(scales, name);
    return found == nullptr ? -1.0f : found->scale[0];
  };
  EXPECT_EQ(affine("sum"), affine("both"));
  EXPECT_NE(affine("b"), affine("both"));  // something else reads it
  EXPECT_GT(affine("mean"), 0);
  EXPECT_GT(affine("input"), 0);
  EXPECT_GT(affine("a"), 0);
}

}  // namespace
}  // namespace mote
