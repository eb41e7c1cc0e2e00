// The simulated flash keeps the rules of a real part, and loses its power where it is told to.
#include "ota/simulated_flash/flash_simulator.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>

namespace mote {
namespace {

using testing::Each;

constexpr FlashGeometry kSmall = {.bytes = 2048, .sector_bytes = 512, .program_bytes = 8, .erased = 0xFF};

std::unique_ptr<FlashSimulator> simulator(const FlashGeometry& geometry = kSmall) {
  return std::move(FlashSimulator::in_memory(geometry, 7)).value();
}

Bytes part(const FlashSimulator& flash, uint32_t offset, uint32_t count) {
  const ByteView bytes = flash.content().subspan(offset, count);
  return Bytes(bytes.begin(), bytes.end());
}

TEST(FlashSimulator, StartsWithNoise) {
  const auto flash = simulator();
  const Bytes first = part(*flash, 0, 512);
  EXPECT_THAT(first, testing::Not(Each(0xFF)));
  EXPECT_THAT(first, testing::Not(Each(0x00)));
}

TEST(FlashSimulator, ErasesOneSectorAndCountsIt) {
  const auto flash = simulator();
  const Bytes before = part(*flash, 0, 512), after = part(*flash, 1024, 512);
  Flash port = flash->port();
  EXPECT_EQ(port.erase(port.context, 512), MOTE_OK);
  EXPECT_THAT(part(*flash, 512, 512), Each(0xFF));
  EXPECT_EQ(part(*flash, 0, 512), before);
  EXPECT_EQ(part(*flash, 1024, 512), after);
  EXPECT_EQ(flash->erase_count(1), 1u);
  EXPECT_EQ(flash->erase_count(0), 0u);
}

TEST(FlashSimulator, ProgramsErasedUnitsOnly) {
  for (const uint8_t erased : {0xFF, 0x00}) {
    FlashGeometry geometry = kSmall;
    geometry.erased = erased;
    const auto flash = simulator(geometry);
    Flash port = flash->port();
    const Bytes first(8, 0x0F), second(8, 0x3C);
    ASSERT_EQ(port.erase(port.context, 0), MOTE_OK);
    EXPECT_EQ(port.program(port.context, 8, first.data(), 8), MOTE_OK);
    EXPECT_EQ(part(*flash, 8, 8), first);
    EXPECT_EQ(flash->broken_rules(), 0u);
    EXPECT_EQ(port.program(port.context, 8, second.data(), 8), MOTE_FLASH_FAILED);
    EXPECT_THAT(part(*flash, 8, 8), Each(erased == 0xFF ? 0x0C : 0x3F)) << "bits only move away from the erased value";
    EXPECT_EQ(flash->broken_rules(), 1u);
  }
}

TEST(FlashSimulator, RefusesWhatIsMisalignedOrOutside) {
  const auto flash = simulator();
  Flash port = flash->port();
  const Bytes data(16, 0);
  ASSERT_EQ(port.erase(port.context, 0), MOTE_OK);
  EXPECT_EQ(port.program(port.context, 4, data.data(), 8), MOTE_FLASH_FAILED);
  EXPECT_EQ(port.program(port.context, 0, data.data(), 12), MOTE_FLASH_FAILED);
  EXPECT_EQ(port.program(port.context, 2040, data.data(), 16), MOTE_FLASH_FAILED);
  EXPECT_EQ(port.erase(port.context, 100), MOTE_FLASH_FAILED);
  EXPECT_EQ(port.erase(port.context, 2048), MOTE_FLASH_FAILED);
  EXPECT_EQ(flash->broken_rules(), 5u);
  EXPECT_THAT(part(*flash, 0, 512), Each(0xFF));
}

TEST(FlashSimulator, RefusesAGeometryThatNoPartHas) {
  for (const FlashGeometry& geometry :
       {FlashGeometry{.bytes = 2048, .sector_bytes = 500}, FlashGeometry{.bytes = 100, .sector_bytes = 512},
        FlashGeometry{.bytes = 2048, .sector_bytes = 512, .program_bytes = 64},
        FlashGeometry{.bytes = 2048, .sector_bytes = 512, .program_bytes = 1, .erased = 7}})
    EXPECT_FALSE(FlashSimulator::in_memory(geometry, 1).ok());
}

TEST(FlashSimulator, LosesPowerBeforeInTheMiddleOfAndAfterAnOperation) {
  const Bytes data(64, 0x00);
  for (const PowerCut cut : {PowerCut::before, PowerCut::middle, PowerCut::after}) {
    const auto flash = simulator();
    Flash port = flash->port();
    ASSERT_EQ(port.erase(port.context, 0), MOTE_OK);
    flash->cut_power_at(2, cut);
    EXPECT_EQ(port.program(port.context, 0, data.data(), 64), MOTE_OK);
    EXPECT_EQ(port.program(port.context, 64, data.data(), 64), MOTE_FLASH_FAILED);
    EXPECT_FALSE(flash->has_power());
    const Bytes torn = part(*flash, 64, 64);
    const auto untouched = static_cast<size_t>(std::count(torn.begin(), torn.end(), 0xFF));
    const bool as_cut = cut == PowerCut::before ? untouched == 64 : cut == PowerCut::after ? untouched == 0 : torn != data;
    EXPECT_TRUE(as_cut) << untouched << " of 64 bytes untouched";

    EXPECT_EQ(port.erase(port.context, 0), MOTE_FLASH_FAILED) << "nothing has any effect without power";
    EXPECT_EQ(part(*flash, 0, 64), data);
    EXPECT_EQ(flash->operations(), 3u);
    flash->restore_power();
    EXPECT_EQ(port.erase(port.context, 0), MOTE_OK);
    EXPECT_EQ(flash->broken_rules(), 0u);
  }
}

TEST(FlashSimulator, TornProgramsAndErasesDifferFromTimeToTime) {
  std::set<std::string> programs, erases;
  const auto flash = simulator();
  Flash port = flash->port();
  const Bytes data(64, 0x55);
  for (int i = 0; i < 8; ++i) {
    ASSERT_EQ(port.erase(port.context, 0), MOTE_OK);
    flash->cut_power_at(1, PowerCut::middle);
    port.program(port.context, 0, data.data(), 64);
    programs.emplace(text_of(flash->content().first(64)));
    flash->restore_power();
    flash->cut_power_at(1, PowerCut::middle);
    port.erase(port.context, 0);
    erases.emplace(text_of(flash->content().first(512)));
    flash->restore_power();
  }
  EXPECT_GT(programs.size(), 4u);
  EXPECT_GT(erases.size(), 4u);
}

TEST(FlashSimulator, AFileKeepsItsContent) {
  const Path path = std::filesystem::temp_directory_path() / ("mote-flash-" + std::to_string(::getpid()));
  const Bytes data(8, 0x21);
  {
    auto flash = FlashSimulator::in_file(kSmall, path);
    ASSERT_TRUE(flash.ok()) << flash.error().line();
    Flash port = (*flash)->port();
    ASSERT_EQ(port.erase(port.context, 512), MOTE_OK);
    ASSERT_EQ(port.program(port.context, 520, data.data(), 8), MOTE_OK);
  }
  {
    auto flash = FlashSimulator::in_file(kSmall, path);
    ASSERT_TRUE(flash.ok());
    EXPECT_EQ(part(**flash, 520, 8), data);
  }
  FlashGeometry larger = kSmall;
  larger.bytes = 4096;
  const auto refused = FlashSimulator::in_file(larger, path);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().line(), testing::HasSubstr("another size"));
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace mote
