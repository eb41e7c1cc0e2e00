// Objects and archives for tests, written as a compiler and `ar` would.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "host/firmware/elf_format.h"

namespace mote::test {

// A 32-bit little-endian object: a function `name` in a section of its own, which refers to each symbol of `needs`.
class ObjectDraft {
 public:
  ObjectDraft(const std::string& name, const std::vector<std::string>& needs) {
    const Bytes code(8, 0x11);
    add(".text." + name, 1, elf::kInMemory, code, 0, 0, 4, 0);
    symbols_.push_back({});
    symbols_.push_back({text(name), 1, 8, elf::kGlobal << 4, 0, 1});
    Bytes relocations;
    for (const std::string& need : needs) {
      const elf::RelocationEntry entry{4, static_cast<uint32_t>(symbols_.size() << 8) | 10};
      put(relocations, entry);
      symbols_.push_back({text(need), 0, 0, elf::kGlobal << 4, 0, elf::kUndefined});
    }
    add(".rel.text." + name, elf::kRelocations, 0, relocations, 3, 1, 4, sizeof(elf::RelocationEntry));
    Bytes symbols;
    for (const elf::SymbolEntry& symbol : symbols_) put(symbols, symbol);
    add(".symtab", elf::kSymbolTable, 0, symbols, 4, 1, 4, sizeof(elf::SymbolEntry));
    add(".strtab", 3, 0, Bytes(), 0, 0, 1, 0);
  }

  Bytes bytes() {
    sections_.back().bytes = static_cast<uint32_t>(names_.size());  // .strtab is the last, and has the sections' names too
    sections_.back().offset = static_cast<uint32_t>(sizeof(elf::Header) + contents_.size());
    elf::Header header{};
    std::memcpy(header.ident,
                "\x7F"
                "ELF\1\1\1",
                7);
    header.type = 1;  // relocatable
    header.machine = elf::kMachineArm;
    header.section_headers = static_cast<uint32_t>(sizeof(elf::Header) + contents_.size() + names_.size());
    header.section_count = static_cast<uint16_t>(sections_.size());
    header.names_section = 4;
    Bytes file;
    put(file, header);
    append(file, contents_);
    append(file, names_);
    for (const elf::SectionHeader& section : sections_) put(file, section);
    return file;
  }

 private:
  template <typename T>
  static void put(Bytes& to, const T& value) {
    append(to, {reinterpret_cast<const uint8_t*>(&value), sizeof value});
  }
  uint32_t text(const std::string& name) {
    const auto at = static_cast<uint32_t>(names_.size());
    append(names_, view_of(name));
    names_.push_back(0);
    return at;
  }
  void add(const std::string& name, uint32_t type, uint32_t flags, const Bytes& content, uint32_t link, uint32_t info,
           uint32_t alignment, uint32_t entry_bytes) {
    sections_.push_back({text(name), type, flags, 0, static_cast<uint32_t>(sizeof(elf::Header) + contents_.size()),
                         static_cast<uint32_t>(content.size()), link, info, alignment, entry_bytes});
    append(contents_, content);
  }

  Bytes names_{0}, contents_;
  std::vector<elf::SectionHeader> sections_{elf::SectionHeader{}};
  std::vector<elf::SymbolEntry> symbols_;
};

inline Bytes archive_of(const std::vector<Bytes>& members) {
  Bytes archive;
  append(archive, view_of("!<arch>\n"));
  const auto add = [&archive](const std::string& name, const Bytes& member) {
    char header[61];
    std::snprintf(header, sizeof header, "%-16s%-12d%-6d%-6d%-8o%-10zu`\n", name.c_str(), 0, 0, 0, 0644u, member.size());
    append(archive, view_of(header));
    append(archive, member);
    if (member.size() % 2 == 1) archive.push_back('\n');
  };
  add("/", Bytes(5, 0));  // the index of symbols: passed over
  for (const Bytes& member : members) add("object.o/", member);
  return archive;
}

}  // namespace mote::test
