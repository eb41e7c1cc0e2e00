// Which calls get shorter, by how far they go and where they leave the return address.
#include "host/firmware/riscv_calls.h"

#include <gtest/gtest.h>

namespace mote {
namespace {

// auipc and jalr with `link` for the return address, at offset 0, which the linker may shorten.
struct Call {
  explicit Call(uint32_t link, bool relax = true) : words{0x97, link << 7 | 0x67} {
    section = {.name = ".text.call",
               .content = {reinterpret_cast<const uint8_t*>(words), sizeof words},
               .bytes = sizeof words,
               .in_memory = true,
               .relocations = {{0, 1, 19}}};
    if (relax) section.relocations.push_back({0, 0, 51});
  }
  uint32_t lost_at(std::optional<uint64_t> target) const {
    return bytes_of_shortened_calls(section, 0x80001000, [target](const Relocation&) { return target; });
  }

  uint32_t words[2];
  ObjectSection section;
};

TEST(RiscvCalls, ShortestFormIsForNearCallsThroughTwoRegisters) {
  EXPECT_EQ(Call(1).lost_at(0x80001100), 6u) << "call: c.jal";
  EXPECT_EQ(Call(0).lost_at(0x80000F00), 6u) << "tail call: c.j";
  EXPECT_EQ(Call(5).lost_at(0x80001100), 4u) << "through t0: jal";
  EXPECT_EQ(Call(1).lost_at(0x80001800), 4u) << "2048 bytes on";
  EXPECT_EQ(Call(1).lost_at(0x80000800), 4u) << "2048 bytes back, and what alignment may add";
  EXPECT_EQ(Call(1).lost_at(std::nullopt), 4u) << "in the C library";
}

TEST(RiscvCalls, OthersStayAsTheyAre) {
  EXPECT_EQ(Call(1, false).lost_at(0x80001100), 0u) << "not to be relaxed";
  Call data(1);
  data.section.relocations[0].type = 1;
  EXPECT_EQ(data.lost_at(0x80001100), 0u);
  Call cut(1);
  cut.section.content = cut.section.content.first(6);
  EXPECT_EQ(cut.lost_at(0x80001100), 4u) << "no second instruction to look at";
}

}  // namespace
}  // namespace mote
