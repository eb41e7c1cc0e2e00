// From words to a command and from an error to one line and an exit code.
#include <signal.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>

#include "host/cli/commands.h"
#include "host/cli/progress_bar.h"

namespace mote::cli {
namespace {

struct Row {
  const char* noun;  // empty for a daily command
  const char* verb;
  const Command* command;
};

constexpr Row kCommands[] = {
#define MOTE_COMMAND(noun, verb) {#noun, #verb, &noun##_##verb},
#define MOTE_DAILY(verb) {"", #verb, &daily_##verb},
#include "host/cli/commands.def"
#undef MOTE_COMMAND
#undef MOTE_DAILY
    {nullptr, nullptr, nullptr}};

std::atomic<bool> stop_requested{false};

void request_stop(int) { stop_requested = true; }

void watch_signals() {
  struct sigaction action {};
  action.sa_handler = request_stop;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  if (::signal(SIGHUP, SIG_IGN) != SIG_IGN) ::sigaction(SIGHUP, &action, nullptr);  // nohup has it ignored
  ::signal(SIGPIPE, SIG_IGN);
}

// What stands below the options in a command's own help.
std::string footer_of(const Command& command) {
  std::string text = command.details;
  if (command.example[0] != '\0') text += std::string(text.empty() ? "" : "\n\n") + "Example:\n  " + command.example;
  return text;
}

Path program_folder() {
  std::error_code failure;
  const Path program = std::filesystem::read_symlink("/proc/self/exe", failure);
  return failure ? Path(".") : program.parent_path();
}

std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  for (char& c : text)
    if (c == '\n') c = ' ';
  return text;
}

}  // namespace

void Context::write(const std::string& text) { out << text << std::flush; }

Result<void> check_apart(const Path& output, std::initializer_list<Path> inputs) {
  std::error_code none;
  for (const Path& input : inputs)
    if (!output.empty() && !input.empty() && std::filesystem::equivalent(output, input, none))
      return Error{.cause = Cause::usage,
                   .what = "would be overwritten, and is still needed",
                   .where = input.string(),
                   .todo = "name another file to write"};
  return {};
}

Result<void> check_outside(const Path& output, const Path& folder) {
  std::error_code none;
  if (output.empty() || !std::filesystem::is_directory(folder, none)) return {};
  const Path inside = std::filesystem::weakly_canonical(output, none), whole = std::filesystem::canonical(folder, none);
  if (std::mismatch(whole.begin(), whole.end(), inside.begin(), inside.end()).first != whole.end()) return {};
  return Error{.cause = Cause::usage,
               .what = "would be written among what must stay, in " + folder.string(),
               .where = output.string(),
               .todo = "name a file elsewhere"};
}

void Context::say(const std::string& line) {
  if (!json) std::cerr << line << std::endl;
}

void Context::log(const std::string& line) {
  static const std::shared_ptr<spdlog::logger> logger = [] {
    auto made = spdlog::stderr_logger_mt("mote");
    made->set_pattern("%H:%M:%S  %v");
    made->flush_on(spdlog::level::info);
    return made;
  }();
  if (!json) logger->info("{}", line);
}

int run(int count, const char* const* words, std::ostream& out, std::ostream& err) {
  CLI::App app("mote: machine-learning models on microcontrollers, from training to the fleet and back", "mote");
  app.require_subcommand(1);
  app.set_version_flag("--version", "mote " MOTE_VERSION);
  bool json = false;
  std::map<std::string, CLI::App*> nouns;
  std::optional<Action> chosen;
  for (const Row& row : kCommands) {
    if (row.command == nullptr) break;
    CLI::App* parent = &app;
    if (row.noun[0] != '\0') {
      CLI::App*& noun = nouns[row.noun];
      if (noun == nullptr) {
        noun = app.add_subcommand(row.noun, "");
        noun->require_subcommand(1);
      }
      parent = noun;
      noun->description(noun->get_description() + (noun->get_description().empty() ? "" : ", ") + row.verb);
    }
    CLI::App* leaf = parent->add_subcommand(row.verb, row.command->summary);
    leaf->footer(footer_of(*row.command));
    leaf->add_flag("--json", json, "print JSON");
    Arguments arguments(*leaf);
    Action action = row.command->declare(arguments);
    leaf->callback([&chosen, action] { chosen = action; });
  }

  try {
    app.parse(count, words);
  } catch (const CLI::Success& wanted) {  // --help, --version
    app.exit(wanted, out, err);
    return 0;
  } catch (const CLI::ParseError& problem) {
    if (count < 2) {
      out << app.help();
      return static_cast<int>(Cause::usage);
    }
    err << "mote: " << one_line(problem.what()) << "; see: mote ";
    for (int i = 1; i < count && words[i][0] != '-' && i < 3; ++i) err << words[i] << ' ';
    err << "--help" << std::endl;
    return static_cast<int>(Cause::usage);
  }

  watch_signals();
  DiskFileSystem files;
  const SystemClock clock;
  ProgressBar progress(err, ::isatty(STDERR_FILENO) != 0 && !json);
  Context context{files, clock, progress, out, stop_requested, program_folder(), json};
  const Result<void> result = (*chosen)(context);
  if (result.ok()) return 0;
  err << "mote: " << one_line(result.error().line()) << std::endl;
  return static_cast<int>(result.error().cause);
}

}  // namespace mote::cli
