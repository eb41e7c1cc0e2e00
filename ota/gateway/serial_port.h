// One end of a serial link: a tty, or the Unix socket that stands for one in front of an emulator.
#pragma once

#include "base/file_system.h"
#include "ota/transport/relay/sockets.h"

namespace mote {

enum class PortResult { done, later, closed };

class SerialPort {
 public:
  // Connects to a socket, or opens a tty and makes it raw at `baud`. Nothing blocks afterwards.
  static Result<SerialPort> open(const Path& path, int baud);

  int descriptor() const { return end_.get(); }

  // `count` bytes were moved when done; at least one.
  PortResult read(std::span<uint8_t> to, size_t* count);
  PortResult write(ByteView bytes, size_t* count);

 private:
  explicit SerialPort(Descriptor end) : end_(std::move(end)) {}
  Descriptor end_;
};

}  // namespace mote
