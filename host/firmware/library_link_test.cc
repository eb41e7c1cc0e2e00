// What a link keeps: what the roots need, once each, and texts merged.
#include "host/firmware/library_link.h"

#include <gmock/gmock.h>

#include "base/random.h"
#include "host/firmware/string_merging.h"
#include "host/firmware/test/object_draft.h"

namespace mote {
namespace {

using test::archive_of;
using test::ObjectDraft;
using testing::ElementsAre;

std::vector<std::string> names_of(const LibraryPart& part) {
  std::vector<std::string> names;
  for (const KeptSection& kept : part.sections) names.push_back(kept.section->name);
  return names;
}

ObjectSection texts(std::string_view characters, uint32_t alignment) {
  return {.name = ".rodata.str",
          .content = view_of(characters),
          .bytes = static_cast<uint32_t>(characters.size()),
          .alignment = alignment,
          .entry_bytes = 1,
          .in_memory = true,
          .merged_strings = true,
          .relocations = {}};
}

TEST(LibraryLink, KeepsWhatTheRootsNeed) {
  const Bytes archive = archive_of({ObjectDraft("unused", {"open"}).bytes(), ObjectDraft("step", {"run", "memcpy"}).bytes(),
                                    ObjectDraft("run", {"step"}).bytes(), ObjectDraft("open", {}).bytes()});
  const std::vector<ObjectFile> library = read_archive(archive, "lib.a").value();
  const LibraryPart part = link_library(library, {.roots = {"run", "open"}, .start = 0, .follows = {}, .bytes_of = {}});
  // In the order of taking: a second pass finds step, which run wants.
  EXPECT_THAT(names_of(part), ElementsAre(".text.run", ".text.open", ".text.step"));
  EXPECT_EQ(part.bytes, 24u);
  EXPECT_THAT(part.outside, ElementsAre("memcpy"));
}

TEST(LibraryLink, FollowsOnlyWhatItIsToldToFollow) {
  const Bytes archive = archive_of({ObjectDraft("table", {"add", "mul"}).bytes(), ObjectDraft("add", {"scale"}).bytes(),
                                    ObjectDraft("mul", {}).bytes(), ObjectDraft("scale", {}).bytes()});
  const std::vector<ObjectFile> library = read_archive(archive, "lib.a").value();
  const uint32_t add = library[0].sections[1].relocations[0].symbol;
  LibraryUse use{.roots = {"table"}, .start = 2, .follows = {}, .bytes_of = {}};
  use.follows = [add](const ObjectSection& section, const Relocation& to) {
    return section.name != ".text.table" || to.symbol != add;
  };
  use.bytes_of = [](const ObjectSection& section) { return section.name == ".text.table" ? 3 : section.bytes; };
  const LibraryPart part = link_library(library, use);
  EXPECT_THAT(names_of(part), ElementsAre(".text.table", ".text.mul"));
  EXPECT_EQ(part.bytes, 2u + 3 + 1 + 8) << "from 2: filled to 4, three bytes, filled to 8, eight bytes";
}

TEST(LibraryLink, TakesTheFirstOfTwoDefinitionsUnlessItIsWeak) {
  std::vector<ObjectFile> library(3);
  library[0].sections = {{}, {.name = ".text.inline", .content = {}, .bytes = 10, .in_memory = true, .relocations = {}}};
  library[0].symbols = {{}, {"inline", 1, 10, false, true}, {"first", 1, 0, false, false}};
  library[1].sections = {{}, {.name = ".text.inline", .content = {}, .bytes = 20, .in_memory = true, .relocations = {}}};
  library[1].symbols = {{}, {"inline", 1, 20, false, true}, {"second", 1, 0, false, false}};
  library[2].sections = {{}, {.name = ".text.inline", .content = {}, .bytes = 40, .in_memory = true, .relocations = {}}};
  library[2].symbols = {{}, {"inline", 1, 40, false, false}, {"third", 1, 0, false, false}};
  const auto bytes = [&library](std::vector<std::string> objects) {
    objects.push_back("inline");
    const LibraryPart part = link_library(library, {.roots = objects, .start = 0, .follows = {}, .bytes_of = {}});
    uint32_t largest = 0;
    for (const KeptSection& kept : part.sections) largest = std::max(largest, kept.bytes);
    return largest;
  };
  EXPECT_EQ(bytes({}), 10u);
  EXPECT_EQ(bytes({"third"}), 40u) << "a definition that is not weak replaces a weak one";
}

// The sizes that GNU ld 2.40 gives these sections.
TEST(StringMerging, KeepsEachTextOnceAndNoEndsOfOthers) {
  using namespace std::string_view_literals;
  const ObjectSection first = texts("M12\0M7\0"sv, 4), second = texts("M25\0M12\0M9\0\0M8\0"sv, 4), third = texts("M12\0"sv, 4),
                      fourth = texts("M12\0reopen\0pen\0"sv, 4), fifth = texts("open\0pen\0"sv, 4);
  EXPECT_THAT(bytes_after_merging({&first, &second, &third, &fourth, &fifth}), ElementsAre(7, 11, 0, 7, 5))
      << "the end of a text does not do where it is not aligned";
  const ObjectSection sixth = texts("M12\0reopen\0pen\0"sv, 1), seventh = texts("open\0pen\0"sv, 1), endless = texts("M12"sv, 1);
  EXPECT_THAT(bytes_after_merging({&sixth, &seventh, &endless}), ElementsAre(11, 0, 3))
      << "a section whose last text has no end stays as it is";
}

TEST(LibraryLink, SurvivesDamagedObjects) {
  const Bytes archive = archive_of({ObjectDraft("a", {"b", "memcpy"}).bytes(), ObjectDraft("b", {"a"}).bytes()});
  Random random(12);
  for (int i = 0; i < 5000; ++i) {
    Bytes damaged = archive;
    for (uint64_t changes = 1 + random.below(4); changes > 0; --changes)
      damaged[random.below(damaged.size())] = static_cast<uint8_t>(random.next());
    const Result<std::vector<ObjectFile>> library = read_archive(damaged, "damaged.a");
    if (!library.ok()) continue;
    EXPECT_LE(link_library(*library, {.roots = {"a"}, .start = 0, .follows = {}, .bytes_of = {}}).sections.size(), 16u);
  }
}

}  // namespace
}  // namespace mote
