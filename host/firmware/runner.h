// Programs that write a board's memories, as its board.toml describes them: a command line with places to fill in
// (docs/flashing.md).
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "base/toml.h"
#include "host/firmware/flash_image.h"

namespace mote {

struct Runner {
  std::string name;                // "gdb", of the table [runner_gdb]
  std::string format;              // of the image: hex or uf2
  std::vector<std::string> words;  // of the command line; {image} and the like are filled in
  std::string server;              // what {server} is unless it is said, may be empty
  std::string expect, refuse;      // what its output must hold, and must not, for tools whose exit code says little; may be empty
  uint32_t uf2_family = 0;

  std::string image_name() const { return "image." + format; }
};

// Words between blanks; single quotes keep blanks together.
std::vector<std::string> split_words(const std::string& line);

// One table [runner_<name>].
Runner read_runner(const std::string& name, Toml table);

// Whether its command line has {place}.
bool asks_for(const Runner& runner, const std::string& place);

// The command line with `places` filled in. Usage error for one that is not among them: its option has to be given. A word with
// blanks is a line that the tool takes apart itself, so that what is filled in there may hold none, nor quotes and the like.
Result<std::vector<std::string>> fill_in(const Runner& runner, const std::map<std::string, std::string>& places);

// As a person would type it in a shell.
std::string shell_line(const std::vector<std::string>& words);

Result<void> write_image(const Runner& runner, const FlashImage& image, FileSystem& files, const Path& path);

// Runs it to its end; what it said goes to `log`. Errors: it is not installed (`others` are named instead), it failed (with the
// last line that it said), it took too long.
Result<void> run_runner(const Runner& runner, const std::vector<std::string>& command, FileSystem& files, const Path& log,
                        const std::string& others, const std::atomic<bool>& stop,
                        std::chrono::milliseconds patience = std::chrono::minutes(5));

}  // namespace mote
