// Builds a board's firmware from mote's sources with CMake and the board's cross compiler, and says what it takes.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "base/progress.h"
#include "host/firmware/board.h"

namespace mote {

struct BuildRequest {
  std::string board;
  std::string program;  // agent, bench ...; empty: all that the board has
  Path source;          // mote's sources; empty: those that this program was built from
  Path folder;          // where it is built; empty: where programs look for firmware
};

struct PartBytes {
  std::string name;  // "mbedTLS"
  uint32_t code = 0, ram = 0;
};

struct BuiltProgram {
  std::string name;
  uint32_t code_bytes = 0, ram_bytes = 0, stack_bytes = 0;  // the stack is a part of the RAM
  uint32_t code_budget = 0, ram_budget = 0;
  std::vector<PartBytes> parts;  // by the linker's map; equal strings, which lie once, count in each
};

struct FirmwareBuild {
  std::string board;
  Path folder;
  std::vector<BuiltProgram> programs;
};

// `stop` ends the build. Errors are one line: an unknown board or program, sources or a compiler that are missing, a program over
// its budget (Cause::gate), and otherwise the first that the compiler complains of; all of what it said is in build.log in the
// folder.
Result<FirmwareBuild> build_firmware(const BuildRequest& request, FileSystem& files, const Path& program_folder,
                                     Progress& progress, const std::atomic<bool>& stop);

// The programs that a board's budget names.
std::vector<std::string> programs_of(const Board& board);

// What a program takes that stands in the board's folder; `sources` is the folder of mote's.
Result<BuiltProgram> measure_program(const Board& board, const std::string& name, const Path& sources, FileSystem& files);

std::string to_text(const FirmwareBuild& build);
Json to_json(const FirmwareBuild& build);

// What is to be done about a program over its budget.
constexpr const char* kOverBudget = "leave operators out ([operators]), or raise it in [budget]";

// What of a build's log tells a person why it failed.
Error failure_in(const std::string& log, const Path& log_file);

// "[12/80]" of ninja, of the last line that has it: done and total. Total 0: there is none.
struct BuildStep {
  uint64_t done = 0, total = 0;
};
BuildStep last_step_in(std::string_view log);

// The lines of boards/common/size_by_part.cmake, "mbedTLS: code 15477, ram 36".
std::vector<PartBytes> parts_in(const std::string& log);

}  // namespace mote
