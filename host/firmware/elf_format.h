// How 32-bit little-endian ELF files are laid out (System V ABI, chapter 4), and reading of them that does not leave the file.
#pragma once

#include <cstring>
#include <optional>
#include <string>

#include "base/bytes.h"

namespace mote::elf {

struct Header {
  uint8_t ident[16];
  uint16_t type, machine;
  uint32_t version, entry, program_headers, section_headers, flags;
  uint16_t header_bytes, program_header_bytes, program_header_count, section_header_bytes, section_count, names_section;
};
struct SectionHeader {
  uint32_t name, type, flags, address, offset, bytes, link, info, alignment, entry_bytes;
};
struct ProgramHeader {
  uint32_t type, offset, address, load_address, bytes, memory_bytes, flags, alignment;
};
struct SymbolEntry {
  uint32_t name, value, bytes;
  uint8_t info, other;
  uint16_t section;
};
struct RelocationEntry {  // one with an addend has four more bytes
  uint32_t offset, info;
};
static_assert(sizeof(Header) == 52 && sizeof(SectionHeader) == 40 && sizeof(ProgramHeader) == 32 && sizeof(SymbolEntry) == 16 &&
              sizeof(RelocationEntry) == 8);

enum SectionType : uint32_t { kSymbolTable = 2, kRelocationsWithAddend = 4, kWithoutBytes = 8, kRelocations = 9 };
constexpr uint32_t kLoaded = 1;  // of a program header
enum SectionFlag : uint32_t { kInMemory = 2, kMerged = 0x10, kStrings = 0x20 };
enum Binding : uint8_t { kLocal = 0, kGlobal = 1, kWeak = 2 };
constexpr uint16_t kUndefined = 0, kFirstReserved = 0xFF00;  // section numbers of symbols
constexpr uint16_t kMachineArm = 40, kMachineRiscv = 243;

template <typename T>
std::optional<T> at(ByteView file, uint64_t offset) {
  if (offset + sizeof(T) > file.size()) return std::nullopt;
  T value;
  std::memcpy(&value, file.data() + offset, sizeof value);
  return value;
}

inline bool is_elf(const Header& header) {
  constexpr uint8_t kIdent[] = {0x7F, 'E', 'L', 'F', 1, 1};  // 32 bits, little-endian
  return std::memcmp(header.ident, kIdent, sizeof kIdent) == 0;
}

inline std::optional<SectionHeader> section_at(ByteView file, const Header& header, uint32_t index) {
  return at<SectionHeader>(file, header.section_headers + uint64_t{index} * sizeof(SectionHeader));
}

inline std::optional<ByteView> content(ByteView file, const SectionHeader& section) {
  if (section.type == kWithoutBytes) return ByteView{};
  if (uint64_t{section.offset} + section.bytes > file.size()) return std::nullopt;
  return file.subspan(section.offset, section.bytes);
}

inline std::string name_at(ByteView names, uint32_t offset) {
  if (offset >= names.size()) return "";
  const char* start = reinterpret_cast<const char*>(names.data()) + offset;
  return std::string(start, ::strnlen(start, names.size() - offset));
}

}  // namespace mote::elf
