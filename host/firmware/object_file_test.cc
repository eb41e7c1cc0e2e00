// Objects and archives, whole, cut off and damaged.
#include "host/firmware/object_file.h"

#include <gmock/gmock.h>

#include "base/random.h"
#include "host/firmware/test/object_draft.h"

namespace mote {
namespace {

using test::archive_of;
using test::ObjectDraft;

TEST(ObjectFile, HasSectionsSymbolsAndWhatTheyNeed) {
  const Bytes bytes = ObjectDraft("run", {"step", "memcpy"}).bytes();
  const Result<ObjectFile> object = read_object(bytes, "run.o");
  ASSERT_TRUE(object.ok()) << object.error().line();
  ASSERT_EQ(object->sections.size(), 5u);
  const ObjectSection& code = object->sections[1];
  EXPECT_EQ(code.name, ".text.run");
  EXPECT_EQ(code.bytes, 8u);
  EXPECT_EQ(code.alignment, 4u);
  EXPECT_TRUE(code.in_memory);
  EXPECT_FALSE(object->sections[3].in_memory);
  ASSERT_EQ(code.relocations.size(), 2u);
  EXPECT_EQ(object->symbols[code.relocations[1].symbol].name, "memcpy");
  EXPECT_EQ(object->symbols[1].name, "run");
  EXPECT_EQ(object->symbols[1].section, 1u);
}

TEST(ObjectFile, ArchivesHoldObjectsOfOddSizesToo) {
  Bytes odd = ObjectDraft("b", {}).bytes();
  odd.push_back(0);
  const Bytes even = ObjectDraft("a", {"b"}).bytes();
  ASSERT_NE(odd.size() % 2, even.size() % 2);
  const Bytes archive = archive_of({odd, even});
  const Result<std::vector<ObjectFile>> objects = read_archive(archive, "lib.a");
  ASSERT_TRUE(objects.ok()) << objects.error().line();
  ASSERT_EQ(objects->size(), 2u);
  EXPECT_EQ((*objects)[0].symbols[1].name, "b");
  EXPECT_EQ((*objects)[1].symbols[1].name, "a");
}

TEST(ObjectFile, RefusesWhatIsCutOff) {
  const Bytes object = ObjectDraft("run", {"step"}).bytes();
  for (size_t bytes = 0; bytes < object.size(); ++bytes)
    EXPECT_FALSE(read_object(ByteView(object).first(bytes), "run.o").ok()) << bytes;
  const Bytes archive = archive_of({object, object});
  size_t accepted = 0;
  for (size_t bytes = 0; bytes < archive.size(); ++bytes)
    accepted += read_archive(ByteView(archive).first(bytes), "lib.a").ok() ? 1 : 0;
  EXPECT_LE(accepted, 1u) << "at the end of the first member alone";
}

TEST(ObjectFile, RefusesOtherFiles) {
  Bytes program = ObjectDraft("run", {}).bytes();
  program[16] = 2;  // linked
  EXPECT_FALSE(read_object(program, "program").ok());
  Bytes wide = ObjectDraft("run", {}).bytes();
  wide[4] = 2;  // 64 bits
  EXPECT_FALSE(read_object(wide, "wide").ok());
  EXPECT_FALSE(read_archive(archive_of({}), "empty.a").ok());
  EXPECT_FALSE(read_archive(archive_of({Bytes(60, 0x20)}), "text.a").ok());
  EXPECT_EQ(read_archive(view_of("!<thin>\n"), "thin.a").error().where, "thin.a");
}

// Says no, or finds what is there; reads nothing beside the file.
TEST(ObjectFile, SurvivesDamage) {
  const Bytes archive = archive_of({ObjectDraft("a", {"b", "memcpy"}).bytes(), ObjectDraft("b", {"a"}).bytes()});
  Random random(11);
  size_t refused = 0;
  for (int i = 0; i < 20000; ++i) {
    Bytes damaged = archive;
    for (uint64_t changes = 1 + random.below(4); changes > 0; --changes)
      damaged[random.below(damaged.size())] = static_cast<uint8_t>(random.next());
    refused += read_archive(damaged, "damaged.a").ok() ? 0 : 1;
  }
  EXPECT_GT(refused, 1000u);
}

}  // namespace
}  // namespace mote
