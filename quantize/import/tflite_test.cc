// The importer on models built here, and on the MLPerf Tiny models where their golden outputs are.
#include "quantize/import/tflite.h"

#include <gmock/gmock.h>

#include <functional>

#include "base/random.h"
#include "base/test/shared_data.h"
#include "quantize/import/import.h"
#include "quantize/read/run_tensors.h"
#include "tflite_generated.h"

namespace mote {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr int8_t kInt8Type = 9;

struct Draft {
  tflite::ModelT model;
  tflite::SubGraphT& graph() { return *model.subgraphs[0]; }

  Draft() {
    model.version = 3;
    model.subgraphs.push_back(std::make_unique<tflite::SubGraphT>());
    model.buffers.push_back(std::make_unique<tflite::BufferT>());
  }
  int32_t tensor(std::vector<int32_t> shape, float scale, int64_t zero_point, int8_t type = kInt8Type,
                 std::vector<uint8_t> data = {}) {
    auto tensor = std::make_unique<tflite::TensorT>();
    tensor->shape = std::move(shape);
    tensor->type = type;
    tensor->name = "t" + std::to_string(graph().tensors.size());
    tensor->quantization = std::make_unique<tflite::QuantizationParametersT>();
    tensor->quantization->scale = {scale};
    tensor->quantization->zero_point = {zero_point};
    if (!data.empty()) {
      tensor->buffer = static_cast<uint32_t>(model.buffers.size());
      model.buffers.push_back(std::make_unique<tflite::BufferT>());
      model.buffers.back()->data = std::move(data);
    }
    graph().tensors.push_back(std::move(tensor));
    return static_cast<int32_t>(graph().tensors.size() - 1);
  }
  // Without options: what needs them says so.
  void node(int code, std::vector<int32_t> inputs, int32_t output, bool old_field = true) {
    auto operator_code = std::make_unique<tflite::OperatorCodeT>();
    operator_code->deprecated_builtin_code = static_cast<int8_t>(old_field ? code : 0);
    operator_code->builtin_code = old_field ? 0 : code;
    model.operator_codes.push_back(std::move(operator_code));
    auto node = std::make_unique<tflite::OperatorT>();
    node->opcode_index = static_cast<uint32_t>(model.operator_codes.size() - 1);
    node->inputs = std::move(inputs);
    node->outputs = {output};
    graph().operators.push_back(std::move(node));
  }
  Bytes bytes() const {
    flatbuffers::FlatBufferBuilder builder;
    builder.Finish(tflite::Model::Pack(builder, &model), "TFL3");
    return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
  }
};

// Reshapes only: what has no options of its own.
Draft reshapes() {
  Draft draft;
  const int32_t in = draft.tensor({1, 2, 3}, 0.5f, 3);
  const int32_t out = draft.tensor({1, 6}, 0.5f, 3);
  draft.node(22, {in}, out);
  draft.graph().inputs = {in};
  draft.graph().outputs = {out};
  return draft;
}

TEST(Tflite, EveryUnsupportedOperatorIsNamedWithItsPlace) {
  Draft draft = reshapes();
  const int32_t next = draft.tensor({1, 6}, 0.5f, 3), last = draft.tensor({1, 6}, 0.5f, 3);
  draft.node(14, {1}, next);
  draft.node(150, {0}, last, /*old_field=*/false);
  draft.node(22, {next}, draft.tensor({1, 6}, 0.5f, 3));  // reads what is lost
  const auto graph = read_tflite(draft.bytes(), "m.tflite");
  ASSERT_FALSE(graph.ok());
  EXPECT_EQ(graph.error().cause, Cause::usage);
  EXPECT_THAT(graph.error().line(), HasSubstr("m.tflite: cannot be imported"));
  EXPECT_THAT(graph.error().what, HasSubstr("operator 1 (LOGISTIC 't2') is not supported"));
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
  missing.node(3, {0, 77}, missing.tensor({1, 6}, 0.5f, 3));
  EXPECT_THAT(read_tflite(missing.bytes(), "f").error().what, HasSubstr("CONV_2D 't2') has no readable options"));
}

TEST(Tflite, SurvivesMutations) {
  const Bytes good = reshapes().bytes();
  Random random(5);
  for (int i = 0; i < 20'000; ++i) {
    Bytes bytes = good;
    for (uint64_t changes = 1 + random.below(4); changes > 0; --changes)
      bytes[random.below(bytes.size())] = static_cast<uint8_t>(random.below(256));
    (void)import_tflite(bytes, "f");
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
  const auto model = import_tflite(tflite, GetParam().model);
  ASSERT_TRUE(model.ok()) << model.error().line();
  const Bytes inputs = files.read(folder / GetParam().inputs, 1u << 24).value();
  const Bytes golden = files.read(folder / GetParam().outputs, 1u << 24).value();
  const Bytes outputs = run_tensors(*model, "model", inputs, "inputs").value();
  ASSERT_EQ(outputs.size(), golden.size());
  size_t different = 0;
  for (size_t i = 0; i < golden.size(); ++i) different += outputs[i] != golden[i] ? 1 : 0;
  EXPECT_EQ(different, 0u) << "of " << golden.size() << " bytes";

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
