// Power cuts in every flash operation of install, confirm and revert, on flashes of several kinds.
#include <gtest/gtest.h>

#include <iostream>

#include "tests/update/sweep.h"

namespace mote {
namespace {

struct Part {
  const char* name;
  FlashGeometry geometry;
  friend void PrintTo(const Part& part, std::ostream* out) { *out << part.name; }
};

const Part kParts[] = {{"Sectors4KiBUnit1", test_geometry(4096, 1, 0xFF)},
                       {"Sectors2KiBUnit8", test_geometry(2048, 8, 0xFF)},
                       {"Sectors8KiBUnit32", test_geometry(8192, 32, 0xFF)},
                       {"Sectors4KiBUnit4ErasedIsZero", test_geometry(4096, 4, 0x00)},
                       {"Sectors2KiBUnit16ErasedIsZero", test_geometry(2048, 16, 0x00)}};

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

TEST_P(PowerCut_J10, InEveryOperationOfEveryScenario) {
  KnownCrypto crypto;
  Cast cast;
  Tally tally;
  for (const Scenario& scenario : scenarios()) sweep(scenario, GetParam().geometry, crypto.port(), cast, /*again=*/false, tally);
  expect_clean(tally);
}

TEST_P(PowerCut_J10, AndAgainInEveryOperationOfTheRecovery) {
  KnownCrypto crypto;
  Cast cast;
  Tally tally;
  for (const Scenario& scenario : scenarios())
    if (scenario.name == "the journal's sector is full after 2 records")
      sweep(scenario, GetParam().geometry, crypto.port(), cast, /*again=*/true, tally);
  expect_clean(tally);
}

INSTANTIATE_TEST_SUITE_P(Every, PowerCut_J10, testing::ValuesIn(kParts),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(PowerCut, WithEverySignatureReallyVerified) {
  Cast cast;
  Tally tally;
  sweep(scenarios()[1], test_geometry(2048, 8, 0xFF), mbedtls_crypto(), cast, /*again=*/false, tally);
  expect_clean(tally);
}

}  // namespace
}  // namespace mote
