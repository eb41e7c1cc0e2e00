// Collects the texts of each alignment, drops ends of others, and adds up what stays where.
#include "host/firmware/string_merging.h"

#include <algorithm>
#include <map>

namespace mote {
namespace {

struct Text {
  std::string_view characters;  // without the zero at its end
  uint32_t alignment = 1;
  size_t section = 0;
  bool kept = true;
};

// The texts of all sections of one alignment.
class Texts {
 public:
  // Nothing, when its last text has no end.
  void add(const ObjectSection& from, size_t section) {
    const std::string_view all = text_of(from.content);
    if (all.empty() || all.back() != '\0') return;
    sections_.push_back(section);
    for (size_t at = 0; at < all.size();) {
      const size_t end = all.find('\0', at);
      const auto lowest = static_cast<uint32_t>(at & (~at + 1));  // the alignment that this place has anyway
      add({all.substr(at, end - at), at == 0 ? from.alignment : std::min(lowest, from.alignment), section});
      for (at = end + 1; at < all.size() && all[at] == '\0';) ++at;  // filled up to the next one's alignment
    }
  }

  void drop_ends() {
    for (Text& text : texts_)
      for (const Text& longer : texts_)
        if (text.kept && longer.kept && longer.characters.size() > text.characters.size() && longer.alignment >= text.alignment &&
            longer.characters.ends_with(text.characters) &&
            (longer.characters.size() - text.characters.size()) % text.alignment == 0)
          text.kept = false;
  }

  void add_up(std::vector<uint32_t>& bytes) const {
    for (const size_t section : sections_) bytes[section] = 0;
    for (const Text& text : texts_) {
      if (!text.kept) continue;
      uint32_t& end = bytes[text.section];
      end = (end + text.alignment - 1) / text.alignment * text.alignment + static_cast<uint32_t>(text.characters.size()) + 1;
    }
  }

 private:
  void add(const Text& text) {
    const auto [place, fresh] = known_.try_emplace(text.characters, texts_.size());
    if (!fresh && texts_[place->second].alignment >= text.alignment) return;
    if (!fresh) texts_[place->second].kept = false;
    place->second = texts_.size();
    texts_.push_back(text);
  }

  std::vector<size_t> sections_;
  std::vector<Text> texts_;
  std::map<std::string_view, size_t> known_;
};

}  // namespace

std::vector<uint32_t> bytes_after_merging(const std::vector<const ObjectSection*>& sections) {
  std::vector<uint32_t> bytes;
  std::map<uint32_t, Texts> by_alignment;
  for (const ObjectSection* section : sections) {
    if (section->merged_strings && section->entry_bytes == 1) by_alignment[section->alignment].add(*section, bytes.size());
    bytes.push_back(section->bytes);
  }
  for (auto& [alignment, texts] : by_alignment) {
    texts.drop_ends();
    texts.add_up(bytes);
  }
  return bytes;
}

}  // namespace mote
