// What CMake, ninja and the compilers print, as far as a person wants to know it.
#include <algorithm>
#include <cstdio>
#include <sstream>

#include "host/firmware/build.h"

namespace mote {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string trimmed(const std::string& line) {
  const size_t from = line.find_first_not_of(" \t\r"), to = line.find_last_not_of(" \t\r");
  return from == std::string::npos ? "" : line.substr(from, to - from + 1);
}

// CMake breaks what it has to say into indented lines, with empty ones between them; where it names no place, it begins in the
// line of the error.
std::string cmake_message(const std::vector<std::string>& lines, size_t head) {
  constexpr std::string_view kPlaceless = "CMake Error: ";
  std::string text = lines[head].starts_with(kPlaceless) ? trimmed(lines[head].substr(kPlaceless.size())) : "";
  for (size_t i = head + 1; i < lines.size() && (lines[i].empty() || lines[i][0] == ' '); ++i)
    if (const std::string line = trimmed(lines[i]); !line.empty()) text += (text.empty() ? "" : " ") + line;
  return text;
}

// What gives the program that CMake did not find, as Debian names its packages.
std::string package_for(const std::string& message) {
  constexpr std::pair<const char*, const char*> kPackages[] = {{"find a build program corresponding to", "ninja-build"},
                                                               {"arm-none-eabi-", "gcc-arm-none-eabi"},
                                                               {"riscv64-unknown-elf-", "gcc-riscv64-unknown-elf"}};
  const bool missing = message.find("not found") != std::string::npos || message.find("unable to find") != std::string::npos;
  for (const auto& [sign, package] : kPackages)
    if (missing && message.find(sign) != std::string::npos) return package;
  return "";
}

}  // namespace

Error failure_in(const std::string& log, const Path& log_file) {
  const std::vector<std::string> lines = lines_of(log);
  Error error{.cause = Cause::failed, .what = "failed", .where = "the build", .todo = "all of it is in " + log_file.string()};
  for (size_t i = 0; i < lines.size(); ++i) {
    const std::string& line = lines[i];
    if (line.starts_with("CMake Error")) {
      error.what = cmake_message(lines, i);
      if (const std::string package = package_for(error.what); !package.empty())
        error.todo = "install the package " + package + "; " + error.todo;
      if (error.what.find(" in board.toml is ") == std::string::npos) return error;
      const size_t colon = error.what.find(": ");
      return {
          .cause = Cause::gate, .what = error.what.substr(colon + 2), .where = error.what.substr(0, colon), .todo = kOverBudget};
    }
    if (line.find(" overflowed by ") != std::string::npos)
      return {.cause = Cause::gate,
              .what = trimmed(line.substr(line.find("region"))),
              .where = "the program",
              .todo = "it does not fit the board: leave operators out ([operators]), or give it more memory in board.toml"};
    if (line.find("error:") != std::string::npos || line.starts_with("ninja: error")) {
      error.what = trimmed(line);
      return error;
    }
  }
  return error;
}

BuildStep last_step_in(std::string_view log) {
  for (size_t at = log.rfind('['); at != std::string_view::npos; at = at == 0 ? std::string_view::npos : log.rfind('[', at - 1)) {
    unsigned long long done = 0, total = 0;
    const std::string piece(log.substr(at, 48));
    const bool starts_line = at == 0 || log[at - 1] == '\n';
    if (starts_line && std::sscanf(piece.c_str(), "[%llu/%llu]", &done, &total) == 2) return {done, total};
  }
  return {};
}

std::vector<PartBytes> parts_in(const std::string& log) {
  std::vector<PartBytes> parts;
  for (const std::string& line : lines_of(log)) {
    const size_t colon = line.rfind(": code ");
    PartBytes part;
    if (colon == std::string::npos || std::sscanf(line.c_str() + colon, ": code %u, ram %u", &part.code, &part.ram) != 2)
      continue;
    part.name = line.substr(0, colon);
    if (part.code != 0 || part.ram != 0) parts.push_back(std::move(part));
  }
  return parts;
}

}  // namespace mote
