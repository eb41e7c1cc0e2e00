// Reads, fills in and runs the description of a tool.
#include "host/firmware/runner.h"

#include <algorithm>

#include "base/process.h"

namespace mote {
namespace {

constexpr const char* kShellSafe = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,+@%";

std::string last_line_of(const std::string& text) {
  const size_t end = text.find_last_not_of(" \r\n");
  if (end == std::string::npos) return "it said nothing";
  const size_t start = text.find_last_of('\n', end);
  return text.substr(start == std::string::npos ? 0 : start + 1, end - (start == std::string::npos ? 0 : start + 1) + 1);
}

// The line that holds `wanted`, or nothing.
std::string line_with(const std::string& text, const std::string& wanted) {
  const size_t at = wanted.empty() ? std::string::npos : text.find(wanted);
  if (at == std::string::npos) return "";
  const size_t before = text.rfind('\n', at), after = text.find('\n', at);
  const size_t start = before == std::string::npos ? 0 : before + 1;
  return text.substr(start, after == std::string::npos ? after : after - start);
}

// Of what a tool says the first that goes wrong tells the most; what follows from it comes later.
std::string complaint_in(const std::string& said) {
  for (const char* sign : {"rror", "refused", "No such", "timed out", "annot"})
    if (std::string line = line_with(said, sign); !line.empty()) return line;
  return last_line_of(said);
}

bool wait_for_end(Process& process, const std::atomic<bool>& stop, std::chrono::milliseconds patience) {
  constexpr auto kLookEvery = std::chrono::milliseconds(100);
  for (; patience > kLookEvery && !stop; patience -= kLookEvery)
    if (process.wait(kLookEvery)) return true;
  return !stop && process.wait(patience);
}

}  // namespace

std::vector<std::string> split_words(const std::string& line) {
  std::vector<std::string> words;
  bool inside = false, quoted = false;
  for (const char c : line) {
    if (c == ' ' && !quoted) {
      inside = false;
      continue;
    }
    if (!inside) words.emplace_back();
    inside = true;
    if (c == '\'')
      quoted = !quoted;
    else
      words.back() += c;
  }
  return words;
}

Runner read_runner(const std::string& name, Toml table) {
  Runner runner{.name = name,
                .format = table.text("image", "hex"),
                .words = split_words(table.required_text("command")),
                .server = table.text("server", ""),
                .expect = table.text("expect", ""),
                .refuse = table.text("refuse", "")};
  runner.uf2_family = static_cast<uint32_t>(table.integer("uf2_family", 0, 0, UINT32_MAX));
  if (runner.format != "hex" && runner.format != "uf2") table.refuse("image", "is none of hex, uf2");
  if (runner.words.empty()) table.refuse("command", "is empty");
  return runner;
}

bool asks_for(const Runner& runner, const std::string& place) {
  return std::ranges::any_of(runner.words,
                             [&](const std::string& word) { return word.find("{" + place + "}") != std::string::npos; });
}

Result<std::vector<std::string>> fill_in(const Runner& runner, const std::map<std::string, std::string>& places) {
  std::vector<std::string> words;
  for (const std::string& pattern : runner.words) {
    std::string word;
    for (size_t at = 0; at < pattern.size();) {
      const size_t open = pattern.find('{', at), close = pattern.find('}', open);
      if (open == std::string::npos || close == std::string::npos) {
        word += pattern.substr(at);
        break;
      }
      const std::string name = pattern.substr(open + 1, close - open - 1);
      const auto place = places.find(name);
      if (place == places.end() || place->second.empty())
        return Error{.cause = Cause::usage,
                     .what = "must be said for the runner " + runner.name,
                     .where = "--" + name,
                     .todo = "see: mote flash --help"};
      if (pattern.find(' ') != std::string::npos && place->second.find_first_not_of(kShellSafe) != std::string::npos)
        return Error{.cause = Cause::usage,
                     .what = "has characters that the tool of the runner " + runner.name + " would read as its own",
                     .where = place->second,
                     .todo = "use letters, digits and ./_- alone"};
      word += pattern.substr(at, open - at) + place->second;
      at = close + 1;
    }
    words.push_back(word);
  }
  return words;
}

std::string shell_line(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) {
    const bool plain = !word.empty() && word.find_first_not_of(kShellSafe) == std::string::npos;
    line += (line.empty() ? "" : " ");
    if (plain) {
      line += word;
      continue;
    }
    line += '\'';
    for (const char c : word) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
    line += '\'';
  }
  return line;
}

Result<void> write_image(const Runner& runner, const FlashImage& image, FileSystem& files, const Path& path) {
  if (runner.format == "uf2") return files.write(path, to_uf2(image, runner.uf2_family), Access::owner_only);
  return files.write_text(path, to_intel_hex(image), Access::owner_only);
}

Result<void> run_runner(const Runner& runner, const std::vector<std::string>& command, FileSystem& files, const Path& log,
                        const std::string& others, const std::atomic<bool>& stop, std::chrono::milliseconds patience) {
  Result<Process> started = Process::start(command, {.output = log});
  if (!started.ok()) {
    Error error = std::move(started).error();
    if (!error.todo.empty()) {
      error.what = "the tool of the runner " + runner.name + " is not installed";
      error.todo = "install it (docs/flashing.md)" + (others.empty() ? "" : ", or choose another with --runner: " + others);
    }
    return error;
  }
  Process process = std::move(started).value();
  const bool ended = wait_for_end(process, stop, patience);
  if (!ended) process.stop();
  TRY(const std::string said, files.read_text(log));
  const auto failed = [&](const std::string& why, const std::string& todo) {
    return Error{.cause = Cause::failed, .what = "the board was not flashed: " + why, .where = command.front(), .todo = todo};
  };
  const std::string flash_again = "the board may hold a part of the image: flash it again";
  if (stop) return failed("it was stopped", flash_again);
  if (!ended)
    return failed("it did not end within " + std::to_string(patience.count() / 1000) + " s; " + last_line_of(said), flash_again);
  if (std::string line = line_with(said, runner.refuse); !line.empty()) return failed(line, flash_again);
  if (process.exit_code() != 0 || said.find(runner.expect) == std::string::npos)
    return failed(complaint_in(said), "see that the tool reaches the board (docs/flashing.md), then flash it again");
  return {};
}

}  // namespace mote
