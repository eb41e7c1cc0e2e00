// Reads headers, then symbols, then relocations; every offset and every index is checked before it is used.
#include "host/firmware/object_file.h"

#include <bit>

#include "host/firmware/elf_format.h"

namespace mote {
namespace {

constexpr uint16_t kRelocatable = 1;

Error broken_object(const std::string& where) {
  return {.cause = Cause::failed, .what = "is no whole 32-bit ELF object", .where = where, .todo = "build it again"};
}

class ObjectReader {
 public:
  ObjectReader(ByteView file, const elf::Header& header) : file_(file), header_(header) {}

  bool read() {
    object.machine = header_.machine;
    return read_sections() && read_symbols() && read_relocations();
  }

  ObjectFile object;

 private:
  bool read_sections() {
    for (uint32_t i = 0; i < header_.section_count; ++i) {
      const auto section = elf::section_at(file_, header_, i);
      if (!section) return false;
      headers_.push_back(*section);
    }
    if (header_.names_section >= headers_.size()) return false;
    const auto names = elf::content(file_, headers_[header_.names_section]);
    if (!names) return false;
    for (const elf::SectionHeader& section : headers_) {
      const auto content = elf::content(file_, section);
      const uint32_t alignment = section.alignment == 0 ? 1 : section.alignment;
      if (!content || !std::has_single_bit(alignment)) return false;
      object.sections.push_back({.name = elf::name_at(*names, section.name),
                                 .content = *content,
                                 .bytes = section.bytes,
                                 .alignment = alignment,
                                 .entry_bytes = section.entry_bytes,
                                 .in_memory = (section.flags & elf::kInMemory) != 0,
                                 .merged_strings = (section.flags & elf::kMerged) != 0 && (section.flags & elf::kStrings) != 0,
                                 .relocations = {}});
    }
    return true;
  }

  bool read_symbols() {
    for (const elf::SectionHeader& table : headers_) {
      if (table.type != elf::kSymbolTable) continue;
      if (table.link >= headers_.size() || !object.symbols.empty()) return false;
      const auto entries = elf::content(file_, table), names = elf::content(file_, headers_[table.link]);
      if (!entries || !names) return false;
      for (size_t k = 0; k + sizeof(elf::SymbolEntry) <= entries->size(); k += sizeof(elf::SymbolEntry))
        if (!add_symbol(*elf::at<elf::SymbolEntry>(*entries, k), *names)) return false;
    }
    return true;
  }

  bool add_symbol(const elf::SymbolEntry& entry, ByteView names) {
    const uint32_t section = entry.section < elf::kFirstReserved ? entry.section : 0;
    if (section >= object.sections.size()) return false;
    const int binding = entry.info >> 4;
    object.symbols.push_back({.name = elf::name_at(names, entry.name),
                              .section = section,
                              .bytes = entry.bytes,
                              .local = binding == elf::kLocal,
                              .weak = binding == elf::kWeak});
    return true;
  }

  bool read_relocations() {
    for (const elf::SectionHeader& table : headers_) {
      const bool addend = table.type == elf::kRelocationsWithAddend;
      if (!addend && table.type != elf::kRelocations) continue;
      const auto entries = elf::content(file_, table);
      if (!entries || table.info >= object.sections.size()) return false;
      ObjectSection& section = object.sections[table.info];
      const size_t step = sizeof(elf::RelocationEntry) + (addend ? 4 : 0);
      for (size_t k = 0; k + step <= entries->size(); k += step) {
        const auto entry = *elf::at<elf::RelocationEntry>(*entries, k);
        const Relocation relocation{entry.offset, entry.info >> 8, static_cast<uint8_t>(entry.info)};
        if (relocation.symbol >= object.symbols.size()) return false;
        section.relocations.push_back(relocation);
      }
    }
    return true;
  }

  ByteView file_;
  const elf::Header& header_;
  std::vector<elf::SectionHeader> headers_;
};

}  // namespace

Result<ObjectFile> read_object(ByteView file, const std::string& where) {
  const auto header = elf::at<elf::Header>(file, 0);
  if (!header || !elf::is_elf(*header) || header->type != kRelocatable) return broken_object(where);
  ObjectReader reader(file, *header);
  if (!reader.read()) return broken_object(where);
  reader.object.name = where;
  return std::move(reader.object);
}

}  // namespace mote
