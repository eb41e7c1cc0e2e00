// Walks over the section headers to the symbol table and its names, and over the program headers; every offset is checked before
// it is used.
#include "host/firmware/elf.h"

#include "host/firmware/elf_format.h"

namespace mote {
namespace {

Error broken_program(const std::string& where) {
  return {.cause = Cause::failed, .what = "is no whole 32-bit ELF program", .where = where, .todo = "build it again"};
}

}  // namespace

Result<std::map<std::string, Symbol>> read_symbols(ByteView file, const std::string& where) {
  const Error broken = broken_program(where);
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

Result<std::vector<LoadedPart>> read_loaded_parts(ByteView file, const std::string& where) {
  const auto header = elf::at<elf::Header>(file, 0);
  if (!header || !elf::is_elf(*header)) return broken_program(where);
  std::vector<LoadedPart> parts;
  for (uint16_t i = 0; i < header->program_header_count; ++i) {
    const auto part = elf::at<elf::ProgramHeader>(file, header->program_headers + uint64_t{i} * sizeof(elf::ProgramHeader));
    if (!part || uint64_t{part->offset} + part->bytes > file.size()) return broken_program(where);
    if (part->type == elf::kLoaded && part->bytes != 0)
      parts.push_back({part->load_address, file.subspan(part->offset, part->bytes)});
  }
  return parts;
}

}  // namespace mote
