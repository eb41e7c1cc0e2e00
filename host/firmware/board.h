// A board as the host sees it: where things lie, how large, and how to emulate it. Read from its board.toml (docs/porting.md).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "base/result.h"
#include "host/firmware/runner.h"

namespace mote {

struct Area {
  uint32_t origin = 0;
  uint32_t bytes = 0;
};

struct Board {
  std::string name;     // its folder below boards/
  std::string summary;  // one line for people
  Path folder;          // where board.toml and the programs lie

  Area code, ram;            // of programs
  uint32_t stack_bytes = 0;  // of the RAM
  Area model;                // where a program finds its model
  uint32_t arena_bytes = 0;
  uint32_t agent_arena_bytes = 0;            // of the program `agent`
  std::vector<std::string> agent_operators;  // as mote_add_device takes them; empty: all but those on int16

  uint32_t flash_bytes = 0;   // the region given to the updater, 0: there is none
  uint32_t flash_origin = 0;  // what follows are offsets from there
  uint32_t sector_bytes = 0;
  uint32_t program_bytes = 0;
  uint8_t erased = 0xFF;
  uint32_t identity = 0;  // one sector
  uint32_t journal = 0;   // two halves
  uint32_t journal_half_bytes = 0;
  uint32_t slots[2] = {0, 0};
  uint32_t slot_bytes = 0;
  bool networked = false;  // it has a network: what follows is of those
  uint32_t network = 0;    // one sector
  uint32_t seed = 0;       // two sectors

  Area bench_model, bench_arena;  // of the program `bench`
  uint32_t ticks_hz = 0;          // of the counter that it counts with

  std::string emulator;                // the program
  std::string machine;                 // what it calls this board
  std::vector<std::string> options;    // and is to be told besides
  std::string emulated_network;        // of -nic; empty: none
  uint32_t emulated_memory_bytes = 0;  // of the memory whose start is the flash, 0: it is some part of the emulated machine

  std::map<std::string, uint32_t> budget;  // "agent_code_bytes" and so on
  std::map<std::string, uint32_t> limits;  // of the agent, where they are not those of device/limits.h: "classes" and so on
  std::vector<Runner> runners;             // that can flash it

  Path program(const std::string& called) const { return folder / (called + ".elf"); }  // bench, minimal, agent, agent_net
};

// Firmware lies beside the program, in <program_folder>/firmware/<name>/, or, installed, in <program_folder>/../share/mote. Says
// what to do when it was not built.
Result<Board> find_board(FileSystem& files, const Path& program_folder, const std::string& name);

// From board.toml in `folder`, beside the programs.
Result<Board> read_board(FileSystem& files, const Path& folder, const std::string& name);

// The file of a board's program; says what to do when it was not built.
Result<Path> find_program(FileSystem& files, const Board& board, const std::string& called);

// Where the folders of all boards' programs are.
Path firmware_folder(FileSystem& files, const Path& program_folder);

// The names of those whose firmware was built, in order.
std::vector<std::string> known_boards(FileSystem& files, const Path& program_folder);

}  // namespace mote
