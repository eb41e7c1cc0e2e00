// A child process that does not outlive its owner.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <vector>

#include "base/file_system.h"
#include "base/result.h"

namespace mote {

struct ProcessOptions {
  Path output;  // stdout and stderr go here, appended; empty: /dev/null
};

// Stopped by its process id: by stop(), by the destructor, and by the kernel when the owner dies (PR_SET_PDEATHSIG; so start it
// from a thread that lives as long as it does).
class Process {
 public:
  static Result<Process> start(const std::vector<std::string>& command, const ProcessOptions& options = {});

  Process() = default;
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process();

  pid_t id() const { return id_; }
  bool running();
  int exit_code() const { return exit_code_; }  // once it runs no more; 128 + signal when a signal ended it
  // SIGTERM, then SIGKILL when it has not ended after `patience`.
  void stop(std::chrono::milliseconds patience = std::chrono::seconds(3));
  void kill();  // SIGKILL at once
  // False when it is still running after `patience`.
  bool wait(std::chrono::milliseconds patience);

 private:
  pid_t id_ = -1;
  int exit_code_ = -1;
};

}  // namespace mote
