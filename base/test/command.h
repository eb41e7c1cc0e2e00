// Other programs in tests.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "base/process.h"

namespace mote {

// The exit code; -1 where the program cannot be started, or does not end within 20 seconds.
inline int run_command(const std::vector<std::string>& command) {
  Result<Process> process = Process::start(command);
  if (!process) return -1;
  process->wait(std::chrono::seconds(20));
  return process->exit_code();
}

inline bool has_openssl() { return run_command({"openssl", "version"}) == 0; }

}  // namespace mote
