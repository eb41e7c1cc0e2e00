// Files, hexadecimal, random numbers, hashes, JSON, SQLite and child processes: what everything else stands on.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "base/compress.h"
#include "base/json.h"
#include "base/process.h"
#include "base/random.h"
#include "base/sha256.h"
#include "base/sqlite.h"
#include "base/test/memory_file_system.h"

namespace mote {
namespace {

struct TemporaryFolder {
  Path path;
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "mote-base-XXXXXX").string();
    path = ::mkdtemp(name.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path); }
};

TEST(Hex, GoesThereAndBackAndRefusesWhatIsNone) {
  const Bytes bytes = {0x00, 0x7f, 0x80, 0xff};
  EXPECT_EQ(to_hex(bytes), "007f80ff");
  EXPECT_EQ(from_hex("007F80ff"), bytes);
  EXPECT_FALSE(from_hex("0").has_value());
  EXPECT_FALSE(from_hex("0g").has_value());
}

TEST(Sha256, EqualsTheStandardsExample) {  // FIPS 180-4, "abc"
  EXPECT_EQ(to_hex(sha256(view_of("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Random, IsTheSameEverywhere) {
  Random random(1);
  const uint64_t first = random.next();
  EXPECT_EQ(first, Random(1).next());
  EXPECT_NE(first, Random(2).next());
  EXPECT_NE(Random::stream(1, 0).next(), Random::stream(1, 1).next());
}

TEST(Random, HasTheMomentsItPromises) {
  Random random(7);
  double sum = 0, squares = 0;
  constexpr int kCount = 100000;
  for (int i = 0; i < kCount; ++i) {
    const double x = random.normal();
    sum += x;
    squares += x * x;
  }
  EXPECT_NEAR(sum / kCount, 0, 0.015);
  EXPECT_NEAR(squares / kCount, 1, 0.02);
  int counts[3] = {};
  for (int i = 0; i < 30000; ++i) ++counts[random.below(3)];
  for (int count : counts) EXPECT_NEAR(count, 10000, 400);
}

TEST(DiskFileSystem, WritesWholeReadsBoundedAndKeepsSecretsToTheOwner) {
  const TemporaryFolder folder;
  DiskFileSystem files;
  const Path path = folder.path / "a" / "b";
  ASSERT_TRUE(files.write(path, view_of("hello"), Access::owner_only).ok());
  EXPECT_EQ(files.read_text(path).value(), "hello");
  EXPECT_EQ(std::filesystem::status(path).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_EQ(files.list(folder.path / "a").value(), std::vector<Path>{path});  // nothing is left beside it
  EXPECT_FALSE(files.read(path, 4).ok());
  EXPECT_NE(files.read(folder.path / "absent", 10).error().what.find("No such file"), std::string::npos);
  EXPECT_FALSE(files.read(folder.path, 10).ok());
}

TEST(Compress, GoesThereAndBackAndRefusesDamage) {
  Bytes bytes(5000);
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(i / 7 % 40);
  const Bytes frame = compress(bytes);
  EXPECT_LT(frame.size(), bytes.size());
  EXPECT_EQ(frame, compress(bytes));
  EXPECT_EQ(decompress(frame, bytes.size(), "f").value(), bytes);
  EXPECT_FALSE(decompress(frame, bytes.size() - 1, "f").ok());
  EXPECT_EQ(decompress(bytes, 1 << 20, "f").error().where, "f");
  for (size_t cut = 0; cut < frame.size(); cut += 7)
    EXPECT_FALSE(decompress(ByteView(frame).first(cut), 1 << 20, "f").ok()) << cut;
  Bytes damaged = frame;
  damaged[frame.size() / 2] ^= 1;
  EXPECT_FALSE(decompress(damaged, 1 << 20, "f").ok());
  EXPECT_TRUE(decompress(compress({}), 0, "f").value().empty());
}

TEST(Json, NamesTheFileThatIsNone) {
  MemoryFileSystem files;
  files.files["x.json"] = {'{', '"'};
  EXPECT_EQ(read_json(files, "x.json").error().where, "x.json");
  ASSERT_TRUE(write_json(files, "y.json", Json{{"n", 3}}).ok());
  const Json back = read_json(files, "y.json").value();
  EXPECT_EQ(member<int>(back, "n", "y.json").value(), 3);
  EXPECT_EQ(member<std::string>(back, "n", "y.json").error().where, "y.json");
}

TEST(Database, KeepsAllOfATransactionOrNothing) {
  Database database = Database::in_memory().value();
  ASSERT_TRUE(database.execute("CREATE TABLE t (k TEXT PRIMARY KEY, v BLOB, n REAL)").ok());
  const Bytes blob = {1, 2, 3};
  const auto insert = [&](const char* key) {
    return database.prepare("INSERT INTO t VALUES (?, ?, ?)").bind(key).bind(blob).bind(0.5).run();
  };
  ASSERT_TRUE(insert("a").ok());
  const auto failed = database.transaction([&]() -> Result<void> {
    TRY_DO(insert("b"));
    return insert("a");
  });
  ASSERT_FALSE(failed.ok());
  EXPECT_NE(failed.error().what.find("UNIQUE"), std::string::npos);
  int rows = 0;
  ASSERT_TRUE(database.prepare("SELECT v, n, k FROM t")
                  .each([&](Statement& row) {
                    ++rows;
                    EXPECT_EQ(row.blob(0), blob);
                    EXPECT_EQ(row.number(1), 0.5);
                    EXPECT_EQ(row.text(2), "a");
                  })
                  .ok());
  EXPECT_EQ(rows, 1);
  EXPECT_FALSE(database.prepare("SELECT nothing FROM nowhere").run().ok());
}

TEST(Process, EndsWithItsOwnerAndTellsHow) {
  Process seven = Process::start({"sh", "-c", "exit 7"}).value();
  ASSERT_TRUE(seven.wait(std::chrono::seconds(10)));
  EXPECT_EQ(seven.exit_code(), 7);
  pid_t id = 0;
  {
    Process sleeper = Process::start({"sleep", "100"}).value();
    id = sleeper.id();
    EXPECT_TRUE(sleeper.running());
  }
  EXPECT_NE(::kill(id, 0), 0);
  const auto absent = Process::start({"/nowhere/program"});
  ASSERT_FALSE(absent.ok());
  EXPECT_EQ(absent.error().where, "/nowhere/program");
}

}  // namespace
}  // namespace mote
