// Finds the two tables by their names, and in a row its operator, as a 32-bit compiler lays out Operator and PackedKernel.
#include "host/firmware/operator_rows.h"

#include <algorithm>

#include "host/firmware/elf_format.h"

namespace mote {
namespace {

constexpr uint32_t kOperatorBytes = 24, kCodeOfOperator = 0, kKernelOfOperator = 8;
constexpr uint32_t kPackedBytes = 20, kTargetOfPacked = 0, kCodeOfPacked = 2;

// With -fdata-sections each constant has a section of its name.
bool is_operators(const ObjectSection& section) { return section.name.ends_with("10kOperatorsE"); }
bool is_packed(const ObjectSection& section) { return section.name.ends_with("14kPackedKernelsE"); }

uint16_t code_at(const ObjectSection& section, uint32_t offset) { return elf::at<uint16_t>(section.content, offset).value_or(0); }

}  // namespace

const NeededOperator* OperatorRows::needed(uint16_t code) const {
  const auto found = std::ranges::find(set_.operators, static_cast<OperatorCode>(code), &NeededOperator::code);
  return found == set_.operators.end() ? nullptr : &*found;
}

bool OperatorRows::needs(const ObjectSection& section, const Relocation& relocation) const {
  if (is_operators(section)) {
    const uint32_t column = relocation.offset % kOperatorBytes;
    const NeededOperator* found = needed(code_at(section, relocation.offset - column + kCodeOfOperator));
    return found != nullptr && (found->portable || column < kKernelOfOperator);
  }
  if (is_packed(section)) {
    const NeededOperator* found = needed(code_at(section, relocation.offset / kPackedBytes * kPackedBytes + kCodeOfPacked));
    return found != nullptr && found->packed;
  }
  return true;
}

uint32_t OperatorRows::bytes_of(const ObjectSection& section) const {
  if (!is_operators(section) && !is_packed(section)) return section.bytes;
  const bool packed = is_packed(section);
  const uint32_t row_bytes = packed ? kPackedBytes : kOperatorBytes;
  uint32_t bytes = packed ? kPackedBytes : 0;  // the end of the table
  for (uint32_t at = 0; uint64_t{at} + row_bytes <= section.content.size(); at += row_bytes) {
    const NeededOperator* found = needed(code_at(section, at + (packed ? kCodeOfPacked : kCodeOfOperator)));
    if (found != nullptr && (found->packed || !packed)) bytes += row_bytes;
  }
  return bytes;
}

Target machine_of(const std::vector<ObjectFile>& library) {
  for (const ObjectFile& object : library)
    for (const ObjectSection& section : object.sections)
      if (is_packed(section) && section.content.size() > kPackedBytes)
        return static_cast<Target>(section.content[kTargetOfPacked]);
  // Those without packed kernels.
  const uint16_t machine = library.empty() ? 0 : library.front().machine;
  return machine == elf::kMachineArm ? Target::armv6_m : machine == elf::kMachineRiscv ? Target::rv32 : Target::portable;
}

}  // namespace mote
