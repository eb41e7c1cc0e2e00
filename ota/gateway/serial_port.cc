// Sockets and ttys, made alike.
#include "ota/gateway/serial_port.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace mote {
namespace {

struct Speed {
  int baud;
  speed_t code;
};
constexpr Speed kSpeeds[] = {{9600, B9600},     {19200, B19200},   {38400, B38400},   {57600, B57600},    {115200, B115200},
                             {230400, B230400}, {460800, B460800}, {921600, B921600}, {1000000, B1000000}};

// What a socket may hold on its way to an emulator, which takes a byte at a time: with the kernel's own choice, a message waits
// behind seconds of sensor windows.
constexpr int kSocketBytes = 4096;

Error serial_problem(const Path& path, const std::string& what, const std::string& todo = "") {
  return Error{.cause = Cause::failed, .what = what, .where = path.string(), .todo = todo};
}

Result<Descriptor> open_tty(const Path& path, int baud) {
  const Speed* speed = nullptr;
  for (const Speed& known : kSpeeds)
    if (known.baud == baud) speed = &known;
  if (speed == nullptr)
    return Error{.cause = Cause::usage, .what = "no speed of a serial port", .where = std::to_string(baud), .todo = "try 115200"};
  Descriptor tty(::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  termios settings{};
  if (!tty.open()) return serial_problem(path, std::string("cannot be opened: ") + std::strerror(errno));
  if (::tcgetattr(tty.get(), &settings) != 0) return serial_problem(path, "is no serial port");
  ::cfmakeraw(&settings);
  settings.c_cflag |= CLOCAL | CREAD;
  ::cfsetspeed(&settings, speed->code);
  if (::tcsetattr(tty.get(), TCSANOW, &settings) != 0)
    return serial_problem(path, std::string("cannot be set up: ") + std::strerror(errno));
  return tty;
}

PortResult result_of(ssize_t moved, size_t* count) {
  *count = moved > 0 ? static_cast<size_t>(moved) : 0;
  if (moved > 0) return PortResult::done;
  return moved < 0 && (errno == EAGAIN || errno == EINTR) ? PortResult::later : PortResult::closed;
}

}  // namespace

Result<SerialPort> SerialPort::open(const Path& path, int baud) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0)
    return serial_problem(path, std::strerror(errno), "name the serial port, or the socket of an emulator that runs");
  if (S_ISSOCK(status.st_mode)) {
    TRY(Descriptor end, connect_to(path));
    ::setsockopt(end.get(), SOL_SOCKET, SO_SNDBUF, &kSocketBytes, sizeof kSocketBytes);
    return SerialPort(std::move(end));
  }
  if (!S_ISCHR(status.st_mode)) return serial_problem(path, "is neither a serial port nor a socket");
  TRY(Descriptor end, open_tty(path, baud));
  return SerialPort(std::move(end));
}

PortResult SerialPort::read(std::span<uint8_t> to, size_t* count) {
  return result_of(::read(end_.get(), to.data(), to.size()), count);
}

PortResult SerialPort::write(ByteView bytes, size_t* count) {
  // As a socket first, for its flag that a closed one raises no signal; a tty has no such signal.
  const ssize_t sent = ::send(end_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent >= 0 || errno != ENOTSOCK) return result_of(sent, count);
  return result_of(::write(end_.get(), bytes.data(), bytes.size()), count);
}

}  // namespace mote
