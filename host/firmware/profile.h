// What one inference takes on a board: instructions, exactly, by operator too, stack, and the arena over time.
#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "host/firmware/bench.h"
#include "quantize/read/arena_map.h"

namespace mote {

struct OperatorCount {
  size_t node = 0;
  std::string name;  // of the operator
  bool packed = false;
  uint32_t stage = 0;
  uint64_t instructions = 0;  // of its kernel, over all rows
  uint32_t bytes_alive = 0;   // of the arena, while its stage runs
};

struct Profile {
  std::string board, model;
  BoardCounts counts;
  std::vector<OperatorCount> operators;  // that mote_run runs, in their order; empty where the board had no room to count them
  std::vector<ArenaPiece> arena;
  uint32_t arena_bytes = 0, stages = 0;
};

// Runs `run` with counting; without inputs, on one that is random and always the same.
Result<Profile> profile(BoardRun run, FileSystem& files, const Path& program_folder);

std::string to_text(const Profile& profile);
Json to_json(const Profile& profile);
// Two panels: instructions by operator, and the arena over the stages.
std::string to_svg(const Profile& profile);

}  // namespace mote
