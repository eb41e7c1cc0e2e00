// Holds that canaries are picked by a secret, that every rollout picks others, and that named ones must exist.
#include "ota/rollout/canaries.h"

#include <gtest/gtest.h>

#include <set>

namespace mote {
namespace {

std::vector<std::string> fleet(int count) {
  std::vector<std::string> devices;
  for (int i = 0; i < count; ++i) devices.push_back("d" + std::to_string(i));
  return devices;
}

std::set<std::string> canaries_in(const std::vector<Member>& members) {
  std::set<std::string> ids;
  for (const Member& member : members)
    if (member.stage == kCanaryStage) ids.insert(member.device);
  return ids;
}

TEST(CanariesTest, PicksSoManyAndTheSameAgain) {
  const Digest salt = sha256(view_of("salt"));
  const auto members = pick_canaries(fleet(20), "spring", salt, 3);
  EXPECT_EQ(members.size(), 20u);
  EXPECT_EQ(canaries_in(members).size(), 3u);
  EXPECT_EQ(canaries_in(members), canaries_in(pick_canaries(fleet(20), "spring", salt, 3)));
}

TEST(CanariesTest, AnotherRolloutOrAnotherSaltPicksOthers) {
  const Digest salt = sha256(view_of("salt"));
  const auto spring = canaries_in(pick_canaries(fleet(20), "spring", salt, 3));
  EXPECT_NE(spring, canaries_in(pick_canaries(fleet(20), "summer", salt, 3)));
  EXPECT_NE(spring, canaries_in(pick_canaries(fleet(20), "spring", sha256(view_of("pepper")), 3)));
}

TEST(CanariesTest, EveryDeviceHasItsTurn) {
  std::set<std::string> seen;
  for (int rollout = 0; rollout < 60; ++rollout)
    seen.merge(canaries_in(pick_canaries(fleet(10), "r" + std::to_string(rollout), sha256({}), 2)));
  EXPECT_EQ(seen.size(), 10u);
}

TEST(CanariesTest, MoreCanariesThanDevicesAreAllOfThem) {
  EXPECT_EQ(canaries_in(pick_canaries(fleet(2), "spring", sha256({}), 5)).size(), 2u);
}

TEST(CanariesTest, NamedOnesMustBeOfTheFleet) {
  EXPECT_EQ(canaries_in(name_canaries(fleet(3), {"d1"}).value()), (std::set<std::string>{"d1"}));
  EXPECT_EQ(name_canaries(fleet(3), {"d7"}).error().cause, Cause::usage);
}

TEST(CanariesTest, ReadsANumberOrIds) {
  EXPECT_EQ(parse_canaries("5").value().count, 5u);
  EXPECT_EQ(parse_canaries("press-01,press-04").value().ids, (std::vector<std::string>{"press-01", "press-04"}));
  for (const char* wrong : {"0", "", "a,,b", "-3", "Press", "a,"}) EXPECT_FALSE(parse_canaries(wrong).ok()) << wrong;
}

}  // namespace
}  // namespace mote
