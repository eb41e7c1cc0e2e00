// CMake and ninja as children, their log read while they run.
#include "host/firmware/build.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "base/json.h"
#include "base/process.h"
#include "base/toml.h"
#include "host/firmware/elf.h"

namespace mote {
namespace {

constexpr size_t kMaxBuiltBytes = 64 << 20;
constexpr size_t kLogTailBytes = 16 << 10;
constexpr auto kLookEvery = std::chrono::milliseconds(200);

// A value of a CMake cache, "NAME:TYPE=value".
std::string cached(const std::string& cache, const std::string& name) {
  std::istringstream lines(cache);
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with(name + ":") && line.find('=') != std::string::npos) return line.substr(line.find('=') + 1);
  return "";
}

struct Sources {
  Path root, mbedtls, lwip;
};

// Of the build that this program lies in, where none are named.
Result<Sources> find_sources(const BuildRequest& request, FileSystem& files, const Path& program_folder) {
  std::string cache;
  if (files.exists(program_folder / "CMakeCache.txt")) {
    TRY(cache, files.read_text(program_folder / "CMakeCache.txt"));
  }
  Sources sources{.root = request.source.empty() ? Path(cached(cache, "CMAKE_HOME_DIRECTORY")) : request.source};
  if (sources.root.empty())
    return Error{.cause = Cause::usage,
                 .what = "an installed mote has no sources of firmware",
                 .where = "--source",
                 .todo = "name the folder of mote's repository"};
  if (!files.exists(sources.root / "boards" / "common" / "toolchain.cmake"))
    return Error{.cause = Cause::usage,
                 .what = "is not the folder of mote's sources",
                 .where = sources.root.string(),
                 .todo = "name the folder of mote's repository with --source"};
  const auto or_default = [&](const char* name, const char* dependency) {
    const std::string said = cached(cache, name);
    return said.empty() ? std::filesystem::absolute(sources.root) / "build" / "deps" / dependency : Path(said);
  };
  sources.mbedtls = or_default("MOTE_MBEDTLS_SOURCE", "mbedtls");
  sources.lwip = or_default("MOTE_LWIP_SOURCE", "lwip");
  return sources;
}

Result<void> check_board(const Sources& sources, const std::string& board, FileSystem& files) {
  const bool plain = !board.empty() && board.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == std::string::npos;
  if (plain && files.exists(sources.root / "boards" / board / "board.toml")) return {};
  std::string known;
  TRY(const std::vector<Path> folders, files.list(sources.root / "boards"));
  for (const Path& folder : folders)
    if (files.exists(sources.root / "boards" / folder.filename() / "board.toml"))
      known += (known.empty() ? "" : ", ") + folder.filename().string();
  return Error{.cause = Cause::usage,
               .what = "there is no board of this name",
               .where = board.empty() ? "--board" : board,
               .todo = "the boards are " + known};
}

bool is_newer(const Path& file, const Path& than) {
  std::error_code none;
  return std::filesystem::last_write_time(file, none) > std::filesystem::last_write_time(than, none);
}

// The core that a board.toml names.
Result<std::string> core_in(FileSystem& files, const Path& board_toml) {
  TRY(Toml toml, read_toml(files, board_toml));
  return toml.required_text("core");
}

// Whether `folder` has to be configured from nothing: what it was configured for keeps its compiler and its flags otherwise.
Result<bool> begins_anew(const Path& folder, const Sources& sources, const std::string& board, FileSystem& files) {
  if (!files.exists(folder / "CMakeCache.txt")) return true;
  TRY(const std::string cache, files.read_text(folder / "CMakeCache.txt"));
  if (const std::string other = cached(cache, "MOTE_BOARD"); !other.empty() && other != board)
    return Error{.cause = Cause::usage,
                 .what = "holds firmware of another board, " + other,
                 .where = folder.string(),
                 .todo = "name another folder with --out, or remove this one"};
  std::error_code none;
  const bool same_sources = std::filesystem::equivalent(cached(cache, "CMAKE_HOME_DIRECTORY"), sources.root, none);
  if (!same_sources || !files.exists(folder / "board.toml")) return true;
  TRY(const std::string before, core_in(files, folder / "board.toml"));
  TRY(const std::string now, core_in(files, sources.root / "boards" / board / "board.toml"));
  return before != now || is_newer(sources.root / "boards/common/cores.cmake", folder / "CMakeCache.txt");
}

std::string tail_of(const Path& file) {
  std::ifstream log(file, std::ios::binary | std::ios::ate);
  const std::streamoff size = log.tellg();
  if (size <= 0) return "";
  const std::streamoff from = std::max<std::streamoff>(0, size - static_cast<std::streamoff>(kLogTailBytes));
  std::string text(static_cast<size_t>(size - from), '\0');
  log.seekg(from).read(text.data(), static_cast<std::streamsize>(text.size()));
  return text;
}

// Runs a child to its end, with its output in a fresh `log`.
Result<void> run_step(const std::vector<std::string>& command, const Path& log, FileSystem& files, Progress& progress,
                      const std::atomic<bool>& stop) {
  TRY_DO(files.remove(log));
  TRY(Process process, Process::start(command, {.output = log}));
  uint64_t total = 0;
  while (!process.wait(kLookEvery)) {
    if (stop) {
      progress.end();
      return Error{
          .cause = Cause::failed, .what = "was stopped", .where = "the build", .todo = "the same command goes on with it"};
    }
    const std::string tail = tail_of(log);
    const BuildStep step = last_step_in(tail);
    if (step.total != total) progress.begin("building", total = step.total);
    if (step.total != 0) progress.step(step.done, "");
  }
  progress.end();
  if (process.exit_code() == 0) return {};
  TRY(const std::string said, files.read_text(log));
  return failure_in(said, log);
}

uint32_t budget_of(const Board& board, const std::string& program, const char* kind) {
  const auto found = board.budget.find(program + kind);
  return found == board.budget.end() ? 0 : found->second;
}

// As boards/common/check_program.cmake counts.
Result<BuiltProgram> measure_memory(const Board& board, const std::string& name, FileSystem& files) {
  BuiltProgram built{
      .name = name, .code_budget = budget_of(board, name, "_code_bytes"), .ram_budget = budget_of(board, name, "_ram_bytes")};
  const Path program = board.program(name);
  TRY(const Bytes elf, files.read(program, kMaxBuiltBytes));
  TRY(auto symbols, read_symbols(elf, program.string()));
  const auto between = [&symbols](const char* from, const char* to) { return symbols[to].address - symbols[from].address; };
  built.code_bytes = between("board_code_start", "board_data_image") + between("board_data_start", "board_data_end");
  built.ram_bytes = between("board_stack_low", "board_zero_end");
  built.stack_bytes = between("board_stack_low", "board_stack_high");
  return built;
}

// The build checks what it links; a budget that became smaller since does not make it link anew.
Result<void> check_budget(const BuiltProgram& built, const std::string& board) {
  const auto over = [&](uint32_t bytes, const char* kind, uint32_t budget) {
    return Error{.cause = Cause::gate,
                 .what = std::to_string(bytes) + " bytes of " + kind + ", the budget in board.toml is " + std::to_string(budget),
                 .where = built.name + " for " + board,
                 .todo = kOverBudget};
  };
  if (built.code_bytes > built.code_budget) return over(built.code_bytes, "code", built.code_budget);
  if (built.ram_bytes > built.ram_budget) return over(built.ram_bytes, "ram", built.ram_budget);
  return {};
}

Result<std::vector<PartBytes>> measure_parts(const Path& root, const Path& folder, const std::string& name, FileSystem& files) {
  const Path sizes = folder / "size_by_part.log";
  TRY_DO(files.remove(sizes));
  TRY(Process process, Process::start({"cmake", "-DMAP=" + (folder / (name + ".map")).string(), "-P",
                                       (root / "boards/common/size_by_part.cmake").string()},
                                      {.output = sizes}));
  process.wait(std::chrono::minutes(1));
  TRY(const std::string said, files.read_text(sizes));
  return parts_in(said);
}

// Built with the others and held to their budgets, and nothing that a person would flash.
bool is_test_program(const std::string& name) { return name == "agent_cost" || name == "glitch"; }

Result<std::vector<std::string>> wanted_programs(const Board& board, const std::string& wanted) {
  const std::vector<std::string> names = programs_of(board);
  if (wanted.empty()) return names;
  if (std::ranges::find(names, wanted) != names.end()) return std::vector<std::string>{wanted};
  std::string list;
  for (const std::string& name : names)
    if (!is_test_program(name)) list += (list.empty() ? "" : ", ") + name;
  return Error{.cause = Cause::usage, .what = board.name + " has no such program", .where = wanted, .todo = "it has " + list};
}

}  // namespace

std::vector<std::string> programs_of(const Board& board) {
  constexpr std::string_view kTail = "_code_bytes";
  std::vector<std::string> names;
  for (const auto& [key, bytes] : board.budget)
    if (key.ends_with(kTail) && board.budget.contains(key.substr(0, key.size() - kTail.size()) + "_ram_bytes"))
      names.push_back(key.substr(0, key.size() - kTail.size()));
  std::erase(names, "update");  // a part of the agent
  return names;
}

Result<BuiltProgram> measure_program(const Board& board, const std::string& name, const Path& sources, FileSystem& files) {
  TRY(BuiltProgram built, measure_memory(board, name, files));
  TRY(built.parts, measure_parts(sources, board.folder, name, files));
  return built;
}

Result<FirmwareBuild> build_firmware(const BuildRequest& request, FileSystem& files, const Path& program_folder,
                                     Progress& progress, const std::atomic<bool>& stop) {
  TRY(const Sources sources, find_sources(request, files, program_folder));
  TRY_DO(check_board(sources, request.board, files));
  const Path folder = request.folder.empty() ? firmware_folder(files, program_folder) / request.board : request.folder;
  TRY_DO(files.make_folder(folder));
  TRY(const bool anew, begins_anew(folder, sources, request.board, files));
  const Path log = folder / "build.log";
  const Path root = std::filesystem::absolute(sources.root);
  std::vector<std::string> configure = {"cmake",
                                        "-S",
                                        root.string(),
                                        "-B",
                                        folder.string(),
                                        "-DMOTE_BOARD=" + request.board,
                                        "-DCMAKE_TOOLCHAIN_FILE=" + (root / "boards/common/toolchain.cmake").string(),
                                        "-DCMAKE_BUILD_TYPE=MinSizeRel",
                                        "-DMOTE_MBEDTLS_SOURCE=" + sources.mbedtls.string(),
                                        "-DMOTE_LWIP_SOURCE=" + sources.lwip.string()};
  if (anew) configure.insert(configure.end(), {"--fresh", "-G", "Ninja"});
  progress.begin("configuring", 0);
  TRY_DO(run_step(configure, log, files, progress, stop));
  TRY(const Board board, read_board(files, folder, request.board));
  TRY(const std::vector<std::string> names, wanted_programs(board, request.program));
  std::vector<std::string> make = {"cmake", "--build", folder.string()};
  if (!request.program.empty()) make.insert(make.end(), {"--target", request.program});
  TRY_DO(run_step(make, log, files, progress, stop));

  FirmwareBuild build{.board = request.board, .folder = folder, .programs = {}};
  for (const std::string& name : names) {
    TRY(BuiltProgram built, measure_program(board, name, root, files));
    TRY_DO(check_budget(built, request.board));
    if (request.program.empty() && is_test_program(name)) continue;
    build.programs.push_back(std::move(built));
  }
  return build;
}

std::string to_text(const FirmwareBuild& build) {
  std::string text;
  const auto line = [&text](const char* pattern, auto... values) {
    char buffer[160];
    std::snprintf(buffer, sizeof buffer, pattern, values...);
    text += buffer;
  };
  for (const BuiltProgram& program : build.programs) {
    text += program.name + " for " + build.board + "\n";
    line("  %-28s %10s %10s\n", "", "flash", "RAM");
    for (const PartBytes& part : program.parts) line("  %-28s %10u %10u\n", part.name.c_str(), part.code, part.ram);
    line("  %-28s %10s %10u\n", "stack", "", program.stack_bytes);
    line("  %-28s %10u %10u\n", "the program", program.code_bytes, program.ram_bytes);
    line("  %-28s %10u %10u\n", "its budget", program.code_budget, program.ram_budget);
  }
  return text + "in " + build.folder.string() + "\n";
}

Json to_json(const FirmwareBuild& build) {
  Json programs = Json::array();
  for (const BuiltProgram& program : build.programs) {
    Json parts = Json::array();
    for (const PartBytes& part : program.parts)
      parts.push_back({{"part", part.name}, {"flash_bytes", part.code}, {"ram_bytes", part.ram}});
    programs.push_back({{"program", program.name},
                        {"flash_bytes", program.code_bytes},
                        {"ram_bytes", program.ram_bytes},
                        {"stack_bytes", program.stack_bytes},
                        {"flash_budget", program.code_budget},
                        {"ram_budget", program.ram_budget},
                        {"parts", parts}});
  }
  return {{"board", build.board}, {"folder", build.folder.string()}, {"programs", programs}};
}

}  // namespace mote
