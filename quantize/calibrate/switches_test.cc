// Every switch of quantization changes the bytes of the model and what is said of it; equalising does not change the function.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "base/json.h"
#include "quantize/calibrate/layer_report.h"
#include "quantize/calibrate/mixed_precision.h"
#include "quantize/compile.h"
#include "quantize/passes/equalise.h"
#include "quantize/passes/passes.h"
#include "quantize/test/graphs.h"

namespace mote {
namespace {

using testing::HasSubstr;

// Channels of different sizes, so that no step of quantization is without effect.
Graph switch_network(uint64_t seed = 3) {
  test::Builder builder(seed, {1, 1, 24, 3});
  Graph graph = builder.conv(10, 5, 1, true)
                    .clamp(0, 3.4e38f)
                    .depthwise(1, 3, true)
                    .clamp(0, 3.4e38f)
                    .pool(Op::max_pool_2d, 2)
                    .conv(12, 3, 1, true)
                    .clamp(0, 3.4e38f)
                    .simple(Op::mean)
                    .dense(5, true)
                    .simple(Op::softmax)
                    .finish();
  for (const Node& node : graph.nodes) {
    if (node.op != Op::conv_2d) continue;
    std::vector<float>& weights = graph.values[node.inputs[1]].floats;
    const size_t taps = weights.size() / graph.values[node.inputs[1]].shape[0];
    for (size_t i = 0; i < weights.size(); ++i) weights[i] *= std::pow(2.0f, static_cast<float>(i / taps % 5) - 2);
  }
  return graph;
}

float switch_input(uint32_t window, size_t i) {
  const double tone = std::sin(0.37 * static_cast<double>(i / 3) * (1 + window % 7) + static_cast<double>(i % 3));
  return static_cast<float>(tone * (0.2 + window % 11) + (window * 31 + i * 17) % 13 * 0.05);
}

Result<Compiled> switched(const Graph& graph, const QuantizeOptions& options) {
  NoProgress progress;
  TensorsInput input;
  input.graph = &graph;
  input.calibration.count = 50;
  input.calibration.window = [](uint32_t index, std::span<float> to) {
    for (size_t i = 0; i < to.size(); ++i) to[i] = switch_input(index, i);
  };
  input.where = "net";
  input.quantize = options;
  return compile(input, progress);
}

QuantizeOptions options_of(const std::string& key, const std::string& text) {
  QuantizeOptions options;
  for (const QuantizeSetting& setting : quantize_settings())
    if (setting.key == key) {
      EXPECT_TRUE(setting.set(options, text, "test").ok());
    }
  return options;
}

QuantizeOptions budget_of(uint32_t bytes) {
  QuantizeOptions options;
  options.flash_bytes = bytes;
  return options;
}

std::string report_of(const Compiled& compiled) {
  return report_text(compiled.quantize, compiled.notes, compiled.layers) + to_json(compiled.quantize).dump() +
         to_json(compiled.layers).dump();
}

TEST(Switches, EachChangesTheModelAndItsReport) {
  const Graph graph = switch_network();
  const Compiled plain = switched(graph, {}).value();
  std::set<std::string> models = {to_hex(plain.model_id)};
  std::set<std::string> reports = {report_of(plain)};
  const std::pair<const char*, const char*> changes[] = {
      {"per_channel", "off"},          {"ranges", "min-max"},   {"equalise", "on"},
      {"bias_correction", "off"},      {"weights", "int4"},     {"bits", "conv_2d0=4"},
      {"weight_rounding", "adaptive"}, {"activations", "int16"}};
  for (const auto& [key, text] : changes) {
    const Result<Compiled> compiled = switched(graph, options_of(key, text));
    ASSERT_TRUE(compiled.ok()) << compiled.error().line();
    EXPECT_TRUE(models.insert(to_hex(compiled->model_id)).second) << key << " = " << text << " gives bytes that were there";
    EXPECT_TRUE(reports.insert(report_of(*compiled)).second) << key << " = " << text;
    EXPECT_EQ(switched(graph, options_of(key, text))->model, compiled->model) << key << ": not the same again";
  }
  QuantizeOptions percentile = options_of("ranges", "percentile");
  percentile.percentile = 98;
  EXPECT_TRUE(models.insert(to_hex(switched(graph, percentile)->model_id)).second);
  const auto smaller = static_cast<uint32_t>(plain.model.size() - 100);
  QuantizeOptions budget;
  budget.flash_bytes = smaller;
  const Result<Compiled> fitted = switched(graph, budget);
  ASSERT_TRUE(fitted.ok()) << fitted.error().line();
  EXPECT_LE(fitted->model.size(), smaller);
  EXPECT_TRUE(models.insert(to_hex(fitted->model_id)).second);
  EXPECT_THAT(report_of(*fitted), HasSubstr("the budget gives"));
  EXPECT_THAT(report_of(*fitted), HasSubstr("loss_at_4_bits"));
}

TEST(Switches, DefaultsAreWhatNoOptionsAre) {
  const Graph graph = switch_network();
  QuantizeOptions options;
  const std::vector<std::string> flags = {"on", "mse", "99.99", "off", "on", "int8", "", "nearest", "int8", ""};
  ASSERT_EQ(flags.size(), quantize_settings().size());
  ASSERT_TRUE(apply_flags(flags, options).ok());
  EXPECT_EQ(switched(graph, options)->model, switched(graph, {})->model);
}

TEST(Switches, FourBitsAreHalfTheBytesAndTheReportSaysSo) {
  const Graph graph = switch_network();
  const Compiled eight = switched(graph, {}).value(), four = switched(graph, options_of("weights", "int4")).value();
  EXPECT_LT(four.model.size(), eight.model.size());
  for (size_t i = 0; i < four.layers.size(); ++i) {
    if (eight.layers[i].weight_bits == 0) continue;
    EXPECT_EQ(eight.layers[i].weight_bits, 8u);
    EXPECT_EQ(four.layers[i].weight_bits, 4u);
    EXPECT_EQ(four.layers[i].weight_bytes, (eight.layers[i].weight_bytes + 1) / 2);
    EXPECT_GT(four.layers[i].sqnr_db, 4) << four.layers[i].name;
  }
}

double logits_sqnr(const Compiled& compiled) { return compiled.layers[compiled.layers.size() - 2].sqnr_db; }

TEST(Switches, AdaptiveRoundingServesFourBitsBetterThanTheNearest) {
  double gained = 0;
  for (uint64_t seed = 1; seed <= 6; ++seed) {
    const Graph graph = switch_network(seed);
    QuantizeOptions options = options_of("weights", "int4");
    const double nearest = logits_sqnr(switched(graph, options).value());
    options.rounding = WeightRounding::adaptive;
    gained += logits_sqnr(switched(graph, options).value()) - nearest;
  }
  EXPECT_GT(gained / 6, 1) << "decibels";
}

TEST(Switches, TheBudgetIsKeptToTheByteOrRefused) {
  const Graph graph = switch_network();
  const auto eight = static_cast<uint32_t>(switched(graph, {})->model.size());
  const auto four = static_cast<uint32_t>(switched(graph, options_of("weights", "int4"))->model.size());
  for (uint32_t budget = four; budget <= eight; budget += 37) {
    const Result<Compiled> fitted = switched(graph, budget_of(budget));
    ASSERT_TRUE(fitted.ok()) << fitted.error().line();
    EXPECT_LE(fitted->model.size(), budget);
  }
  EXPECT_EQ(switched(graph, budget_of(eight))->model, switched(graph, {})->model);
  const Result<Compiled> refused = switched(graph, budget_of(four - 1));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().line(), "net: takes " + std::to_string(four) +
                                        " bytes with 4 bits in every layer, more than the budget of " + std::to_string(four - 1) +
                                        "; give it more with --flash-budget, or make the model smaller");
}

TEST(Switches, LayersNamedWithBitsAreNotTheBudgetsToChoose) {
  const Graph graph = switch_network();
  QuantizeOptions options = options_of("bits", "conv_2d5=8");
  options.flash_bytes = static_cast<uint32_t>(switched(graph, {})->model.size() - 40);
  const Result<Compiled> fitted = switched(graph, options);
  ASSERT_TRUE(fitted.ok()) << fitted.error().line();
  for (const LayerReport& layer : fitted->layers)
    if (layer.name == "conv_2d5") {
      EXPECT_EQ(layer.weight_bits, 8u);
    }
  const Result<Compiled> unknown = switched(graph, options_of("bits", "conv9=4"));
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().line(),
            "net: has no layer 'conv9' to give bits to; its layers with weights are conv_2d0, depthwise_conv_2d2, conv_2d5, "
            "fully_connected8");
}

struct BadFlag {
  const char* key;
  const char* text;
  const char* line;
};

TEST(Switches, BadWordsHaveTheirOwnMessage) {
  const BadFlag bad[] = {{"per_channel", "yes", "--per-channel: 'yes' is neither on nor off; say on or off"},
                         {"equalise", "1", "--equalise: '1' is neither on nor off; say on or off"},
                         {"bias_correction", "no", "--bias-correction: 'no' is neither on nor off; say on or off"},
                         {"ranges", "best", "--ranges: 'best' is no way to choose ranges; say min-max, percentile or mse"},
                         {"percentile", "9x", "--percentile: '9x' is no percentile; say a number from 50 to 100, such as 99.9"},
                         {"percentile", "101", "--percentile: '101' is no percentile; say a number from 50 to 100, such as 99.9"},
                         {"weights", "int2", "--weights: 'int2' is no type for weights; say int8 or int4"},
                         {"bits", "a=5", "--bits: 'a=5' is no layer with its bits, 4 or 8; say layer=4, and a comma between two"},
                         {"bits", "a=4,a=8", "--bits: 'a' is there twice; name each layer once"},
                         {"weight_rounding", "up", "--weight-rounding: 'up' is no way to round weights; say nearest or adaptive"},
                         {"flash_budget", "32Q", "--flash-budget: '32Q' is no amount of memory; say 36K or 36864"}};
  for (const BadFlag& flag : bad) {
    std::vector<std::string> texts(quantize_settings().size());
    for (size_t i = 0; i < texts.size(); ++i)
      if (quantize_settings()[i].key == flag.key) texts[i] = flag.text;
    QuantizeOptions options;
    const Result<void> applied = apply_flags(texts, options);
    ASSERT_FALSE(applied.ok()) << flag.key;
    EXPECT_EQ(applied.error().line(), flag.line);
  }
  QuantizeOptions both = options_of("weights", "int4");
  both.flash_bytes = 1000;
  EXPECT_EQ(check(both, "--flash-budget").error().line(),
            "--flash-budget: a budget chooses which layers get 4 bits, and all have them already; leave out the budget, or "
            "weights int4");
}

TEST(Switches, AreReadFromToml) {
  Toml toml = parse_toml(
                  "[quantize]\nper_channel = false\nranges = \"percentile\"\npercentile = 99.5\nequalise = true\nbits = "
                  "\"a=4\"\nweight_rounding = \"adaptive\"\nflash_budget = \"32K\"\n",
                  "x.toml")
                  .value();
  const QuantizeOptions options = read_quantize_options(toml.table("quantize"));
  ASSERT_TRUE(toml.finish().ok()) << toml.finish().error().line();
  EXPECT_FALSE(options.per_channel);
  EXPECT_EQ(options.ranges, mote::Ranges::percentile);
  EXPECT_EQ(options.percentile, 99.5);
  EXPECT_TRUE(options.equalise);
  EXPECT_TRUE(options.bias_correction);
  EXPECT_EQ(options.bits.at("a"), 4u);
  EXPECT_EQ(options.flash_bytes, 32768u);
  for (const char* wrong : {"ranges = \"x\"", "percentile = 12", "equalise = \"on\"", "unknown = 1", "flash_budget = \"9Q\"",
                            "weights = \"int4\"\nflash_budget = \"9K\""}) {
    Toml bad = parse_toml(std::string("[quantize]\n") + wrong + "\n", "x.toml").value();
    (void)read_quantize_options(bad.table("quantize"));
    ASSERT_FALSE(bad.finish().ok()) << wrong;
    EXPECT_THAT(bad.finish().error().line(), HasSubstr("x.toml:")) << wrong;
  }
}

// The passes have run: equalise() sees clamps inside the layers.
void expect_kept(Graph graph, uint32_t pairs) {
  ASSERT_TRUE(run_passes(graph, "test").ok());
  Graph equalised = graph;
  const Equalisation done = equalise(equalised);
  EXPECT_EQ(done.pairs, pairs);
  ASSERT_TRUE(verify(equalised, "test").ok());
  for (uint32_t window = 0; window < 20; ++window) {
    std::vector<float> input(count_of(graph.values[graph.input()].shape));
    for (size_t i = 0; i < input.size(); ++i) input[i] = switch_input(window, i);
    const std::vector<float> expected = execute(graph, input), actual = execute(equalised, input);
    double size = 1e-6;
    for (const float value : expected) size = std::max(size, std::abs(static_cast<double>(value)));
    for (size_t i = 0; i < expected.size(); ++i) ASSERT_NEAR(actual[i], expected[i], 1e-5 * size) << "window " << window;
  }
}

TEST(Equalise, KeepsTheFunction) {
  expect_kept(switch_network(), 3);
  test::Builder flat(5, {1, 1, 8, 3});  // a dense layer reads places and channels flat
  expect_kept(flat.conv(6, 3, 1, true).clamp(0, 3.4e38f).dense(7, true).clamp(0, 3.4e38f).dense(4, true).finish(), 2);
  test::Builder wider(6, {1, 1, 8, 3});  // two filters on each channel
  expect_kept(wider.conv(4, 3, 1, false).clamp(0, 3.4e38f).depthwise(2, 3, false).dense(4, true).finish(), 2);
}

TEST(Equalise, GivesBothLayersTheSameLargestWeightPerChannel) {
  test::Builder builder(7, {1, 1, 6, 2});
  Graph graph = builder.conv(4, 1, 1, true).clamp(0, 3.4e38f).conv(3, 1, 1, true).finish();
  ASSERT_TRUE(run_passes(graph, "test").ok());
  EXPECT_EQ(equalise(graph).pairs, 1u);
  const std::vector<float>& first = graph.values[graph.nodes[0].inputs[1]].floats;
  const std::vector<float>& second = graph.values[graph.nodes[1].inputs[1]].floats;
  for (size_t c = 0; c < 4; ++c) {
    float made = 0, read = 0;
    for (size_t i = 0; i < 2; ++i) made = std::max(made, std::abs(first[c * 2 + i]));
    for (size_t o = 0; o < 3; ++o) read = std::max(read, std::abs(second[o * 4 + c]));
    EXPECT_NEAR(made, read, 1e-3f * made);
  }
}

TEST(Equalise, LeavesAloneWhatItWouldChangeAndNamesIt) {
  test::Builder six(8, {1, 1, 6, 2});
  Graph graph = six.conv(4, 1, 1, true).clamp(0, 6).conv(3, 1, 1, true).residual().dense(2, true).finish();
  ASSERT_TRUE(run_passes(graph, "test").ok());
  const Graph before = graph;
  const Equalisation done = equalise(graph);
  EXPECT_EQ(done.pairs, 0u);
  EXPECT_EQ(to_text(graph), to_text(before));
  EXPECT_THAT(done.left_alone,
              testing::ElementsAre("conv_2d0: its ReLU6 bounds it from above", "conv_2d2: more than one layer reads it"));
}

}  // namespace
}  // namespace mote
