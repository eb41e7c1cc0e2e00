// Real firmware on an emulated board with a serial link, which lives as long as its flash file.
#pragma once

#include <string>

#include "base/bytes.h"
#include "base/process.h"
#include "host/firmware/board.h"

namespace mote {

// A board with flash that outlives the process and with its serial link on a Unix socket that it listens on.
// Stopped with its owner (base/process.h).
class EmulatedBoard {
 public:
  struct Options {
    std::string board = "mps2-an386";
    std::string program = "agent";
    bool wait = false;     // the core starts only once someone has joined the link, who then misses nothing
    Path flash;            // the flash's content; made, erased, where it is missing. Not for boards without flash
    Path model;            // put where programs find their model at every reset; empty: none, it is in the flash
    bool network = false;  // the board's Ethernet, joined to this machine: its loopback is 10.0.2.2 there
    bool count = false;    // an instruction takes a nanosecond of the board's time, whose counters then count instructions
    bool blank = false;    // no program in it: the core stands still until a debugger, at debugger_socket(), has put one there
    Path socket;           // of the serial link; at most 103 characters
    Path log;              // what the emulator says; empty: nowhere
  };

  static Result<EmulatedBoard> prepare(const Options& options, FileSystem& files, const Path& program_folder);

  // Writes `identity` (device/port/identity.h) into the flash's identity sector. The board must not be running.
  Result<void> provision(ByteView identity);

  // Writes `network` (device/port/network.h) into its sector, and erases the seeds that were there before. The same holds.
  Result<void> provision_network(ByteView network);

  Result<void> start();    // returns when the socket is there
  void stop();             // as a power cut: the core does not get to do anything; the flash stays
  Result<void> restart();  // stop and start

  bool running() { return process_.running(); }
  pid_t id() const { return process_.id(); }
  const Options& options() const { return options_; }
  Path debugger_socket() const;  // a gdb server, of a board that is blank or whose flash is not in memory
  const Board& board() const { return board_; }

 private:
  bool carries_flash() const;  // into the emulated machine at the start, and out of it at the end
  size_t flash_file_bytes() const;
  Result<void> check_flash_file() const;
  Result<void> carry_in();
  Result<void> carry_out();
  Result<void> wait_for(const Path& socket);
  Result<void> put(uint32_t offset, ByteView bytes, uint32_t area_bytes);
  EmulatedBoard(Options options, Board board, FileSystem& files)
      : options_(std::move(options)), board_(std::move(board)), files_(&files) {}

  Options options_;
  Board board_;
  FileSystem* files_;
  Process process_;
  Result<void> carried_;  // out of the machine, at the last stop; the next start reports what went wrong
};

}  // namespace mote
