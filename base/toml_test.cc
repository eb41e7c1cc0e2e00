// What a person gets for a configuration that is not quite right.
#include "base/toml.h"

#include <gtest/gtest.h>

namespace mote {
namespace {

Toml parsed(std::string_view text) { return parse_toml(text, "t.toml").value(); }

TEST(Toml, ReadsWhatIsAskedForAndFallsBackWhereItIsAbsent) {
  Toml config = parsed("[train]\nepochs = 7\nrate = 1\nname = 'a'\nlist = [1, 2]\n");
  Toml train = config.table("train");
  EXPECT_EQ(train.integer("epochs", 1, 1, 100), 7);
  EXPECT_EQ(train.number("rate", 0.5, 0, 2), 1.0);
  EXPECT_EQ(train.text("name", ""), "a");
  EXPECT_EQ(train.integers("list", {}), (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(train.number("absent", 0.25, 0, 1), 0.25);
  EXPECT_TRUE(config.finish().ok());
}

TEST(Toml, NamesAnUnknownKeyItsLineAndTheKnownOnes) {
  Toml config = parsed("[train]\nepochs = 7\nepoch = 8\n");
  config.table("train").integer("epochs", 1, 1, 100);
  const auto finished = config.finish();
  ASSERT_FALSE(finished.ok());
  EXPECT_EQ(finished.error().line(), "t.toml:3: 'train.epoch' is not a key that is known here; known are: epochs");
  EXPECT_EQ(finished.error().cause, Cause::usage);
}

TEST(Toml, NamesTheRangeOfANumberOutsideIt) {
  Toml config = parsed("epochs = 0\n");
  EXPECT_EQ(config.integer("epochs", 5, 1, 100), 1);
  EXPECT_EQ(config.finish().error().line(), "t.toml:1: 'epochs' is 0, outside 1 to 100");
}

TEST(Toml, NamesAMissingKeyAndAWrongType) {
  Toml missing = parsed("");
  missing.required_text("name");
  EXPECT_EQ(missing.finish().error().what, "'name' is missing");
  Toml wrong = parsed("\nname = 3\n");
  wrong.required_text("name");
  EXPECT_EQ(wrong.finish().error().line(), "t.toml:2: 'name' is not a text in quotes");
}

TEST(Toml, NamesThePlaceOfASyntaxError) {
  const auto result = parse_toml("a = 1\nb = = 2\n", "t.toml");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().where, "t.toml:2");
}

}  // namespace
}  // namespace mote
