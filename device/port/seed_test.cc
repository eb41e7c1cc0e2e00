// The seed in flash: fresh at every start, whichever operation the power cuts.
#include "device/port/seed.h"

#include <gtest/gtest.h>

#include <cstring>
#include <set>
#include <string>

#include "base/sha256.h"
#include "ota/simulated_flash/flash_simulator.h"

namespace mote {
namespace {

constexpr uint8_t kProvisionedSeed[kSeedBytes] = {1, 2, 3};

struct SeededDevice {
  explicit SeededDevice(const FlashGeometry& geometry, uint64_t chance = 7)
      : flash(FlashSimulator::in_memory(geometry, chance).value()), port(flash->port()) {}

  // As firmware starts: the seed that it goes on to use, or none.
  std::string start(const uint8_t* provisioned = kProvisionedSeed) {
    SeedStore store{&port, geometry_offset(), provisioned, 0, 0};
    uint8_t seed[kSeedBytes];
    seed_read(&store, seed);
    const Digest next = sha256(ByteView(seed, kSeedBytes));
    if (seed_replace(&store, next.data()) != MOTE_OK) return "";
    return std::string(reinterpret_cast<const char*>(seed), kSeedBytes);
  }
  uint32_t geometry_offset() const { return port.sector_bytes; }

  std::unique_ptr<FlashSimulator> flash;
  Flash port;
};

class SeedTest : public testing::TestWithParam<FlashGeometry> {};

TEST_P(SeedTest, N7_TheFirstIsTheProvisionedOneAndEachLaterOneIsNew) {
  SeededDevice device(GetParam());
  std::set<std::string> used;
  const std::string provisioned(reinterpret_cast<const char*>(kProvisionedSeed), kSeedBytes);
  for (int start = 0; start < 300; ++start) {
    const std::string seed = device.start();
    ASSERT_FALSE(seed.empty());
    EXPECT_EQ(start == 0, seed == provisioned);
    EXPECT_TRUE(used.insert(seed).second) << start;
  }
  EXPECT_EQ(device.flash->broken_rules(), 0u);
}

TEST_P(SeedTest, N8_NoCutMakesASeedComeTwiceOrNoneAtAll) {
  int tried = 0;
  const uint32_t per_sector = GetParam().sector_bytes / kSeedRecordBytes;
  for (const PowerCut cut : {PowerCut::before, PowerCut::middle, PowerCut::unstable, PowerCut::after}) {
    for (uint64_t first = 1; first <= 2 * per_sector + 6; first += per_sector > 40 ? 7 : 1) {
      for (uint64_t second = 1; second <= 4; ++second, ++tried) {  // two cuts, one soon after the other
        SeededDevice device(GetParam(), static_cast<uint64_t>(tried));
        std::set<std::string> used;
        const auto run_until_cut = [&](uint64_t operation) {
          device.flash->cut_power_at(operation, cut);
          while (device.flash->has_power()) {
            const std::string seed = device.start();
            EXPECT_TRUE(seed.empty() || used.insert(seed).second) << "used twice";
          }
          device.flash->restore_power();
        };
        run_until_cut(first);
        run_until_cut(second);
        for (int start = 0; start < 3; ++start) {
          const std::string seed = device.start();
          ASSERT_FALSE(seed.empty()) << "none is left";
          EXPECT_TRUE(used.insert(seed).second) << "used twice";
        }
        ASSERT_EQ(device.flash->broken_rules(), 0u);
      }
    }
  }
  std::printf("%d pairs of power cuts tried\n", tried);
}

TEST_P(SeedTest, N9_AFlashThatTakesNothingGivesNoSeed) {
  SeededDevice device(GetParam());
  ASSERT_FALSE(device.start().empty());
  device.flash->cut_power_at(1, PowerCut::before);
  EXPECT_EQ(device.start(), "");
}

TEST_P(SeedTest, N10_ADeviceProvisionedAnewForgetsItsOldSeeds) {
  SeededDevice device(GetParam());
  for (int start = 0; start < 3; ++start) device.start();
  const uint8_t anew[kSeedBytes] = {4, 5, 6};
  EXPECT_EQ(device.start(anew), std::string(reinterpret_cast<const char*>(anew), kSeedBytes));
  EXPECT_NE(device.start(anew), std::string(reinterpret_cast<const char*>(anew), kSeedBytes));
}

INSTANTIATE_TEST_SUITE_P(Geometries, SeedTest,
                         testing::Values(FlashGeometry{3 * 2048, 2048, 1, 0x00}, FlashGeometry{3 * 4096, 4096, 8, 0xFF},
                                         FlashGeometry{3 * 2048, 2048, 32, 0xFF}));

}  // namespace
}  // namespace mote
