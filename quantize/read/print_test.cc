// Models as people and machines see them, and over files of inputs.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/json.h"
#include "quantize/plan/plan.h"
#include "quantize/read/arena_map.h"
#include "quantize/read/model_file.h"
#include "quantize/read/plain_text.h"
#include "quantize/read/run_tensors.h"
#include "quantize/test/graphs.h"
#include "quantize/test/two_convolutions.h"

namespace mote {
namespace {

// Two pools: output[c] = max over 8 samples.
Bytes small_model() {
  const Graph graph = test::parsed(R"(mote-graph 1
    %0 = input int8[1,1,8,2] "x" scale=[0x1p-3] zero=5
    %1 = max_pool_2d(%0) filter=[1,2] stride=[1,2] : int8[1,1,4,2] scale=[0x1p-3] zero=5
    %2 = max_pool_2d(%1) filter=[1,4] clamp=[-10, 10] : int8[1,1,1,2] scale=[0x1p-3] zero=5
    return %2)");
  const GraphRecords records = records_of(graph, Target::portable);
  return write_model({.graph = graph, .records = records, .plan = plan_arena(records), .labels = {"left", "right"}});
}

ModelFile read_small() {
  Result<ModelFile> model = read_model(small_model(), "small.mote");
  if (!model.ok()) ADD_FAILURE() << model.error().line();
  return std::move(model).value();
}

TEST(ModelFile, ReadsWhatWasWritten) {
  const ModelFile model = read_small();
  ASSERT_EQ(model.nodes.size(), 2u);
  EXPECT_EQ(model.tensors[0].shape[2], 8u);
  EXPECT_EQ(model.tensors[0].zero_point, 5);
  EXPECT_EQ(model.nodes[1].attributes[attribute::kFilterWidth], 4);
  EXPECT_EQ(model.nodes[1].attributes[attribute::kPoolClampMin], -75);
  EXPECT_EQ(model.nodes[1].attributes[attribute::kPoolClampMax], 85);
  EXPECT_EQ(model.raw_input, kNoTensor);
  EXPECT_EQ(model.labels, (std::vector<std::string>{"left", "right"}));
  EXPECT_EQ(model.arena_bytes, 32u);
}

TEST(ModelFile, PrintsItsOperatorsAndPlaces) {
  const std::string text = to_text(read_small());
  EXPECT_NE(
      text.find("   0     0  max_pool_2d          portable input  [1,1,4,2]        int8         0.125     5         0       "
                "16        8       1       0\n"),
      std::string::npos)
      << text;
  EXPECT_NE(text.find("input     int8 [1,1,8,2] scale 0.125 zero point 5 at arena 0\n"), std::string::npos) << text;
  EXPECT_NE(text.find("output    int8 [1,1,1,2] scale 0.125 zero point 5 at arena "), std::string::npos) << text;
  EXPECT_NE(text.find("makes the output"), std::string::npos) << text;
  const Json json = to_json(read_small());
  EXPECT_EQ(json["nodes"][1]["operator"], "max_pool_2d");
  EXPECT_EQ(json["tensors"][1]["arena_offset"], 16);
  EXPECT_EQ(json["raw_input"], nullptr);
  EXPECT_EQ(json["nodes"][0]["form"], "portable");
  EXPECT_EQ(json["nodes"][1]["stage"], 1);
  EXPECT_EQ(json["nodes"][1]["scratch_offset"], nullptr);
  EXPECT_EQ(json["tensors"][1]["held_rows"], 1);
  EXPECT_EQ(json["target"], "portable");
}

// Two convolutions of 3 x 3, packed for Armv7E-M and rolled into one stage: the first is a ring, and both need scratch.
TEST(ModelFile, PrintsStagesRingsAndScratch) {
  const ModelFile model = read_model(test::rolled_convolutions(), "rolled.mote").value();
  const std::string text = to_text(model);
  EXPECT_NE(text.find("target armv7e-m\n"), std::string::npos) << text;
  EXPECT_NE(text.find("   0     0  conv_2d              packed   input"), std::string::npos) << text;
  EXPECT_NE(text.find("   1     0  conv_2d              packed   0 "), std::string::npos) << text;
  EXPECT_NE(text.find(" 3/12 "), std::string::npos) << text;
  const Json json = to_json(model);
  EXPECT_EQ(json["stages"], (std::vector<uint16_t>{2}));
  EXPECT_EQ(json["target"], "armv7e-m");
  for (int i : {0, 1}) {
    EXPECT_EQ(json["nodes"][i]["form"], "packed");
    EXPECT_GT(json["nodes"][i]["scratch_bytes"], 0);
    EXPECT_EQ(json["nodes"][i]["scratch_offset"].get<uint32_t>() % 16, 0u);
  }
}

// The rings, what is given, what is made and the scratch of the one stage; and none over another but the output over the input.
TEST(ArenaMap, HasAllThatLivesInAStage) {
  const ModelFile model = read_model(test::rolled_convolutions(), "rolled.mote").value();
  const std::vector<ArenaPiece> pieces = arena_map(model);
  ASSERT_EQ(pieces.size(), 4u);
  EXPECT_EQ(pieces[0].name, "0 conv_2d");
  EXPECT_EQ(pieces[0].bytes, 3 * 10 * 4u);
  EXPECT_EQ(pieces[1].name, "1 conv_2d");
  EXPECT_EQ(pieces[1].bytes, 12 * 10 * 4u);
  EXPECT_EQ(pieces[2].name, "input 0");
  EXPECT_EQ(pieces[3].name, "scratch");
  EXPECT_EQ(pieces[3].bytes, std::max(model.scratch_bytes[0], model.scratch_bytes[1]));
  uint32_t end = 0, sum = 0;
  for (const ArenaPiece& piece : pieces) end = std::max(end, piece.offset + piece.bytes), sum += piece.bytes;
  EXPECT_LE(end, model.arena_bytes);
  EXPECT_LE(bytes_alive(pieces, 0), model.arena_bytes);
  EXPECT_LE(bytes_alive(pieces, 0), sum);
  EXPECT_EQ(bytes_alive(pieces, 1), 0u);
}

TEST(ArenaMap, CountsBytesOnceThatAreSharedByAnOverlay) {
  const auto piece = [](uint32_t offset, uint32_t bytes, uint32_t first, uint32_t last) {
    return ArenaPiece{.name = "", .offset = offset, .bytes = bytes, .first = first, .last = last};
  };
  const std::vector<ArenaPiece> pieces = {piece(0, 100, 0, 1), piece(80, 40, 1, 2), piece(200, 10, 1, 1), piece(90, 10, 1, 1)};
  EXPECT_EQ(bytes_alive(pieces, 0), 100u);
  EXPECT_EQ(bytes_alive(pieces, 1), 130u);
  EXPECT_EQ(bytes_alive(pieces, 2), 40u);
}

TEST(PlainText, KeepsUtf8AndNothingElse) {
  EXPECT_EQ(plain_text("m/s² gehen 歩く 🚶"), "m/s² gehen 歩く 🚶");
  EXPECT_EQ(plain_text("a\x1b[31mb\n\x7f"), "a?[31mb??");
  EXPECT_EQ(plain_text("\xff\xc3-\xe2\x82"), std::string(2, '?') + "-" + std::string(2, '?'));
  EXPECT_EQ(plain_text("\xc0\xaf \xed\xa0\x80 \xf4\x90\x80\x80 \xc2\x9b"), "?? ??? ???? ??");  // overlong, surrogate, beyond
}

TEST(ModelSize, AddsUpToTheFile) {
  const ModelSize size = size_of(read_small());
  uint32_t sum = size.table_bytes;
  for (const SectionInfo& section : size.sections) sum += section.bytes;
  EXPECT_EQ(sum, size.model_bytes);
  EXPECT_EQ(size.model_bytes, small_model().size());
  EXPECT_EQ(to_json(size)["sections"].size(), 4u);
}

TEST(RunTensors, RunsOneAfterTheOther) {
  Bytes inputs(32, 0);
  inputs[6] = 100;     // left of the first, above the clamp
  inputs[16 + 3] = 7;  // right of the second
  for (int i = 16; i < 32; i += 2) inputs[static_cast<size_t>(i)] = static_cast<uint8_t>(-100);  // left of the second
  const Result<Bytes> outputs = run_tensors(small_model(), "small.mote", inputs, "in.bin");
  ASSERT_TRUE(outputs.ok()) << outputs.error().line();
  EXPECT_EQ(*outputs, (Bytes{85, 0, static_cast<uint8_t>(-75), 7}));
}

TEST(RunTensors, RefusesWhatIsNoWholeNumberOfInputs) {
  for (const size_t count : {0, 15, 17}) {
    const Result<Bytes> outputs = run_tensors(small_model(), "small.mote", Bytes(count, 0), "in.bin");
    ASSERT_FALSE(outputs.ok());
    EXPECT_EQ(outputs.error().line(), "in.bin: its " + std::to_string(count) +
                                          " bytes are no whole number of inputs of 16 bytes; see the model's input with: "
                                          "mote inspect small.mote");
  }
}

TEST(RunTensors, NamesTheRuleThatAModelBreaks) {
  Bytes model = small_model();
  model[0] = 'm';
  const Result<Bytes> outputs = run_tensors(model, "small.mote", Bytes(16, 0), "in.bin");
  ASSERT_FALSE(outputs.ok());
  EXPECT_EQ(outputs.error().line(),
            "small.mote: this is no model that can run: it breaks rule M1 of the model format (docs/spec/model-format.md); check "
            "that it is a whole .mote file, or make it again");
}

}  // namespace
}  // namespace mote
