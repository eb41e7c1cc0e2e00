// An emulated board and the other end of its serial link.
#pragma once

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <functional>

#include "device/format/channels.h"
#include "device/link/link.h"
#include "host/firmware/emulator.h"

namespace mote::test {

struct LinkFrame {
  FrameType type;
  uint8_t sequence;
  Bytes payload;

  std::string text() const { return std::string(text_of(payload)); }
  bool is(Channel channel) const {
    return type == FrameType::message && !payload.empty() && payload[0] == static_cast<uint8_t>(channel);
  }
  ByteView message() const { return ByteView(payload).subspan(1); }
};

class LinkedBoard {
 public:
  explicit LinkedBoard(EmulatedBoard board) : board_(std::move(board)), buffer_(kFrameReaderBytes) { reset_reader(); }
  ~LinkedBoard() { disconnect(); }
  LinkedBoard(const LinkedBoard&) = delete;

  EmulatedBoard& board() { return board_; }
  const EmulatedBoard& board() const { return board_; }

  // Starts the board anew and joins its link.
  bool start() {
    disconnect();
    if (!board_.restart().ok()) return false;
    reset_reader();
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = std::filesystem::absolute(board_.options().socket);
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    socket_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    for (int attempt = 0; attempt < 200; ++attempt) {
      if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return true;
      ::usleep(5000);
    }
    return false;
  }

  void disconnect() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }

  bool send_bytes(ByteView bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes = bytes.subspan(static_cast<size_t>(sent));
    }
    return true;
  }
  bool send(FrameType type, ByteView payload = {}) { return send_bytes(encode(type, payload)); }
  bool send(Channel channel, ByteView message) {
    Bytes payload = {static_cast<uint8_t>(channel)};
    append(payload, message);
    return send(FrameType::message, payload);
  }
  Bytes encode(FrameType type, ByteView payload) {
    Bytes frame(frame_bytes_at_most(payload.size()));
    frame.resize(frame_encode(type, sequence_++, payload.data(), payload.size(), frame.data()));
    return frame;
  }

  // Up to and without the next newline, for programs that speak plain text.
  std::optional<std::string> line(std::chrono::milliseconds patience = std::chrono::seconds(20)) {
    std::string text;
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < deadline) {
      const std::optional<uint8_t> byte = receive();
      if (byte == '\n') return text;
      if (byte) text += static_cast<char>(*byte);
    }
    return std::nullopt;
  }

  // The first frame that `wanted` accepts, out of those that come within `patience`.
  std::optional<LinkFrame> wait_for(const std::function<bool(const LinkFrame&)>& wanted,
                                    std::chrono::milliseconds patience = std::chrono::seconds(20)) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < deadline) {
      const std::optional<uint8_t> byte = receive();
      Frame frame;
      if (!byte || !frame_reader_take(&reader_, *byte, &frame)) continue;
      LinkFrame whole{frame.type, frame.sequence, Bytes(frame.payload, frame.payload + frame.count)};
      if (wanted(whole)) return whole;
    }
    return std::nullopt;
  }
  std::optional<LinkFrame> wait_for(FrameType type, std::chrono::milliseconds patience = std::chrono::seconds(20)) {
    return wait_for([type](const LinkFrame& frame) { return frame.type == type; }, patience);
  }

  uint32_t dropped() const { return reader_.dropped; }

 private:
  std::optional<uint8_t> receive() {
    uint8_t byte;
    pollfd waiting{socket_, POLLIN, 0};
    if (::poll(&waiting, 1, 20) <= 0 || ::recv(socket_, &byte, 1, 0) != 1) return std::nullopt;
    return byte;
  }
  void reset_reader() { frame_reader_init(&reader_, buffer_.data(), buffer_.size()); }

  EmulatedBoard board_;
  Bytes buffer_;
  FrameReader reader_{};
  uint8_t sequence_ = 0;
  int socket_ = -1;
};

}  // namespace mote::test
