// Walks over the section headers to the symbol table and its names; every offset is checked before it is used.
#include "host/firmware/elf.h"

#include "host/firmware/elf_format.h"

namespace mote {

Result<std::map<std::string, Symbol>> read_symbols(ByteView file, const std::string& where) {
  const Error broken{.cause = Cause::failed, .what = "is no whole 32-bit ELF program", .where = where, .todo = "build it again"};
  const auto header = elf::at<elf::Header>(file, 0);
  if (!header || !elf::is_elf(*header)) return broken;
  std::map<std::string, Symbol> symbols;
  for (uint16_t i = 0; i < header->section_count; ++i) {
    const auto table = elf::section_at(file, *header, i);
    if (!table) return broken;
    if (table->type != elf::kSymbolTable) continue;
    const auto strings = elf::section_at(file, *header, table->link);
    const auto entries = elf::content(file, *table);
    const auto names = strings ? elf::content(file, *strings) : std::nullopt;
    if (!entries || !names) return broken;
    for (size_t k = 0; k + sizeof(elf::SymbolEntry) <= entries->size(); k += sizeof(elf::SymbolEntry)) {
      const auto entry = elf::at<elf::SymbolEntry>(*entries, k);
      symbols[elf::name_at(*names, entry->name)] = {entry->value, entry->bytes};
    }
  }
  return symbols;
}

}  // namespace mote
