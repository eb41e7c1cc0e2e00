// root.pub and the folder of keys: written once, read strictly.
#include "ota/trust/root.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/test/memory_file_system.h"
#include "ota/trust/test/keys.h"

namespace mote {
namespace {

using testing::HasSubstr;

TrustRoot some_root() { return {.epoch = 3, .image = sure_key().public_key, .director = sure_key().public_key}; }

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

TEST(Root, E8_ComesBackFromItsText) {
  const TrustRoot root = some_root();
  const Result<TrustRoot> read = parse_root(root_toml(root), "root.pub");
  ASSERT_TRUE(read.ok()) << read.error().line();
  EXPECT_EQ(*read, root);
}

TEST(Root, E8_IsReadStrictly) {
  const std::string good = root_toml(some_root());
  const auto is_refused = [](const std::string& text) {
    const Result<TrustRoot> read = parse_root(text, "root.pub");
    return !read.ok() && read.error().cause == Cause::untrusted && read.error().line().find("root.pub") == 0;
  };
  EXPECT_TRUE(is_refused(""));
  EXPECT_TRUE(is_refused("not toml ["));
  EXPECT_TRUE(is_refused(good + "\n[report]\nthreshold = 1\n"));
  EXPECT_TRUE(is_refused(replaced(good, "epoch = 3", "epoch = 0")));
  EXPECT_TRUE(is_refused(replaced(good, "epoch = 3\n", "")));
  EXPECT_TRUE(is_refused(replaced(good, "threshold = 1", "threshold = 0")));
  EXPECT_TRUE(is_refused(replaced(good, "threshold = 1", "threshold = 2")));
  EXPECT_TRUE(is_refused(replaced(good, "threshold = 1\n", "")));
  EXPECT_TRUE(is_refused(replaced(good, "keys = [\"", "keys = [\"00")));
  EXPECT_TRUE(is_refused(replaced(good, "keys = [\"", "keys = [\"\", \"")));
  EXPECT_TRUE(is_refused(replaced(good, "keys = ", "key = ")));
  EXPECT_TRUE(is_refused(replaced(good, "[director]", "[manager]")));
  const TrustRoot twin = {.image = sure_key().public_key, .director = {}};
  EXPECT_TRUE(is_refused(root_toml({.epoch = 1, .image = twin.image, .director = twin.image})));
}

TEST(Root, InitMakesKeysThatOnlyTheirOwnerReads) {
  const Path folder = std::filesystem::temp_directory_path() / ("mote-root-" + std::to_string(::getpid()));
  const Workspace workspace{folder / ".mote"};
  DiskFileSystem files;
  const Result<NewKeys> made = init_keys(files, workspace);
  ASSERT_TRUE(made.ok()) << made.error().line();
  const auto mode = [](const Path& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 0777;
  };
  EXPECT_EQ(mode(workspace.folder), 0700u);
  EXPECT_EQ(mode(workspace.keys()), 0700u);
  EXPECT_EQ(mode(workspace.keys() / "image.key"), 0600u);
  EXPECT_EQ(mode(workspace.keys() / "director.key"), 0600u);
  EXPECT_EQ(read_root(files, workspace.root()).value(), made->root);
  EXPECT_EQ(read_image_key(files, workspace).value().public_key, made->root.image);
  EXPECT_EQ(read_director_key(files, workspace).value().public_key, made->root.director);

  const Result<NewKeys> again = init_keys(files, workspace);
  ASSERT_FALSE(again.ok());
  EXPECT_THAT(again.error().line(), HasSubstr("never replaced"));
  EXPECT_EQ(read_root(files, workspace.root()).value(), made->root) << "nothing was replaced";
  std::filesystem::remove_all(folder);
}

TEST(Root, InitLeavesNothingWhenTheDiskIsFull) {
  MemoryFileSystem files;
  files.full = true;
  EXPECT_FALSE(init_keys(files, Workspace{".mote"}).ok());
  EXPECT_TRUE(files.files.empty());
}

TEST(Root, AKeyThatTheRootDoesNotNameIsRefused) {
  MemoryFileSystem files;
  const Workspace workspace{".mote"};
  ASSERT_TRUE(init_keys(files, workspace).ok());
  files.files[workspace.keys() / "image.key"] = files.files[workspace.keys() / "director.key"];
  const auto read = read_image_key(files, workspace);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().cause, Cause::untrusted);
  EXPECT_TRUE(read_director_key(files, workspace).ok());
}

}  // namespace
}  // namespace mote
