// What the programs of every board take, and the parts of the agents, into the tables of two pages. From mote's folder, once all
// boards are built:
//
//     build/host/bench/sizes/bench_sizes build/host docs/boards.md boards/README.md
#include <algorithm>
#include <cstdio>
#include <vector>

#include "bench/page.h"
#include "host/firmware/build.h"

namespace mote::bench {
namespace {

const std::vector<std::string> kPrograms = {"bench", "minimal", "stream", "agent", "agent_net"};

struct BoardSizes {
  Board board;
  std::vector<BuiltProgram> programs;  // of kPrograms

  const BuiltProgram* find(const std::string& name) const {
    const auto found = std::ranges::find(programs, name, &BuiltProgram::name);
    return found == programs.end() ? nullptr : &*found;
  }
};

// 1234 as it is, 12345 as 12,345.
std::string digits(uint32_t number) {
  std::string text = std::to_string(number);
  if (text.size() < 5) return text;
  for (size_t at = text.size() - 3; at < text.size() && at > 0; at = at > 3 ? at - 3 : 0) text.insert(at, ",");
  return text;
}

std::string ruler(size_t columns) {
  std::string line = "|";
  for (size_t i = 0; i < columns; ++i) line += "---|";
  return line + "\n";
}

std::string table_of_boards(const std::vector<BoardSizes>& boards) {
  std::string text = "| board |";
  for (const std::string& name : kPrograms) text += " `" + name + "` |";
  text += "\n" + ruler(kPrograms.size() + 1);
  for (const BoardSizes& one : boards) {
    text += "| `" + one.board.name + "` |";
    for (const std::string& name : kPrograms) {
      const BuiltProgram* built = one.find(name);
      text += built == nullptr ? " |" : " " + digits(built->code_bytes) + "; " + digits(built->ram_bytes) + " |";
    }
    text += "\n";
  }
  return text;
}

std::vector<std::string> names_of_parts(const std::vector<const BuiltProgram*>& programs) {
  std::vector<std::string> names;
  for (const BuiltProgram* program : programs)
    for (const PartBytes& part : program->parts)
      if (std::ranges::find(names, part.name) == names.end()) names.push_back(part.name);
  return names;
}

std::string table_of_parts(const std::vector<BoardSizes>& boards, const std::string& name) {
  std::vector<const BuiltProgram*> programs;
  std::string text = "| part of `" + name + "` |";
  for (const BoardSizes& one : boards)
    if (const BuiltProgram* built = one.find(name)) {
      programs.push_back(built);
      text += " " + one.board.name + ": flash | RAM |";
    }
  text += "\n" + ruler(2 * programs.size() + 1);
  for (const std::string& part : names_of_parts(programs)) {
    text += "| " + part + " |";
    for (const BuiltProgram* program : programs) {
      const auto found = std::ranges::find(program->parts, part, &PartBytes::name);
      text += found == program->parts.end() ? " | |" : " " + digits(found->code) + " | " + digits(found->ram) + " |";
    }
    text += "\n";
  }
  return text;
}

Result<std::vector<BoardSizes>> measure_boards(const Path& program_folder, FileSystem& files) {
  std::vector<BoardSizes> boards;
  for (const std::string& name : known_boards(files, program_folder)) {
    TRY(Board board, find_board(files, program_folder, name));
    BoardSizes sizes{std::move(board), {}};
    for (const std::string& program : programs_of(sizes.board)) {
      if (std::ranges::find(kPrograms, program) == kPrograms.end()) continue;
      TRY(BuiltProgram built, measure_program(sizes.board, program, std::filesystem::current_path(), files));
      sizes.programs.push_back(std::move(built));
    }
    boards.push_back(std::move(sizes));
  }
  return boards;
}

Result<void> write_table(FileSystem& files, const Path& page, const std::string& text) {
  std::fputs(text.c_str(), stdout);
  TRY(const std::string before, files.read_text(page));
  TRY(const std::string after, with_text_between_marks(before, "bench_sizes", text, page));
  return files.write(page, view_of(after), Access::everyone);
}

Result<void> run(const Path& program_folder, const Path& boards_page, const Path& parts_page) {
  DiskFileSystem files;
  TRY(const std::vector<BoardSizes> boards, measure_boards(program_folder, files));
  TRY_DO(write_table(files, boards_page, table_of_boards(boards)));
  return write_table(files, parts_page, table_of_parts(boards, "agent_net") + "\n" + table_of_parts(boards, "agent"));
}

}  // namespace
}  // namespace mote::bench

int main(int count, char** words) {
  if (count != 4) {
    std::fprintf(stderr, "usage: bench_sizes BUILD BOARDS_PAGE PARTS_PAGE\n");
    return 2;
  }
  const mote::Result<void> result = mote::bench::run(words[1], words[2], words[3]);
  if (!result.ok()) std::fprintf(stderr, "bench_sizes: %s\n", result.error().line().c_str());
  return result.ok() ? 0 : 1;
}
