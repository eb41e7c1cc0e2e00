// Frames out of a serial port, and their text made harmless.
#include "host/firmware/console.h"

#include <poll.h>

#include <array>

#include "ota/gateway/device_link.h"

namespace mote {

Console::Console(SerialPort port, Say log, Say hello)
    : port_(std::move(port)), log_(std::move(log)), hello_(std::move(hello)), buffer_(kFrameReaderBytes) {
  frame_reader_init(&reader_, buffer_.data(), buffer_.size());
}

void Console::take(const Frame& frame) {
  const std::string text = printable({frame.payload, frame.count});
  if (frame.type == FrameType::log) {
    ++lines_;
    log_(text);
  } else if (frame.type == FrameType::hello && text != device_) {
    device_ = text;
    hello_(text);
  }
}

Result<void> Console::poll(std::chrono::milliseconds patience) {
  pollfd waiting{port_.descriptor(), POLLIN, 0};
  if (::poll(&waiting, 1, static_cast<int>(patience.count())) <= 0) return {};
  std::array<uint8_t, 4096> bytes;
  size_t count = 0;
  const PortResult result = port_.read(bytes, &count);
  for (size_t i = 0; i < count; ++i) {
    Frame frame;
    if (frame_reader_take(&reader_, bytes[i], &frame)) take(frame);
  }
  if (result != PortResult::closed) return {};
  return Error{.cause = Cause::failed, .what = "was closed at the other end", .where = "the serial link", .todo = ""};
}

}  // namespace mote
