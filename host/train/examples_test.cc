// The configurations in examples/ are read without a complaint.
#include <gtest/gtest.h>

#include <filesystem>

#include "host/train/network.h"

namespace mote {
namespace {

TEST(Examples, AreConfigurationsThatMakeNetworks) {
  Path root;
  for (Path base = std::filesystem::current_path(); base != base.parent_path() && root.empty(); base = base.parent_path())
    if (std::filesystem::exists(base / "examples/har/mote.toml")) root = base / "examples";
  if (root.empty()) GTEST_SKIP() << "skipped: the examples are not above this folder";
  DiskFileSystem files;
  struct Example {
    const char* name;
    uint32_t channels, classes;
    uint32_t height = 1, width = 0;  // width 0: the window
  };
  for (const Example& example : {Example{"har", 6, 6}, Example{"vibration", 3, 5}, Example{"own-data", 3, 5},
                                 Example{"imu-gesture", 6, 5}, Example{"mnist", 1, 10, 28, 28}, Example{"pump", 6, 2}}) {
    const Path path = root / example.name / "mote.toml";
    const auto config = parse_train_config(files.read_text(path).value(), path.string());
    ASSERT_TRUE(config.ok()) << config.error().line();
    const uint32_t width = example.width == 0 ? config->data.window : example.width;
    EXPECT_TRUE(
        Network::make(config->layers, {1, example.height, width, example.channels}, example.classes, 1, config->fit.goal).ok());
  }
}

}  // namespace
}  // namespace mote
