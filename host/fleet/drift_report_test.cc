// Holds the verdict on a fleet to what its devices were made to do, from signed bytes to printed words.
#include "host/fleet/drift_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "host/fleet/test/fleet_world.h"

namespace mote::fleet {
namespace {

using drift::Finding;
using testing::ElementsAre;
using testing::HasSubstr;

DriftReport judged(FleetWorld& world) { return judge_fleet(world.store(), world.devices(), drift::Policy{}).value(); }

const ScalarDrift& scalar_of(const DriftReport& report, const std::string& device, const std::string& name) {
  for (const ScalarDrift& scalar : report.scalars)
    if (scalar.verdict.device == device && scalar.verdict.scalar == name) return scalar;
  throw std::runtime_error(device + " has no " + name);
}

TEST(JudgeFleet, UnderAHundredWindowsSaysSo) {
  FleetWorld world(2);
  world.run_all(96);
  const DriftReport report = judged(world);
  ASSERT_EQ(report.scalars.size(), 10u);
  for (const ScalarDrift& scalar : report.scalars) {
    EXPECT_EQ(scalar.verdict.installation.finding, Finding::not_enough_data);
    EXPECT_EQ(scalar.verdict.training.finding, Finding::not_enough_data);
  }
  EXPECT_FALSE(report.alarm());
  EXPECT_THAT(to_text(report), HasSubstr("not enough data: reference 96 of 512"));
  EXPECT_EQ(to_json(report)["scalars"][0]["since_installation"]["verdict"], "not enough data");
  EXPECT_FALSE(to_json(report)["scalars"][0]["since_installation"].contains("p"));
}

TEST(JudgeFleet, TheTwoQuestionsAreToldApart) {
  FleetWorld world(3);
  world.run_all(1024);
  DriftReport report = judged(world);
  EXPECT_FALSE(report.alarm()) << to_text(report);
  EXPECT_EQ(scalar_of(report, "press-01", "acc_x mean").verdict.training.finding, Finding::different)
      << "each machine has its own level";

  world.run(1, 512, 0.5);
  world.run(0, 512);
  world.run(2, 512);
  report = judged(world);
  EXPECT_THAT(report.changed, ElementsAre("press-02"));
  const drift::Comparison& changed = scalar_of(report, "press-02", "acc_x mean").verdict.installation;
  EXPECT_EQ(changed.finding, Finding::different);
  EXPECT_EQ(changed.n_before, 512u);
  EXPECT_EQ(changed.n_after, 384u);
  EXPECT_NEAR(changed.shift, 0.5, 0.2);
  EXPECT_EQ(scalar_of(report, "press-02", "acc_y rms").verdict.installation.finding, Finding::alike);
  EXPECT_EQ(scalar_of(report, "press-01", "acc_x mean").verdict.installation.finding, Finding::alike);
}

TEST(JudgeFleet, AskingAgainChangesNothing) {
  FleetWorld world(2);
  world.run_all(900);
  const std::string first = to_json(judged(world)).dump();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(to_json(judged(world)).dump(), first);
}

TEST(JudgeFleet, ANewReleaseBeginsANewReference) {
  FleetWorld world(1);
  world.run_all(1024);
  ASSERT_TRUE(world.store().register_model(world.model().file, "vibration.mote", "vibration 8", 8).ok());
  world.speaker(0).run(8, world.model().model_id);
  world.run(0, 64, 3);
  const DriftReport report = judged(world);
  EXPECT_EQ(report.scalars.at(0).release, 8u);
  EXPECT_EQ(report.scalars.at(0).verdict.installation.n_before, 64u);
  EXPECT_FALSE(report.alarm());
}

TEST(JudgeFleet, ReportsAfterARestartCarryOn) {
  FleetWorld world(1);
  world.run_all(512);
  world.speaker(0).restart();
  world.run_all(256);
  const drift::Comparison own = judged(world).scalars.at(0).verdict.installation;
  EXPECT_EQ(own.n_before, 512u);
  EXPECT_EQ(own.n_after, 192u) << "the first look";
}

TEST(JudgeFleet, RetiredDevicesAreLeftOutAndUnknownModelsAreNamed) {
  FleetWorld world(3);
  world.run_all(600);
  ASSERT_TRUE(world.devices().retire("press-01", 5).ok());
  Digest other{};
  other.fill(1);
  world.speaker(1).run(9, other);
  world.run(1, 32);
  const DriftReport report = judged(world);
  EXPECT_EQ(report.scalars.size(), 5u);
  EXPECT_EQ(report.scalars.at(0).verdict.device, "press-03");
  EXPECT_THAT(report.without_model, ElementsAre("press-02"));
  EXPECT_THAT(to_text(report), HasSubstr("press-02 reports a model that is not known here"));
}

TEST(JudgeFleet, AnEmptyFleetIsNoError) {
  FleetWorld world(1);
  EXPECT_FALSE(judged(world).alarm());
  EXPECT_THAT(to_text(judged(world)), HasSubstr("0 of 0 devices"));
  EXPECT_THAT(to_html(judged(world)), HasSubstr("</html>"));
}

TEST(DriftPrint, SaysInThreeWaysWhatChanged) {
  FleetWorld world(2);
  world.run_all(600);
  world.run(0, 512, 1);
  world.run(1, 512);
  const DriftReport report = judged(world);
  EXPECT_THAT(to_text(report), HasSubstr("1 of 2 devices changed since installation: press-01\n"));
  EXPECT_THAT(to_text(report), HasSubstr("CHANGED"));

  const Json json = to_json(report);
  EXPECT_EQ(json["alarm"], true);
  EXPECT_EQ(json["changed"], Json::array({"press-01"}));
  const Json& first = json["scalars"][0]["since_installation"];
  EXPECT_EQ(first["verdict"], "changed");
  EXPECT_LT(first["adjusted_p"].get<double>(), 0.01);
  EXPECT_GE(first["n"], 100);
  for (const char* key : {"chi2", "degrees", "p", "effect", "psi", "w1"}) EXPECT_TRUE(first.contains(key)) << key;

  const std::string page = to_html(report);
  EXPECT_THAT(page, HasSubstr("press-01: acc_x mean"));
  EXPECT_THAT(page, Not(HasSubstr("press-02: acc_x mean"))) << "only what changed has its histogram";
  EXPECT_THAT(page, Not(HasSubstr("<script")));
}

}  // namespace
}  // namespace mote::fleet
