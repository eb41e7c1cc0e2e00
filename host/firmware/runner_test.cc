// Descriptions of tools: read, filled in, and run against programs that every machine has.
#include "host/firmware/runner.h"

#include <gmock/gmock.h>

#include "host/firmware/private_folder.h"

namespace mote {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Runner runner_of(const std::string& text) {
  const Result<Toml> document = parse_toml(text, "board.toml");
  EXPECT_TRUE(document.ok()) << (document.ok() ? "" : document.error().line());
  Toml whole = *document;
  Runner runner = read_runner("tool", whole.table("runner_tool"));
  EXPECT_TRUE(whole.finish().ok()) << whole.finish().error().line();
  return runner;
}

std::string refusal_of(const std::string& text) {
  Toml whole = parse_toml(text, "board.toml").value();
  read_runner("tool", whole.table("runner_tool"));
  const Result<void> finished = whole.finish();
  return finished.ok() ? "" : finished.error().line();
}

TEST(Runner, KeepsWordsInQuotesTogether) {
  EXPECT_THAT(split_words("gdb -ex 'target remote {server}'  a'b c'd ''"),
              ElementsAre("gdb", "-ex", "target remote {server}", "ab cd", ""));
  EXPECT_THAT(split_words("  "), ElementsAre());
}

TEST(Runner, FillsInPlaces) {
  const Runner runner =
      runner_of("[runner_tool]\ncommand = \"copy {image} {mount}/{board}.hex --at={server}:1\"\nserver = \"here\"\n");
  const auto words = fill_in(runner, {{"image", "a b.hex"}, {"mount", "/media/x"}, {"board", "m"}, {"server", "{image}"}});
  ASSERT_TRUE(words.ok());
  EXPECT_THAT(*words, ElementsAre("copy", "a b.hex", "/media/x/m.hex", "--at={image}:1"));
  EXPECT_EQ(shell_line(*words), "copy 'a b.hex' /media/x/m.hex '--at={image}:1'");
}

TEST(Runner, RefusesWhatTheToolWouldTakeApart) {
  const Runner runner = runner_of("[runner_tool]\ncommand = \"openocd -c 'program {image} verify exit'\"\n");
  EXPECT_THAT(fill_in(runner, {{"image", "/tmp/a-b_1.hex"}}).value(),
              ElementsAre("openocd", "-c", "program /tmp/a-b_1.hex verify exit"));
  for (const char* image : {"a b.hex", "a;b.hex", "a[b].hex", "$a.hex", "a\"b.hex", "a{b.hex"}) {
    const auto words = fill_in(runner, {{"image", image}});
    ASSERT_FALSE(words.ok()) << image;
    EXPECT_EQ(words.error().cause, Cause::usage);
    EXPECT_THAT(words.error().line(), HasSubstr(image));
  }
}

TEST(Runner, AsksForThePlaceThatWasNotSaid) {
  const Runner runner = runner_of("[runner_tool]\ncommand = \"copy {image} {mount}\"\n");
  for (const std::map<std::string, std::string>& places :
       {std::map<std::string, std::string>{{"image", "x"}}, {{"image", "x"}, {"mount", ""}}}) {
    const auto words = fill_in(runner, places);
    ASSERT_FALSE(words.ok());
    EXPECT_EQ(words.error().cause, Cause::usage);
    EXPECT_THAT(words.error().line(), HasSubstr("--mount"));
  }
}

TEST(Runner, RefusesADescriptionThatIsNone) {
  EXPECT_THAT(refusal_of("[runner_tool]\nimage = \"hex\"\n"), HasSubstr("command"));
  EXPECT_THAT(refusal_of("[runner_tool]\ncommand = \"x\"\nimage = \"elf\"\n"), HasSubstr("none of hex, uf2"));
  EXPECT_THAT(refusal_of("[runner_tool]\ncommand = \"x\"\nspeed = 3\n"), HasSubstr("speed"));
}

class RunRunner : public testing::Test {
 protected:
  // "" when it went well.
  std::string run(const Runner& runner, const std::vector<std::string>& command,
                  std::chrono::milliseconds patience = std::chrono::seconds(20)) {
    const Result<void> done = run_runner(runner, command, files, folder.path() / "log", "openocd", stop, patience);
    EXPECT_TRUE(files.remove(folder.path() / "log").ok());
    return done.ok() ? "" : done.error().line();
  }

  DiskFileSystem files;
  PrivateFolder folder = PrivateFolder::make().value();
  std::atomic<bool> stop = false;
};

TEST_F(RunRunner, SaysThatAToolIsMissingAndWhatOthersThereAre) {
  const std::string line = run({.name = "gdb"}, {"no-such-tool-of-mote"});
  EXPECT_THAT(line, HasSubstr("no-such-tool-of-mote"));
  EXPECT_THAT(line, HasSubstr("not installed"));
  EXPECT_THAT(line, HasSubstr("openocd"));
}

TEST_F(RunRunner, BelievesWhatTheToolSaysAndItsExitCode) {
  const Runner runner{.name = "gdb", .expect = "matched.", .refuse = "MIS-MATCHED"};
  EXPECT_EQ(run(runner, {"echo", "Section 1: matched."}), "");
  EXPECT_THAT(run(runner, {"echo", "Section 1: nothing"}), HasSubstr("Section 1: nothing"));
  EXPECT_THAT(run(runner, {"printf", "1: matched.\\n2: MIS-MATCHED!\\n3: matched.\\n"}), HasSubstr("2: MIS-MATCHED!"));
  EXPECT_THAT(run(runner, {"printf", "1: matched.\\n2: MIS-MATCHED!\\n"}), HasSubstr("; the board may hold a part of the image"));
  EXPECT_THAT(run(runner, {"sh", "-c", "echo matched.; echo 'Error: no probe'; echo bye; exit 1"}), HasSubstr("Error: no probe"));
  EXPECT_THAT(run({.name = "cp"}, {"false"}), HasSubstr("it said nothing; see that the tool reaches the board"));
  EXPECT_EQ(run({.name = "cp"}, {"true"}), "");
}

TEST_F(RunRunner, EndsWhenItIsTold) {
  stop = true;
  EXPECT_THAT(run({.name = "gdb"}, {"sleep", "60"}), HasSubstr("was stopped; the board may hold a part"));
}

TEST_F(RunRunner, DoesNotWaitForEver) {
  EXPECT_THAT(run({.name = "gdb"}, {"sleep", "60"}, std::chrono::milliseconds(100)), HasSubstr("did not end within"));
}

}  // namespace
}  // namespace mote
