// Comparisons of one graph in two forms and plans, and of what is no other form of it.
#include "quantize/compare/compare.h"

#include <gmock/gmock.h>

#include <cstring>

#include "base/file_system.h"
#include "base/json.h"
#include "base/random.h"
#include "base/test/shared_data.h"
#include "quantize/compare/layer_tap.h"
#include "quantize/import/import.h"
#include "quantize/test/tflite_draft.h"
#include "quantize/test/two_convolutions.h"

namespace mote {
namespace {

using testing::HasSubstr;

constexpr size_t kInputBytes = 12 * 10 * 4;

Bytes convolutions_apart() {
  const Graph graph = test::two_convolutions();
  const GraphRecords records = records_of(graph, Target::portable);
  return write_model({.graph = graph, .records = records, .plan = plan_without_reuse(records)});
}

Bytes drawn_inputs(size_t count, size_t bytes) {
  Random random(5);
  Bytes inputs(count * bytes);
  for (uint8_t& byte : inputs) byte = static_cast<uint8_t>(random.below(256));
  return inputs;
}

// One more in one weight of a node, behind what a packed form puts before the weights.
Bytes with_another_weight(Bytes bytes, size_t node) {
  const ModelFile model = read_model(bytes, "m").value();
  const TensorRecord& weights = model.tensors[model.nodes[node].inputs[1]];
  for (const SectionInfo& section : model.sections)
    if (section.type == static_cast<uint16_t>(SectionType::weights)) ++bytes[section.offset + weights.offset + 20];
  return bytes;
}

ModelDifference difference(const Bytes& reference, const Bytes& model, size_t inputs) {
  Result<ModelDifference> found = compare_layers(reference, "a", model, "b", drawn_inputs(inputs, kInputBytes), "in");
  if (!found.ok()) ADD_FAILURE() << found.error().line();
  return std::move(found).value();
}

TEST(CompareLayers, FindsNoneBetweenFormsAndPlans) {
  const ModelDifference found = difference(convolutions_apart(), test::rolled_convolutions(), 10);
  EXPECT_EQ(found.first(), nullptr) << to_text(found);
  ASSERT_EQ(found.layers.size(), 2u);
  EXPECT_EQ(found.layers[0].name, "0 conv_2d");
  EXPECT_EQ(found.layers[0].bytes, 10 * kInputBytes) << "the rows of the ring are there";
  EXPECT_EQ(found.inputs, 10u);
  EXPECT_THAT(to_text(found), HasSubstr("All bytes are the same."));
}

TEST(CompareLayers, NamesTheFirstLayerThatDiffers) {
  for (const size_t changed : {0, 1}) {
    const ModelDifference found = difference(convolutions_apart(), with_another_weight(test::rolled_convolutions(), changed), 3);
    ASSERT_NE(found.first(), nullptr) << changed;
    EXPECT_EQ(found.first()->name, std::to_string(changed) + " conv_2d");
    EXPECT_GT(found.first()->differing, 0u);
    EXPECT_LT(found.first()->differing, found.first()->bytes);
    EXPECT_GE(found.first()->largest, 1);
    EXPECT_TRUE(found.first()->first_input.has_value());
    EXPECT_EQ(to_json(found)["first"], found.first()->name);
    EXPECT_THAT(to_text(found), HasSubstr("The first to differ is " + found.first()->name));
  }
}

// The first input gives the same everywhere: all of it is the zero point, so no weight counts.
TEST(CompareLayers, TellsForWhichInputALayerDiffersFirst) {
  Bytes inputs(kInputBytes, static_cast<uint8_t>(-3));
  append(inputs, drawn_inputs(1, kInputBytes));
  const Bytes changed = with_another_weight(convolutions_apart(), 0);
  const ModelDifference found = compare_layers(convolutions_apart(), "a", changed, "b", inputs, "in").value();
  ASSERT_NE(found.first(), nullptr);
  EXPECT_EQ(found.layers[0].first_input, 1u);
}

TEST(CompareLayers, RefusesAnotherGraph) {
  test::TfliteDraft draft;
  const int32_t in = draft.input({1, 2, 3}), out = draft.output({1, 6});
  draft.node(22, {in}, {out});
  const Bytes other = import_tflite(draft.bytes(), "d.tflite").value();
  const Result<ModelDifference> found = compare_layers(convolutions_apart(), "a", other, "b", drawn_inputs(1, 6), "in");
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(found.error().cause, Cause::usage);
  EXPECT_THAT(found.error().line(),
              HasSubstr("b: is no other form of a: node 0 is reshape [1,1,2,3] and not conv_2d [1,12,10,4]"));
}

TEST(CompareLayers, RefusesNoInputs) {
  EXPECT_FALSE(compare_layers(convolutions_apart(), "a", convolutions_apart(), "b", {}, "in").ok());
}

TEST(CompareOutputs, CountsBytesAndTheLargestDifference) {
  const ModelFile model = read_model(convolutions_apart(), "m").value();
  const Bytes expected = drawn_inputs(2, kInputBytes);
  EXPECT_EQ(compare_outputs(model, expected, expected).first(), nullptr);
  Bytes other = expected;
  other[kInputBytes + 7] = static_cast<uint8_t>(
      static_cast<int8_t>(expected[kInputBytes + 7]) < 0 ? expected[kInputBytes + 7] + 50 : expected[kInputBytes + 7] - 50);
  const ModelDifference found = compare_outputs(model, expected, other);
  ASSERT_NE(found.first(), nullptr);
  EXPECT_EQ(found.first()->name, "output 0");
  EXPECT_EQ(found.first()->differing, 1u);
  EXPECT_EQ(found.first()->largest, 50);
  EXPECT_EQ(found.first()->first_input, 1u);
}

TEST(CompareLayers, HoldsForAKeywordModelOnEveryTarget) {
  const Path folder = shared_data("mlperf-tiny");
  if (folder.empty()) GTEST_SKIP() << "skipped: the MLPerf Tiny models are not here";
  DiskFileSystem files;
  const Bytes tflite = files.read(folder / "models/kws01_dscnn_int8.tflite", 1u << 24).value();
  const Bytes reference = reference_model(tflite, "kws01").value();
  const Bytes inputs = drawn_inputs(3, 490);
  for (uint32_t target = 0; target < kTargets; ++target) {
    const Bytes model = import_tflite(tflite, "kws01", {.target = static_cast<Target>(target)}).value();
    const ModelDifference found = compare_layers(reference, "kws01", model, "m", inputs, "in").value();
    EXPECT_EQ(found.layers.size(), 12u);
    EXPECT_EQ(found.first(), nullptr) << "target " << target << "\n" << to_text(found);
  }
}

}  // namespace
}  // namespace mote
