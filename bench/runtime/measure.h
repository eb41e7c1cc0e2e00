// What one model takes on one board and on this machine, and what a peer takes for the same.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/file_system.h"
#include "base/result.h"
#include "device/model/container.h"

namespace mote::bench {

// Programs that measure another runtime; empty: without.
struct Peer {
  std::string count;  // BOARD MODEL INPUT: prints "instructions arena_bytes"
  std::string time;   // MODEL INPUT REPEATS: prints the best ns of one inference first
};

struct Subject {
  std::string name;
  Path model;    // .tflite
  Bytes inputs;  // at least one record
};

// The same with the profile small (device/mote_device.cmake).
struct SmallOnBoard {
  uint64_t instructions = 0;
  uint32_t flash_bytes = 0;
};

struct OnBoard {
  std::string board, target;
  uint32_t model_bytes = 0, arena_bytes = 0, stack_bytes = 0;
  uint32_t flash_bytes = 0;  // runtime and kernels, of the model's operators alone
  uint64_t instructions = 0, open_instructions = 0, bind_instructions = 0;
  std::optional<SmallOnBoard> small;  // where the board has bench_small
  bool equal = false;                 // to the portable model's outputs on this machine
  std::optional<uint64_t> peer_instructions;
  std::optional<uint64_t> peer_arena_bytes;
};

// Counts do not depend on the machine that emulates.
Result<OnBoard> measure_on_board(const Subject& subject, const std::string& board, Target target, const Peer& peer,
                                 FileSystem& files, const Path& programs);

struct OnHost {
  double best_ns = 0;
  std::optional<double> peer_best_ns;  // in turn with ours
};

// One thread's processor time, the best of many runs.
Result<OnHost> measure_on_host(const Subject& subject, const Peer& peer, FileSystem& files);

}  // namespace mote::bench
