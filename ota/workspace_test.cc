// A project is started once, and its secrets are its owner's.
#include "ota/workspace.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

namespace mote {
namespace {

TEST(Workspace, IsMadeForItsOwnerAloneAndNotReplaced) {
  const Path folder = std::filesystem::temp_directory_path() / ("mote-project-" + std::to_string(::getpid()));
  DiskFileSystem files;
  const Result<NewProject> made = start_project(files, folder, "# hello\n");
  ASSERT_TRUE(made.ok()) << made.error().line();
  EXPECT_EQ(files.read_text(folder / "mote.toml").value(), "# hello\n");
  EXPECT_THAT(files.read_text(folder / ".mote" / ".gitignore").value(), testing::HasSubstr("\n*\n"));
  struct stat status {};
  ASSERT_EQ(::stat((folder / ".mote").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700u);

  const Result<NewProject> again = start_project(files, folder, "# other\n");
  ASSERT_FALSE(again.ok());
  EXPECT_THAT(again.error().line(), testing::HasSubstr("mote.toml: exists already"));
  EXPECT_EQ(files.read_text(folder / "mote.toml").value(), "# hello\n");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace mote
