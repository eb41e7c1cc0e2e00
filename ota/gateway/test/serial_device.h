// The device's end of a serial link in a test: listens on a Unix socket as an emulator does, and speaks frames.
#pragma once

#include <poll.h>
#include <unistd.h>

#include <deque>
#include <stdexcept>

#include "device/format/channels.h"
#include "device/link/link.h"
#include "ota/transport/relay/sockets.h"

namespace mote {

class SerialDevice {
 public:
  struct Heard {
    FrameType type;
    Bytes payload;
  };

  explicit SerialDevice(Path path) : path_(std::move(path)), arriving_(kFrameReaderBytes) { listen(); }

  void listen() {
    ::unlink(path_.c_str());
    listener_ = listen_at(path_).value();
    frame_reader_init(&reader_, arriving_.data(), arriving_.size());
  }
  void vanish() { listener_.reset(), end_.reset(), ::unlink(path_.c_str()); }  // as an emulator that is stopped
  bool attached() const { return end_.open(); }

  void send(FrameType type, ByteView payload) {
    Bytes frame(frame_bytes_at_most(payload.size()));
    frame.resize(frame_encode(type, next_sequence_++, payload.data(), payload.size(), frame.data()));
    send_raw(frame);
  }
  void send_raw(ByteView bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(end_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return;
      bytes = bytes.subspan(static_cast<size_t>(sent));
    }
  }
  void hello(const std::string& id) { send(FrameType::hello, view_of(id)); }
  void message(Channel channel, std::string_view text) {
    Bytes payload(1, static_cast<uint8_t>(channel));
    append(payload, view_of(text));
    send(FrameType::message, payload);
  }

  // Takes what has come; `heard` grows.
  void step() {
    if (!end_.open() && listener_.open()) end_ = accept_own(listener_);
    if (!end_.open() || deaf) return;
    uint8_t bytes[4096];
    for (;;) {
      const ssize_t count = ::recv(end_.get(), bytes, sizeof bytes, 0);
      if (count == 0) end_.reset();
      if (count <= 0) return;
      for (ssize_t i = 0; i < count; ++i) {
        Frame frame;
        if (frame_reader_take(&reader_, bytes[i], &frame))
          heard.push_back({frame.type, {frame.payload, frame.payload + frame.count}});
      }
    }
  }
  size_t count(FrameType type) const {
    size_t found = 0;
    for (const Heard& one : heard) found += one.type == type;
    return found;
  }

  std::deque<Heard> heard;
  bool deaf = false;  // takes nothing off the wire

 private:
  Path path_;
  Bytes arriving_;
  FrameReader reader_;
  uint8_t next_sequence_ = 0;
  Descriptor listener_, end_;
};

}  // namespace mote
