// auipc and jalr, 8 bytes, become jal, 4 bytes, or c.j or c.jal, 2 bytes, by the distance (RISC-V ELF psABI, linker relaxation).
// It is judged once, in a section from its start on, by where sections lie before any is shortened, as GNU ld 2.40 does.
#include "host/firmware/riscv_calls.h"

#include "host/firmware/elf_format.h"

namespace mote {
namespace {

constexpr uint8_t kCall = 18, kCallPlt = 19, kRelax = 51;
constexpr int64_t kReach = 2048;  // of c.j and c.jal
constexpr int64_t kSlack = 8;     // what alignment of the output may add to a distance
constexpr uint32_t kNoRegister = 0, kReturnAddress = 1;

// Where the call leaves its return address: c.j and c.jal know two registers.
bool has_shortest_form(const ObjectSection& section, uint32_t offset) {
  const auto jalr = elf::at<uint32_t>(section.content, uint64_t{offset} + 4);
  const uint32_t link = jalr.value_or(0x280) >> 7 & 31;
  return link == kNoRegister || link == kReturnAddress;
}

}  // namespace

uint32_t bytes_of_shortened_calls(const ObjectSection& section, uint64_t address,
                                  const std::function<std::optional<uint64_t>(const Relocation&)>& target) {
  uint32_t lost = 0;
  const std::vector<Relocation>& all = section.relocations;
  for (size_t i = 0; i + 1 < all.size(); ++i) {
    const bool call = all[i].type == kCall || all[i].type == kCallPlt;
    if (!call || all[i + 1].type != kRelax || all[i + 1].offset != all[i].offset) continue;
    const std::optional<uint64_t> to = target(all[i]);
    int64_t distance = kReach;
    if (to) distance = static_cast<int64_t>(*to - (address + all[i].offset - lost));
    distance += distance < 0 ? -kSlack : kSlack;
    lost += distance >= -kReach && distance < kReach && has_shortest_form(section, all[i].offset) ? 6 : 4;
  }
  return lost;
}

}  // namespace mote
