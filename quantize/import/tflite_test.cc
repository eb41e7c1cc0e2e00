// The importer on models built here, and on the MLPerf Tiny models where their golden outputs are.
#include "quantize/import/tflite.h"

#include <gmock/gmock.h>

#include <functional>

#include "base/random.h"
#include "base/test/shared_data.h"
#include "quantize/pack/pack.h"
#include "quantize/test/tflite_draft.h"

namespace mote {
namespace {

using testing::HasSubstr;
using testing::Not;

using Draft = test::TfliteDraft;

// Reshapes only: what has no options of its own.
Draft reshapes() {
  Draft draft;
  const int32_t in = draft.tensor({1, 2, 3}, 0.5f, 3);
  const int32_t out = draft.tensor({1, 6}, 0.5f, 3);
  draft.node(22, {in}, {out});
  draft.graph().inputs = {in};
  draft.graph().outputs = {out};
  return draft;
}

TEST(Tflite, EveryUnsupportedOperatorIsNamedWithItsPlace) {
  Draft draft = reshapes();
  const int32_t next = draft.tensor({1, 6}, 0.5f, 3), last = draft.tensor({1, 6}, 0.5f, 3);
  draft.node(27, {1}, {next});
  draft.node(150, {0}, {last}, /*old_field=*/false);
  draft.node(22, {next}, {draft.tensor({1, 6}, 0.5f, 3)});  // reads what is lost
  const auto graph = read_tflite(draft.bytes(), "m.tflite");
  ASSERT_FALSE(graph.ok());
  EXPECT_EQ(graph.error().cause, Cause::usage);
  EXPECT_THAT(graph.error().line(), HasSubstr("m.tflite: cannot be imported"));
  EXPECT_THAT(graph.error().what, HasSubstr("operator 1 (SVDF 't2') is not supported"));
  EXPECT_THAT(graph.error().what, Not(HasSubstr("operator 3")));
  EXPECT_THAT(graph.error().what, HasSubstr("operator 2 (builtin 150 't3') is not supported"));
}

TEST(Tflite, WhatIsNoModelIsRefused) {
  EXPECT_THAT(read_tflite({}, "f").error().what, HasSubstr("not a TensorFlow Lite model"));
  Bytes bytes = reshapes().bytes();
  EXPECT_FALSE(read_tflite(ByteView(bytes).first(bytes.size() / 2), "f").ok());
  Draft old = reshapes();
  old.model.version = 2;
  EXPECT_THAT(read_tflite(old.bytes(), "f").error().what, HasSubstr("schema version 2"));
  Draft twice = reshapes();
  twice.graph().inputs = {0, 0};
  EXPECT_THAT(read_tflite(twice.bytes(), "f").error().what, HasSubstr("an input twice"));
  Draft other = reshapes();
  other.graph().tensors[0]->type = 5;  // a string
  EXPECT_THAT(read_tflite(other.bytes(), "f").error().what, HasSubstr("a type that is not int8"));
  Draft vast = reshapes();  // 2^64 elements: a product that wraps around to 0
  vast.graph().tensors[0]->shape = {1 << 16, 1 << 16, 1 << 16, 1 << 16};
  EXPECT_THAT(read_tflite(vast.bytes(), "f").error().what, HasSubstr("its input"));
  vast = reshapes();
  vast.graph().tensors[1]->shape = {1 << 16, 1 << 16, 1 << 16, 1 << 16};
  EXPECT_THAT(read_tflite(vast.bytes(), "f").error().what, HasSubstr("too large"));
  Draft missing = reshapes();
  missing.node(3, {0, 77}, {missing.tensor({1, 6}, 0.5f, 3)});
  EXPECT_THAT(read_tflite(missing.bytes(), "f").error().what, HasSubstr("CONV_2D 't2') has no readable options"));
}

TEST(Tflite, AnOutputThatIsAnInputIsCopied) {
  Draft draft = reshapes();
  draft.graph().outputs = {1, 0, 1};
  const std::vector<int8_t> in = {1, -2, 3, -4, 5, -6};
  std::vector<int8_t> thrice = in;
  thrice.insert(thrice.end(), in.begin(), in.end());
  thrice.insert(thrice.end(), in.begin(), in.end());
  EXPECT_EQ(draft.run(in), thrice);
}

// [1, 6] is read as [1, 2, 3] by a pool, which sees rows of it.
TEST(Tflite, WhatIsReadByItsShapeIsGivenThatShape) {
  Draft draft;
  const int32_t in = draft.input({1, 6}), image = draft.tensor({1, 2, 3, 1}, 0.5f, 3), out = draft.output({1, 1, 3, 1});
  draft.node(22, {in}, {image});
  tflite::Pool2DOptionsT pool;
  pool.padding = 1, pool.stride_h = pool.stride_w = 1, pool.filter_height = 2, pool.filter_width = 1;
  draft.node_with(17, {image}, {out}, pool);
  EXPECT_EQ(draft.run({1, -2, 3, -4, 5, -6}), (std::vector<int8_t>{1, 5, 3}));
}

// One operator of each way of lowering, one after the other.
Draft many_operators() {
  Draft draft;
  const auto made = [&](std::vector<int32_t> shape) { return draft.tensor(std::move(shape), 0.5f, 3); };
  const int32_t in = draft.input({1, 4, 4, 2}), turned = made({1, 4, 2, 4}), cut = made({1, 2, 2, 4}),
                padded = made({1, 4, 2, 4}), joined = made({1, 4, 2, 8}), half = made({1, 4, 1, 8}), other = made({1, 4, 1, 8}),
                sum = made({1, 4, 1, 8}), curve = made({1, 4, 1, 8}), resized = made({1, 8, 3, 8}), taken = made({1, 2, 3, 8}),
                out = draft.output({48});
  draft.node(39, {in, draft.integers({0, 1, 3, 2})}, {turned});
  tflite::StridedSliceOptionsT slice;
  slice.begin_mask = 1, slice.end_mask = 13;
  draft.node_with(45, {turned, draft.integers({0, 3, 0, 0}), draft.integers({1, -5, 2, 4}), draft.integers({1, -2, 1, 1})}, {cut},
                  slice);
  draft.node(34, {cut, draft.integers({0, 0, 1, 1, 0, 0, 0, 0}, {4, 2})}, {padded});
  tflite::ConcatenationOptionsT along;
  along.axis = 3;
  draft.node_with(2, {padded, turned}, {joined}, along);
  draft.node(49, {draft.integers({2}), joined}, {half, other});
  draft.node_with(0, {half, draft.constant({8}, {1, 2, 3, 4, 5, 6, 7, 8})}, {sum}, tflite::AddOptionsT());
  draft.node(19, {sum}, {curve});
  draft.node_with(97, {curve, draft.integers({8, 3})}, {resized}, tflite::ResizeNearestNeighborOptionsT());
  tflite::GatherOptionsT gather;
  gather.axis = 1;
  draft.node_with(36, {resized, draft.integers({7, 0})}, {taken}, gather);
  draft.node(22, {taken}, {out});
  return draft;
}

TEST(Tflite, SurvivesMutations) {
  ASSERT_EQ(many_operators().refusal(), "");
  for (const Bytes& good : {reshapes().bytes(), many_operators().bytes()}) {
    Random random(5);
    int accepted = 0;
    for (int i = 0; i < 10'000; ++i) {
      Bytes bytes = good;
      for (uint64_t changes = 1 + random.below(4); changes > 0; --changes)
        bytes[random.below(bytes.size())] = static_cast<uint8_t>(random.below(256));
      accepted += import_tflite(bytes, "f").ok() ? 1 : 0;
    }
    EXPECT_GT(accepted, 300);
  }
}

struct Golden {
  const char* name;
  const char* model;
  const char* inputs;
  const char* outputs;
};

class MlperfTiny : public testing::TestWithParam<Golden> {};

TEST_P(MlperfTiny, GivesTheOutputsOfTensorFlowLiteToTheByte) {
  const Path folder = shared_data("mlperf-tiny");
  if (folder.empty()) GTEST_SKIP() << "skipped: the MLPerf Tiny models are not here";
  DiskFileSystem files;
  const Bytes tflite = files.read(folder / GetParam().model, 1u << 24).value();
  const Bytes inputs = files.read(folder / GetParam().inputs, 1u << 24).value();
  const Bytes golden = files.read(folder / GetParam().outputs, 1u << 24).value();
  for (const Target target :
       {Target::portable, Target::armv7_m, Target::armv7e_m, Target::armv8_1_m_mve, Target::rv32, Target::x86_64}) {
    const auto model = import_tflite(tflite, GetParam().model, {.target = target});
    ASSERT_TRUE(model.ok()) << model.error().line();
    const Bytes outputs = run_tensors(*model, "model", inputs, "inputs").value();
    ASSERT_EQ(outputs.size(), golden.size());
    size_t different = 0;
    for (size_t i = 0; i < golden.size(); ++i) different += outputs[i] != golden[i] ? 1 : 0;
    EXPECT_EQ(different, 0u) << "of " << golden.size() << " bytes, packed for " << target_name(target);
  }

  // Damaged files are refused, or are other models; nothing worse.
  Random random(1);
  for (int i = 0; i < 300; ++i) {
    Bytes bytes = tflite;
    for (int changes = 0; changes < 8; ++changes) bytes[random.below(bytes.size())] = static_cast<uint8_t>(random.below(256));
    (void)read_tflite(bytes, "damaged");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Each, MlperfTiny,
    testing::Values(
        Golden{"kws01", "models/kws01_dscnn_int8.tflite", "inputs/kws01/kws01_inputs.bin", "golden/kws01_outputs.bin"},
        Golden{"ic01", "models/ic01_resnet8_int8.tflite", "golden/ic01_random16_inputs.bin", "golden/ic01_random16_outputs.bin"},
        Golden{"ad01", "models/ad01_int8.tflite", "golden/ad01_random16_inputs.bin", "golden/ad01_random16_outputs.bin"},
        Golden{"vww01", "models/vww01_96_int8.tflite", "golden/vww01_random16_inputs.bin", "golden/vww01_random16_outputs.bin"}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace mote
