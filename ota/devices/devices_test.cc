// Who belongs to the workspace.
#include "ota/devices/devices.h"

#include <gtest/gtest.h>

namespace mote {
namespace {

EnrolledDevice press(const std::string& id) {
  EnrolledDevice device{.id = id, .device_class = "press", .cohort = "hall-2", .enrolled_ms = 1000};
  device.report_key.fill(static_cast<uint8_t>(id.back()));
  return device;
}

struct DevicesTest : testing::Test {
  Database database = Database::in_memory().value();
  Devices devices{database};
  void SetUp() override { ASSERT_TRUE(devices.prepare().ok() && devices.prepare().ok()); }
};

TEST_F(DevicesTest, RemembersAllOfADevice) {
  ASSERT_TRUE(devices.enrol(press("b")).ok());
  ASSERT_TRUE(devices.enrol(press("a")).ok());
  const EnrolledDevice found = devices.find("b").value();
  EXPECT_EQ(found.id, "b");
  EXPECT_EQ(found.device_class, "press");
  EXPECT_EQ(found.cohort, "hall-2");
  EXPECT_EQ(found.report_key, press("b").report_key);
  EXPECT_EQ(found.enrolled_ms, 1000);
  EXPECT_FALSE(found.retired_ms.has_value());
  const auto all = devices.list().value();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].id, "a");
}

TEST_F(DevicesTest, GivesAnIdOutOnce) {
  ASSERT_TRUE(devices.enrol(press("a")).ok());
  EXPECT_EQ(devices.enrol(press("a")).error().what, "is already enrolled");
  ASSERT_TRUE(devices.retire("a", 2000).ok());
  EXPECT_EQ(devices.find("a").value().retired_ms, 2000);
  EXPECT_EQ(devices.enrol(press("a")).error().what, "the id was in use and is retired");
  EXPECT_EQ(devices.retire("a", 3000).error().what, "is already retired");
}

TEST_F(DevicesTest, NamesWhatItDoesNotKnowOrTake) {
  EXPECT_EQ(devices.find("a").error().where, "device a");
  EXPECT_FALSE(devices.retire("a", 1).ok());
  EXPECT_EQ(devices.enrol(press("../a")).error().cause, Cause::usage);
  EnrolledDevice no_class = press("a");
  no_class.device_class = "";
  EXPECT_FALSE(devices.enrol(no_class).ok());
}

}  // namespace
}  // namespace mote
