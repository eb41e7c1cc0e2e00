// Children by fork and exec, watched by process id.
#include "base/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

namespace mote {
namespace {

// Runs in the child: between fork and exec only async-signal-safe calls are allowed.
[[noreturn]] void become(char* const* arguments, int output, int report, pid_t parent) {
  ::setpgid(0, 0);  // Ctrl-C is for the owner, who stops it in order
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(127);  // the owner died before prctl
  const int null = ::open("/dev/null", O_RDONLY);
  ::dup2(null, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execvp(arguments[0], arguments);
  const int problem = errno;
  if (::write(report, &problem, sizeof problem) < 0) ::_exit(126);
  ::_exit(127);
}

}  // namespace

Result<Process> Process::start(const std::vector<std::string>& command, const ProcessOptions& options) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);

  const std::string target = options.output.empty() ? "/dev/null" : options.output.string();
  const int output = ::open(target.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  int report[2] = {-1, -1};
  if (output < 0 || ::pipe2(report, O_CLOEXEC) != 0) {
    const Error error{.cause = Cause::failed,
                      .what = std::string("cannot be opened for output: ") + std::strerror(errno),
                      .where = target,
                      .todo = ""};
    if (output >= 0) ::close(output);
    return error;
  }
  const pid_t parent = ::getpid();
  const pid_t id = ::fork();
  if (id == 0) become(arguments.data(), output, report[1], parent);
  ::close(output);
  ::close(report[1]);
  int problem = 0;
  const bool failed = id < 0 || ::read(report[0], &problem, sizeof problem) == static_cast<ssize_t>(sizeof problem);
  ::close(report[0]);
  Process process;
  process.id_ = id;
  if (failed) {
    process.wait(std::chrono::seconds(1));
    return Error{.cause = Cause::failed,
                 .what = std::string("cannot be started: ") + std::strerror(problem),
                 .where = command.front(),
                 .todo = problem == ENOENT ? "install it: scripts/quickstart does" : ""};
  }
  return process;
}

Process::Process(Process&& other) noexcept : id_(std::exchange(other.id_, -1)), exit_code_(other.exit_code_) {}

Process& Process::operator=(Process&& other) noexcept {
  if (this != &other) {
    stop();
    id_ = std::exchange(other.id_, -1);
    exit_code_ = other.exit_code_;
  }
  return *this;
}

Process::~Process() { stop(); }

bool Process::running() {
  if (id_ < 0) return false;
  int status = 0;
  if (::waitpid(id_, &status, WNOHANG) == 0) return true;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  id_ = -1;
  return false;
}

bool Process::wait(std::chrono::milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (running()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

void Process::stop(std::chrono::milliseconds patience) {
  if (!running()) return;
  ::kill(id_, SIGTERM);
  if (!wait(patience)) kill();
}

void Process::kill() {
  if (!running()) return;
  ::kill(id_, SIGKILL);
  wait(std::chrono::seconds(5));
}

}  // namespace mote
