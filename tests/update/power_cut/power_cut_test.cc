// Power cuts in every flash operation of install, confirm and revert, on flashes of several kinds.
#include <gtest/gtest.h>

#include <iostream>

#include "tests/update/power_cut/sweep.h"

namespace mote {
namespace {

struct Part {
  const char* name;
  FlashGeometry geometry;
  friend void PrintTo(const Part& part, std::ostream* out) { *out << part.name; }
};

#ifdef __SANITIZE_ADDRESS__  // ten times slower, and looking for other mistakes
const Part kParts[] = {{"Sectors2KiBUnit8", test_geometry(2048, 8, 0xFF)},
                       {"Sectors2KiBUnit8ErasedIsZero", test_geometry(2048, 8, 0x00)}};
#else
const Part kParts[] = {{"Sectors4KiBUnit1", test_geometry(4096, 1, 0xFF)},
                       {"Sectors2KiBUnit8", test_geometry(2048, 8, 0xFF)},
                       {"Sectors128KiBUnit32", test_geometry(131'072, 32, 0xFF)},
                       {"Sectors4KiBUnit1ErasedIsZero", test_geometry(4096, 1, 0x00)},
                       {"Sectors2KiBUnit8ErasedIsZero", test_geometry(2048, 8, 0x00)},
                       {"Sectors128KiBUnit32ErasedIsZero", test_geometry(131'072, 32, 0x00)}};
#endif

std::string listed(const Tally& tally) {
  std::string text;
  for (const std::string& violation : tally.violations) text += "\n  " + violation;
  return text;
}

void expect_clean(const Tally& tally) {
  EXPECT_GT(tally.cuts, 0u);
  EXPECT_EQ(tally.violation_count, 0u) << listed(tally);
  EXPECT_EQ(tally.broken_rules, 0u) << "the updater asked the flash for what a part does not do";
  std::cout << "power cuts tried: " << tally.cuts << std::endl;
  testing::Test::RecordProperty("power_cuts", std::to_string(tally.cuts));
}

class PowerCut_J10 : public testing::TestWithParam<Part> {};
class PowerCutLong : public testing::TestWithParam<Part> {};

TEST_P(PowerCut_J10, InEveryOperationOfEveryScenario) {
  KnownCrypto crypto;
  Cast cast;
  Tally tally;
  for (const Scenario& scenario : scenarios()) sweep(scenario, GetParam().geometry, crypto.port(), cast, Second::none, tally);
  expect_clean(tally);
}

TEST(PowerCut, UpdatesByDeltaAreThat) {
  KnownCrypto crypto;
  Cast cast;
  for (const Offer* offer : {&cast.c_from_a(), &cast.c_from_a_by_zstd()}) {
    Subject subject(test_geometry(2048, 8, 0xFF), crypto.port(), cast);
    subject.device.give_zstd();
    ASSERT_TRUE(subject.boot() && subject.install(cast.a(), 1));
    ASSERT_EQ(subject.device.desire(cast.desired(*offer, 3)), MOTE_OK);
    EXPECT_EQ(subject.device.updater.transfer.codec, offer->image.deltas[0].codec);
  }
}

TEST_P(PowerCut_J10, AndAgainInEveryOperationOfTheRecovery) {
  KnownCrypto crypto;
  Cast cast;
  Tally tally;
  for (const Scenario& scenario : scenarios())
    if (scenario.name == "the journal's half is full after 2 records")
      sweep(scenario, GetParam().geometry, crypto.port(), cast, Second::every, tally);
  expect_clean(tally);
}

INSTANTIATE_TEST_SUITE_P(Every, PowerCut_J10, testing::ValuesIn(kParts),
                         [](const auto& info) { return std::string(info.param.name); });

// Install, delta, revert, replaced keys: every two operations that can be cut one after the other, before and before, torn and
// torn.
TEST(PowerCut, InEveryPairOfOperations) {
  KnownCrypto crypto;
  Cast cast;
  Tally tally;
  for (const Scenario& scenario : scenarios())
    for (const char* name : {"second update", "an update by delta", "a trial fails, the old model comes back",
                             "keys are replaced, then a model", "an update is interrupted, and goes on"})
      if (scenario.name == name) sweep(scenario, test_geometry(2048, 8, 0xFF), crypto.port(), cast, Second::alike, tally);
  expect_clean(tally);
}

// The full matrix: every scenario, every two operations, each cut in every way.
TEST_P(PowerCutLong, InEveryPairOfOperationsInEveryWay) {
  KnownCrypto crypto;
  Cast cast;
  Tally tally;
  for (const Scenario& scenario : scenarios()) sweep(scenario, GetParam().geometry, crypto.port(), cast, Second::every, tally);
  expect_clean(tally);
}

INSTANTIATE_TEST_SUITE_P(Every, PowerCutLong, testing::ValuesIn(kParts),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(PowerCut, WithEverySignatureReallyVerified) {
  Cast cast;
  Tally tally;
  sweep(scenarios()[1], test_geometry(2048, 8, 0xFF), mbedtls_crypto(), cast, Second::none, tally);
  expect_clean(tally);
}

}  // namespace
}  // namespace mote
