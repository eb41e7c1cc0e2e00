// Reads what a device says over its serial link: lines of log, and who it is (docs/spec/serial-link.md).
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "device/link/link.h"
#include "ota/gateway/serial_port.h"

namespace mote {

// Reads and never writes, so that it changes nothing of what the device does. It needs the link for itself: beside `mote gateway`
// each would get a part of the bytes.
class Console {
 public:
  using Say = std::function<void(const std::string& text)>;

  // `log` gets one line for each frame of log, `hello` the device when it is another than before; with nothing in it that a
  // terminal would obey.
  Console(SerialPort port, Say log, Say hello);

  // Waits for at most `patience` and reads what is there, 4 KiB at most. An error when the other end has closed.
  Result<void> poll(std::chrono::milliseconds patience);

  uint64_t lines() const { return lines_; }
  uint32_t broken_frames() const { return reader_.dropped; }

 private:
  void take(const Frame& frame);

  SerialPort port_;
  Say log_, hello_;
  Bytes buffer_;  // of the longest frame
  FrameReader reader_{};
  std::string device_;  // who said hello last
  uint64_t lines_ = 0;
};

}  // namespace mote
