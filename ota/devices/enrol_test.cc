// Enrolling and retiring, on a real disk.
#include "ota/devices/enrol.h"

#include <gtest/gtest.h>

#include "device/port/identity.h"
#include "ota/broker/test/workspace.h"

namespace mote {
namespace {

TEST(Enrol, WritesAnIdentityThatTheDeviceReadsAndTheDatabaseKnows) {
  TestWorkspace world;
  const EnrolledDevice made = must(enrol_device("press-04", "vibration", "hall-2", world.workspace, world.files, world.clock));
  const Bytes blob = must(world.files.read(world.workspace.device("press-04") / "identity.bin", 4096));
  Identity identity{};
  ASSERT_EQ(identity_read(blob.data(), blob.size(), &identity), MOTE_OK);
  EXPECT_STREQ(identity.device, "press-04");
  EXPECT_STREQ(identity.device_class, "vibration");
  EXPECT_STREQ(identity.cohort, "hall-2");
  const TrustRoot root = must(read_root(world.files, world.workspace.root()));
  EXPECT_EQ(must(read_root_document({identity.root, identity.root_bytes}, "identity")), root);

  Database database = must(open_devices(world.workspace, world.files));
  const EnrolledDevice known = must(Devices(database).find("press-04"));
  EXPECT_EQ(memcmp(identity.report_public_key, known.report_key.data(), known.report_key.size()), 0);
  PrivateKey secret;
  std::copy(std::begin(identity.report_private_key), std::end(identity.report_private_key), secret.begin());
  EXPECT_EQ(must(pair_of(secret)).public_key, known.report_key);
  EXPECT_EQ(made.report_key, known.report_key);
}

TEST(Enrol, ASecondTimeChangesNothing) {
  TestWorkspace world;
  world.enrol("a");
  const Path identity = world.workspace.device("a") / "identity.bin";
  const Bytes before = must(world.files.read(identity, 4096));
  const auto again = enrol_device("a", "other", "", world.workspace, world.files, world.clock);
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().what, "is already enrolled");
  EXPECT_EQ(must(world.files.read(identity, 4096)), before);
  must(retire_device("a", world.workspace, world.files, world.clock));
  EXPECT_FALSE(enrol_device("a", "other", "", world.workspace, world.files, world.clock).ok());
  EXPECT_EQ(must(world.files.read(identity, 4096)), before);
}

TEST(Enrol, LeavesNothingWhereItFails) {
  TestWorkspace world;
  for (const char* id : {"A", "../a", ""}) {
    const auto refused = enrol_device(id, "vibration", "", world.workspace, world.files, world.clock);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().cause, Cause::usage) << id;
  }
  // A file where the device's folder would be.
  must(world.files.write_text(world.workspace.folder / "devices" / "a", "in the way"));
  EXPECT_FALSE(enrol_device("a", "vibration", "", world.workspace, world.files, world.clock).ok());
  Database database = must(open_devices(world.workspace, world.files));
  EXPECT_TRUE(must(Devices(database).list()).empty());
}

TEST(Enrol, NeedsKeysFirst) {
  TestWorkspace world;
  must(world.files.remove(world.workspace.root()));
  EXPECT_FALSE(enrol_device("a", "vibration", "", world.workspace, world.files, world.clock).ok());
  EXPECT_FALSE(world.files.exists(world.workspace.device("a")));
  const Workspace absent{world.folder / "absent"};
  EXPECT_FALSE(retire_device("a", absent, world.files, world.clock).ok());
  EXPECT_FALSE(world.files.exists(absent.folder));
}

}  // namespace
}  // namespace mote
