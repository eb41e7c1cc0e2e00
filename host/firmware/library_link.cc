// Does as GNU ld does: takes objects out of the library for as long as one defines what is still undefined, in the library's
// order; of several definitions of a symbol the first counts, unless it is weak; then marks sections from the roots on, and lays
// the marked ones behind each other.
#include "host/firmware/library_link.h"

#include <algorithm>
#include <map>
#include <optional>

#include "host/firmware/elf_format.h"
#include "host/firmware/riscv_calls.h"
#include "host/firmware/string_merging.h"

namespace mote {
namespace {

struct Place {
  size_t object = 0;
  uint32_t section = 0;
  auto operator<=>(const Place&) const = default;
};

class LibraryLink {
 public:
  LibraryLink(const std::vector<ObjectFile>& library, const LibraryUse& use)
      : library_(library), use_(use), taken_(library.size(), false), undefined_(use.roots.begin(), use.roots.end()) {}

  LibraryPart run() {
    for (bool more = true; more;) more = take_objects();
    for (const std::string& root : use_.roots) mark_definition(root);
    while (!marked_to_walk_.empty()) {
      const Place place = marked_to_walk_.back();
      marked_to_walk_.pop_back();
      walk(place);
    }
    lay_out();
    return std::move(part_);
  }

 private:
  bool take_objects() {
    bool more = false;
    for (size_t i = 0; i < library_.size(); ++i) {
      if (taken_[i] || !defines_undefined(library_[i])) continue;
      take(i);
      more = true;
    }
    return more;
  }

  bool defines_undefined(const ObjectFile& object) const {
    for (const ObjectSymbol& symbol : object.symbols)
      if (!symbol.local && symbol.section != elf::kUndefined && undefined_.contains(symbol.name)) return true;
    return false;
  }

  void take(size_t index) {
    const ObjectFile& object = library_[index];
    taken_[index] = true;
    order_.push_back(index);
    for (const ObjectSymbol& symbol : object.symbols) {
      if (symbol.local || symbol.section == elf::kUndefined) continue;
      const auto [place, fresh] = definitions_.try_emplace(symbol.name, Definition{{index, symbol.section}, symbol.weak});
      if (!fresh && place->second.weak && !symbol.weak) place->second = {{index, symbol.section}, false};
      undefined_.erase(symbol.name);
    }
    for (const ObjectSection& section : object.sections)
      for (const Relocation& relocation : section.relocations) {
        const ObjectSymbol& symbol = object.symbols[relocation.symbol];
        if (section.in_memory && needs(section, relocation) && !symbol.local && !definitions_.contains(symbol.name))
          undefined_.insert(symbol.name);
      }
  }

  bool needs(const ObjectSection& section, const Relocation& relocation) const {
    return !use_.follows || use_.follows(section, relocation);
  }

  void mark_definition(const std::string& name) {
    if (const auto found = definitions_.find(name); found != definitions_.end())
      mark(found->second.place);
    else if (!name.empty())
      part_.outside.insert(name);
  }

  void mark(Place place) {
    if (marked_.insert(place).second) marked_to_walk_.push_back(place);
  }

  void walk(Place place) {
    const ObjectFile& object = library_[place.object];
    const ObjectSection& section = object.sections[place.section];
    for (const Relocation& relocation : section.relocations) {
      const ObjectSymbol& symbol = object.symbols[relocation.symbol];
      if (!needs(section, relocation)) continue;
      if (!symbol.local)
        mark_definition(symbol.name);
      else if (symbol.section != elf::kUndefined)
        mark(Place{place.object, symbol.section});
    }
  }

  // The sections that link.ld.in names.
  static bool is_code_or_constant(const ObjectSection& section) {
    for (const std::string_view kind : {".text", ".rodata", ".srodata"})
      if (section.in_memory && section.name.starts_with(kind)) return true;
    return false;
  }

  void lay_out() {
    std::vector<const ObjectSection*> kept;
    for (const size_t index : order_)
      for (uint32_t i = 0; i < library_[index].sections.size(); ++i)
        if (const ObjectSection& section = library_[index].sections[i];
            marked_.contains({index, i}) && is_code_or_constant(section)) {
          kept.push_back(&section);
          places_.push_back({index, i});
        }
    const std::vector<uint32_t> merged = bytes_after_merging(kept);
    for (size_t i = 0; i < kept.size(); ++i)
      part_.sections.push_back({kept[i], !kept[i]->merged_strings && use_.bytes_of ? use_.bytes_of(*kept[i]) : merged[i]});
    place_sections();
    if (!library_.empty() && library_.front().machine == elf::kMachineRiscv) shorten_calls();
  }

  void place_sections() {
    uint64_t end = use_.start;
    for (size_t i = 0; i < part_.sections.size(); ++i) {
      const KeptSection& kept = part_.sections[i];
      if (kept.bytes == 0) continue;  // ld leaves it out, and what its alignment would take
      const uint64_t alignment = kept.section->alignment;
      const uint64_t address = (end + alignment - 1) / alignment * alignment;
      addresses_[places_[i]] = address;
      end = address + kept.bytes;
    }
    part_.bytes = end - use_.start;
  }

  void shorten_calls() {
    std::vector<uint32_t> lost;
    for (size_t i = 0; i < part_.sections.size(); ++i) {
      const Place place = places_[i];
      const auto target = [this, place](const Relocation& to) { return address_of(place.object, to); };
      const auto address = addresses_.find(place);
      lost.push_back(address == addresses_.end() ? 0
                                                 : bytes_of_shortened_calls(*part_.sections[i].section, address->second, target));
    }
    for (size_t i = 0; i < lost.size(); ++i) part_.sections[i].bytes -= std::min(part_.sections[i].bytes, lost[i]);
    place_sections();
  }

  // Where the section lies that a relocation wants; none for the C library.
  std::optional<uint64_t> address_of(size_t object, const Relocation& to) const {
    const ObjectSymbol& symbol = library_[object].symbols[to.symbol];
    Place place{object, symbol.section};
    if (!symbol.local) {
      const auto found = definitions_.find(symbol.name);
      if (found == definitions_.end()) return std::nullopt;
      place = found->second.place;
    }
    const auto address = addresses_.find(place);
    return address == addresses_.end() ? std::nullopt : std::optional(address->second);
  }

  struct Definition {
    Place place;
    bool weak = false;
  };

  const std::vector<ObjectFile>& library_;
  const LibraryUse& use_;
  std::vector<bool> taken_;
  std::vector<size_t> order_;
  std::set<std::string> undefined_;
  std::map<std::string, Definition> definitions_;
  std::set<Place> marked_;
  std::vector<Place> marked_to_walk_;
  LibraryPart part_;
  std::vector<Place> places_;  // of its sections
  std::map<Place, uint64_t> addresses_;
};

}  // namespace

LibraryPart link_library(const std::vector<ObjectFile>& library, const LibraryUse& use) {
  return LibraryLink(library, use).run();
}

}  // namespace mote
