// Holds the status of the fleet to what its devices said.
#include "host/fleet/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "host/fleet/columns.h"
#include "host/fleet/test/fleet_world.h"

namespace mote::fleet {
namespace {

using testing::HasSubstr;

FleetStatus status_of(FleetWorld& world) {
  return fleet_status(world.store(), world.devices(), world.rollouts(), world.clock().now_ms()).value();
}

TEST(FleetStatus, SumsWhatWasReportedWithTheRunningModel) {
  FleetWorld world(2);
  world.run(0, 100);
  world.speaker(0).miss();
  world.take(world.speaker(0).report());
  ASSERT_TRUE(world.store()
                  .take_state({.device = "press-01", .boot = 1, .phase = 3, .status = MOTE_TRIAL_FAILED, .release = 7},
                              Presence::online, world.clock().now_ms())
                  .ok());
  world.clock().advance(65'000);
  const FleetStatus status = status_of(world);
  ASSERT_EQ(status.devices.size(), 2u);
  const DeviceStatus& first = status.devices[0];
  EXPECT_EQ(first.windows, 100u);
  EXPECT_EQ(first.missing, 1u);
  EXPECT_EQ(first.model, "vibration 7");
  EXPECT_EQ(first.release, 7u);
  ASSERT_EQ(first.classes.size(), 3u);
  EXPECT_EQ(first.classes[0].label, "normal");
  EXPECT_EQ(first.classes[0].count, 100u);
  EXPECT_GT(first.p50_us, 512) << "all took 900 microseconds";
  EXPECT_LT(first.p95_us, 1024);
  EXPECT_EQ(status.devices[1].release, 0u);

  const std::string text = to_text(status);
  EXPECT_THAT(text, HasSubstr("online, trial"));
  EXPECT_THAT(text, HasSubstr("vibration 7 (release 7)"));
  EXPECT_THAT(text, HasSubstr("65 s"));
  EXPECT_THAT(text, HasSubstr("normal 100 %"));
  EXPECT_THAT(text, HasSubstr("TRIAL_FAILED"));
  EXPECT_THAT(text, HasSubstr("never seen"));

  const Json json = to_json(status);
  EXPECT_EQ(json["devices"][0]["state"]["last_update"], "TRIAL_FAILED");
  EXPECT_EQ(json["devices"][0]["classes"]["normal"], 100);
  EXPECT_TRUE(json["devices"][1]["state"].is_null());
}

TEST(FleetStatus, LeavesOutRetiredDevicesAndNamesClassesOfUnknownModelsByNumber) {
  FleetWorld world(2);
  world.speaker(0).run(9, Digest{});
  world.run(0, 32);
  ASSERT_TRUE(world.devices().retire("press-02", 1).ok());
  const FleetStatus status = status_of(world);
  ASSERT_EQ(status.devices.size(), 1u);
  EXPECT_EQ(status.devices[0].classes[0].label, "class 0");
  EXPECT_THAT(to_text(status), HasSubstr("unknown (release 9)"));
}

TEST(FleetStatus, NamesADeviceThatIsKeptFromTheTime) {
  FleetWorld world(3);
  const auto now = [&world] { return world.clock().now_ms() / 1000; };
  const auto give_time = [&] { ASSERT_TRUE(world.rollouts().keep_time(now()).ok()); };
  const auto report_all = [&world](std::initializer_list<uint32_t> hours_ago) {
    size_t device = 0;
    for (const uint32_t hours : hours_ago) {
      if (hours != 99) world.speaker(device).hear_time(static_cast<uint32_t>(world.clock().now_ms() / 1000) - 3600 * hours);
      world.take(world.speaker(device++).report());
    }
  };
  world.clock().advance(1'800'000'000'000);
  report_all({0, 5, 99});
  for (const DeviceStatus& device : status_of(world).devices) EXPECT_FALSE(is_behind(device)) << "no time was given out";

  give_time();
  report_all({0, 5, 99});
  for (const DeviceStatus& device : status_of(world).devices) EXPECT_FALSE(is_behind(device)) << "it may be on its way";

  world.clock().advance(2 * 3'600'000);
  report_all({2, 5, 99});
  const FleetStatus status = status_of(world);
  EXPECT_FALSE(is_behind(status.devices[0]));
  EXPECT_TRUE(is_behind(status.devices[1]));
  EXPECT_TRUE(is_behind(status.devices[2])) << "it has heard none at all";
  EXPECT_THAT(to_text(status), HasSubstr("3 h behind"));
  EXPECT_THAT(to_text(status), HasSubstr("never set"));
  EXPECT_EQ(to_json(status)["devices"][1]["behind"], true);
  EXPECT_EQ(to_json(status)["devices"][1]["given_s"], now() - 7200);

  report_all({0, 1, 0});
  for (const DeviceStatus& device : status_of(world).devices)
    EXPECT_FALSE(is_behind(device)) << device.device << " has caught up";
}

TEST(FleetStatus, AnEmptyWorkspaceSaysWhatToDo) {
  FleetWorld world(0);
  EXPECT_EQ(to_text(status_of(world)), "no device is enrolled: mote device enrol\n");
}

TEST(LatencyQuantile, LiesInTheBinOfTheQuantile) {
  EXPECT_EQ(latency_quantile({}, 0.5), 0);
  EXPECT_EQ(latency_quantile({0, 0, 0}, 0.5), 0);
  EXPECT_DOUBLE_EQ(latency_quantile({4, 0}, 0.5), 1) << "half of the first bin, which holds 0 to 2 microseconds";
  EXPECT_DOUBLE_EQ(latency_quantile({0, 0, 8, 2}, 0.5), 4 + 4 * 5.0 / 8);
  EXPECT_DOUBLE_EQ(latency_quantile({0, 0, 8, 2}, 0.95), 8 + 8 * 1.5 / 2);
}

TEST(Columns, FiguresStandToTheRight) {
  EXPECT_EQ(in_columns({{"name", "n ", "p"}, {"é", "5", "x"}, {"longer", "123", ""}}),
            "name     n   p\né         5  x\nlonger  123\n");
  EXPECT_EQ(figure(1.23456e-7), "1.23e-07");
  EXPECT_EQ(age(119'000), "119 s");
  EXPECT_EQ(age(3 * 3600'000), "3 h");
}

}  // namespace
}  // namespace mote::fleet
