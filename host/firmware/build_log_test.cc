// Logs as CMake 3.25, ninja and GCC 12 write them.
#include <gmock/gmock.h>

#include "host/firmware/build.h"

namespace mote {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(BuildLog, FindsABudgetThatIsExceeded) {
  const Error error = failure_in(
      "[7/8] Linking C executable agent.elf\n"
      "FAILED: agent.elf\n"
      "CMake Error at /src/boards/common/check_program.cmake:39 (message):\n"
      "  agent for microbit: 65160 bytes of code, the budget in board.toml is\n"
      "  60000\n\n\n"
      "ninja: build stopped: subcommand failed.\n",
      "build.log");
  EXPECT_EQ(error.cause, Cause::gate);
  EXPECT_THAT(error.line(), HasSubstr("agent for microbit: 65160 bytes of code, the budget in board.toml is 60000; "));
}

TEST(BuildLog, FindsAProgramThatDoesNotFitTheMemory) {
  const Error error =
      failure_in("/usr/bin/ld: region `CODE' overflowed by 1234 bytes\ncollect2: error: ld returned 1 exit status\n", "l");
  EXPECT_EQ(error.cause, Cause::gate);
  EXPECT_THAT(error.line(), HasSubstr("region `CODE' overflowed by 1234 bytes"));
}

TEST(BuildLog, FindsTheFirstThingThatTheCompilerRefuses) {
  const Error error =
      failure_in("[1/9] cc\n/src/a.cc:3:5: error: 'x' was not declared\n/src/b.cc:9:9: error: another\n", "/out/build.log");
  EXPECT_EQ(error.cause, Cause::failed);
  EXPECT_THAT(error.line(), HasSubstr("/src/a.cc:3:5: error: 'x' was not declared"));
  EXPECT_THAT(error.line(), Not(HasSubstr("another")));
  EXPECT_THAT(error.line(), HasSubstr("/out/build.log"));
}

TEST(BuildLog, ReadsAConfigurationThatFails) {
  const Error error = failure_in(
      "CMake Error at CMakeLists.txt:2 (project):\n"
      "  The CMAKE_C_COMPILER:\n\n"
      "    arm-none-eabi-gcc\n\n"
      "  is not a full path and was not found in the PATH.\n\n",
      "build.log");
  EXPECT_THAT(error.line(), HasSubstr("arm-none-eabi-gcc"));
  EXPECT_THAT(error.line(), HasSubstr("install the package gcc-arm-none-eabi; "));
  EXPECT_THAT(failure_in("", "build.log").line(), HasSubstr("build.log"));
}

TEST(BuildLog, ReadsWhatStandsInTheLineOfTheError) {
  EXPECT_THAT(failure_in("CMake Error: The source \"/a/CMakeLists.txt\" does not match the source \"/b/CMakeLists.txt\" used to "
                         "generate cache.  Re-run cmake with a different source directory.\n",
                         "l")
                  .line(),
              HasSubstr("the build: The source \"/a/CMakeLists.txt\" does not match"));
  EXPECT_THAT(
      failure_in("CMake Error: CMake was unable to find a build program corresponding to \"Ninja\".  CMAKE_MAKE_PROGRAM is "
                 "not set.  You probably need to select a different build tool.\nCMake Error: CMAKE_C_COMPILER not set\n",
                 "l")
          .line(),
      HasSubstr("install the package ninja-build; "));
}

TEST(BuildLog, TellsHowFarABuildIs) {
  EXPECT_EQ(last_step_in("").total, 0u);
  EXPECT_EQ(last_step_in("-- Configuring done\nx[3/9]\n").total, 0u);
  const BuildStep step = last_step_in("[1/80] Building a\n[12/80] Building b\nb.cc: in [3/4] not at a line's start\n[");
  EXPECT_EQ(step.done, 12u);
  EXPECT_EQ(step.total, 80u);
}

TEST(BuildLog, ReadsSizesByPart) {
  const std::vector<PartBytes> parts =
      parts_in("agent, runtime and kernels: code 44733, ram 8\nlwIP: code 0, ram 0\nmbedTLS: code 15207, ram 36\n");
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].name, "agent, runtime and kernels");
  EXPECT_EQ(parts[1].code, 15207u);
  EXPECT_EQ(parts[1].ram, 36u);
}

}  // namespace
}  // namespace mote
