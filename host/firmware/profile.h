// What one inference takes on a board: instructions, exactly, and stack.
#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "host/firmware/bench.h"

namespace mote {

struct OperatorCount {
  std::string name;  // of the operator
  uint64_t instructions = 0;
};

struct Profile {
  std::string board, model;
  BoardCounts counts;
  std::vector<OperatorCount> operators;  // the model's nodes in their order; empty where the firmware does not count them
};

// Runs `run` with counting; without inputs, on one that is random and always the same.
Result<Profile> profile(BoardRun run, FileSystem& files, const Path& program_folder);

std::string to_text(const Profile& profile);
Json to_json(const Profile& profile);

}  // namespace mote
