// M20 to M23: plans that leave the arena or let one tensor overwrite another.
#include <gtest/gtest.h>

#include "device/model/test/rule_of.h"

namespace mote {
namespace {

TEST(Plan, M20_RefusesAnotherArenaThanTheHeaders) {
  const ModelBuilder model = dense_model();
  EXPECT_EQ(rule_of(ModelBuilder::assemble(model.header, model.arena_bytes + 16, model.sections())), "M20");
  EXPECT_EQ(rule_after(model, [](ModelBuilder& m) { m.arena_bytes = kMaxArenaBytes + 16; }), "M20");
}

TEST(Plan, M20_RefusesAPlaceTooManyOrTooFew) {
  EXPECT_EQ(rule_after(dense_model(), [](ModelBuilder& m) { m.offsets.pop_back(); }), "M20");
  EXPECT_EQ(rule_after(dense_model(), [](ModelBuilder& m) { m.offsets.push_back(0); }), "M20");
}

TEST(Plan, M21_RefusesPlacesOutsideTheArenaOrUnaligned) {
  EXPECT_EQ(rule_after(dense_model(), [](ModelBuilder& m) { m.offsets[m.output] += 1; }), "M21");
  EXPECT_EQ(rule_after(dense_model(), [](ModelBuilder& m) { m.offsets[m.output] = m.arena_bytes; }), "M21");
  EXPECT_EQ(rule_after(dense_model(), [](ModelBuilder& m) { m.offsets[m.output] = 0xfffffff0; }), "M21");
  EXPECT_EQ(rule_after(dense_model(), [](ModelBuilder& m) { m.offsets[m.nodes[0].inputs[1]] = 0; }), "M21") << "a constant";
  EXPECT_EQ(rule_after(dense_model(), [](ModelBuilder& m) { m.arena_bytes = m.offsets[m.output] + 3; }), "OK") << "just enough";
  EXPECT_EQ(rule_after(dense_model(), [](ModelBuilder& m) { m.arena_bytes = m.offsets[m.output] + 2; }), "M21");
}

TEST(Plan, M22_AcceptsThatPlacesAreUsedAgain) { EXPECT_EQ(rule_of(image_model()), "OK"); }

TEST(Plan, M22_RefusesAnOutputOverTheInputOfItsOwnNode) {
  EXPECT_EQ(rule_after(image_model(), [](ModelBuilder& m) { m.offsets[m.nodes[0].output] = 80; }), "M22");
  EXPECT_EQ(rule_after(image_model(), [](ModelBuilder& m) { m.offsets[m.nodes[1].output] = 96; }), "M22");
  EXPECT_EQ(rule_after(image_model(), [](ModelBuilder& m) { m.offsets[m.output] = 0; }), "M22");
}

TEST(Plan, M22_RefusesATensorOverOneThatIsReadLater) {
  ModelBuilder model = whole_model();
  model.offsets[model.nodes[kConvNode].output] = model.offsets[model.raw_input];
  EXPECT_EQ(rule_of(model), "OK") << "the raw input has been read";
  model = whole_model();
  model.offsets[model.statistics] = model.offsets[model.input];
  EXPECT_EQ(rule_of(model), "M22") << "the input is still to be read by node 2";
}

TEST(Plan, M22_KeepsTheStatisticsUntilTheEnd) {
  ModelBuilder model = whole_model();
  model.offsets[model.output] = model.offsets[model.statistics];
  EXPECT_EQ(rule_of(model), "M22");
}

TEST(Plan, M22_KeepsTheInputFromTheStartWhereNoFrontEndMakesIt) {
  ModelBuilder model = dense_model();
  model.offsets[model.nodes[0].output] = model.offsets[model.input];
  EXPECT_EQ(rule_of(model), "M22");
  model = dense_model();
  model.offsets[model.output] = model.offsets[model.input];
  EXPECT_EQ(rule_of(model), "OK") << "node 1 no longer reads it";
}

// What mote_run copies in must survive until it is read even by the last node: here the pool reads the input again.
TEST(Plan, M22_KeepsTheOutputUntilTheEndThoughNodesFollow) {
  ModelBuilder model = dense_model();
  const uint16_t more = model.activation(TensorType::int8, {1, 1, 1, 8}, 0.1f, 3);
  model.node(OperatorCode::max_pool_2d, {model.input}, more, {1, 1, 1, 1, 0, 0, -128, 127});
  model.lay_out();
  EXPECT_EQ(rule_of(model), "OK");
  ModelBuilder broken = model;
  broken.offsets[more] = broken.offsets[broken.output];
  EXPECT_EQ(rule_of(broken), "M22");
  broken = model;
  broken.offsets[broken.output] = broken.offsets[broken.input];
  EXPECT_EQ(rule_of(broken), "M22");
}

TEST(Plan, M23_RefusesScratch) {
  EXPECT_EQ(rule_after(dense_model(), [](ModelBuilder& m) { m.scratch.assign(m.nodes.size(), 0); }), "M23");
}

}  // namespace
}  // namespace mote
