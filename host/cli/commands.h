// What a command is made of: options declared on Arguments, one library call, one printed value.
#pragma once

#include <atomic>
#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/file_system.h"
#include "base/json.h"
#include "base/progress.h"
#include "base/result.h"

namespace CLI {
class App;
}

namespace mote::cli {

// The world a command runs in. Libraries get from it what they need and never see it.
struct Context {
  FileSystem& files;
  const Clock& clock;
  Progress& progress;
  std::ostream& out;              // data; logs and progress go to stderr
  const std::atomic<bool>& stop;  // set by SIGINT, SIGTERM and SIGHUP: a command that waits looks at it at least every 200 ms
  Path program_folder;            // where `mote` itself lies; firmware images lie below it
  bool json = false;

  // One value, two printers, found by argument-dependent lookup: `std::string to_text(const T&)` for people, ending in a
  // newline, and `Json to_json(const T&)` under --json.
  template <typename T>
  void print(const T& value) {
    write(json ? to_json(value).dump(2, ' ', false, Json::error_handler_t::replace) + "\n" : to_text(value));
  }
  void write(const std::string& text);

  // A line for people on stderr, not under --json.
  void say(const std::string& line);

  // The same with the time before it: for programs that run long.
  void log(const std::string& line);
};

// Cause::usage when `output` is one of files that must stay, such as those that the command reads; what is empty is none.
Result<void> check_apart(const Path& output, std::initializer_list<Path> inputs);
// Refuses to write into a folder that is read, or any below it. Empty paths are none.
Result<void> check_outside(const Path& output, const Path& folder);

using Action = std::function<Result<void>(Context&)>;

// Declares what a command takes. Names of flags begin with "--". `to` must outlive the parse: keep it in a shared_ptr that the
// returned Action holds (see any command).
class Arguments {
 public:
  explicit Arguments(CLI::App& app) : app_(app) {}

  template <typename T>
  void positional(const std::string& name, T& to, const std::string& help);
  template <typename T>
  void optional_positional(const std::string& name, T& to, const std::string& help);
  template <typename T>
  void option(const std::string& name, T& to, const std::string& help);  // `to` keeps its value, shown as default, when absent
  template <typename T>
  void required(const std::string& name, T& to, const std::string& help);
  template <typename T>
  void ranged(const std::string& name, T& to, T low, T high, const std::string& help);
  void choice(const std::string& name, std::string& to, const std::vector<std::string>& allowed, const std::string& help);
  void flag(const std::string& name, bool& to, const std::string& help);

 private:
  CLI::App& app_;
};

struct Command {
  const char* summary;       // one line, lower case, no full stop
  const char* details = "";  // paragraphs for --help
  const char* example = "";
  Action (*declare)(Arguments& arguments);
};

#define MOTE_COMMAND(noun, verb) extern const Command noun##_##verb;
#define MOTE_DAILY(verb) extern const Command daily_##verb;
#include "host/cli/commands.def"
#undef MOTE_COMMAND
#undef MOTE_DAILY

// Parses, runs, reports; returns the exit code (base/result.h: Cause).
int run(int count, const char* const* words, std::ostream& out, std::ostream& err);

}  // namespace mote::cli
