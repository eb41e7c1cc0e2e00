// Walks over the section headers to the symbol table and its names; every offset is checked before it is used.
#include "host/firmware/elf.h"

#include <cstring>
#include <optional>

namespace mote {
namespace {

struct ElfHeader {
  uint8_t ident[16];
  uint16_t type, machine;
  uint32_t version, entry, program_headers, section_headers, flags;
  uint16_t header_bytes, program_header_bytes, program_header_count, section_header_bytes, section_count, names_section;
};
struct SectionHeader {
  uint32_t name, type, flags, address, offset, bytes, link, info, alignment, entry_bytes;
};
struct SymbolEntry {
  uint32_t name, value, bytes;
  uint8_t info, other;
  uint16_t section;
};
static_assert(sizeof(ElfHeader) == 52 && sizeof(SectionHeader) == 40 && sizeof(SymbolEntry) == 16);

constexpr uint32_t kSymbolTable = 2;
constexpr uint8_t kIdent[] = {0x7F, 'E', 'L', 'F', 1, 1};  // 32 bits, little-endian

template <typename T>
std::optional<T> at(ByteView file, uint64_t offset) {
  if (offset + sizeof(T) > file.size()) return std::nullopt;
  T value;
  std::memcpy(&value, file.data() + offset, sizeof value);
  return value;
}

std::optional<ByteView> content(ByteView file, const SectionHeader& section) {
  if (uint64_t{section.offset} + section.bytes > file.size()) return std::nullopt;
  return file.subspan(section.offset, section.bytes);
}

std::string name_at(ByteView names, uint32_t offset) {
  if (offset >= names.size()) return "";
  const char* start = reinterpret_cast<const char*>(names.data()) + offset;
  return std::string(start, ::strnlen(start, names.size() - offset));
}

}  // namespace

Result<std::map<std::string, Symbol>> read_symbols(ByteView file, const std::string& where) {
  const Error broken{.cause = Cause::failed, .what = "is no whole 32-bit ELF program", .where = where, .todo = "build it again"};
  const auto header = at<ElfHeader>(file, 0);
  if (!header || std::memcmp(header->ident, kIdent, sizeof kIdent) != 0) return broken;
  const auto section = [&](uint32_t index) {
    return at<SectionHeader>(file, header->section_headers + uint64_t{index} * sizeof(SectionHeader));
  };
  std::map<std::string, Symbol> symbols;
  for (uint16_t i = 0; i < header->section_count; ++i) {
    const auto table = section(i);
    if (!table) return broken;
    if (table->type != kSymbolTable) continue;
    const auto strings = section(table->link);
    const auto entries = content(file, *table);
    const auto names = strings ? content(file, *strings) : std::nullopt;
    if (!entries || !names) return broken;
    for (size_t k = 0; k + sizeof(SymbolEntry) <= entries->size(); k += sizeof(SymbolEntry)) {
      const auto entry = at<SymbolEntry>(*entries, k);
      symbols[name_at(*names, entry->name)] = {entry->value, entry->bytes};
    }
  }
  return symbols;
}

}  // namespace mote
