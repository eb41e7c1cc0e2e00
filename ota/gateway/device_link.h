// One serial link of a gateway: frames on one side, one MQTT connection in the name of the device on the other.
//
// It carries and changes nothing: what the device signed goes up as it came, what the host signed goes down as it came. Of what the
// device asks for it reads where chunks for many may come by. It holds
// the device's transport key and none of its report key, so that it can be silent for the device but not speak for it.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "device/format/channels.h"
#include "device/link/link.h"
#include "ota/gateway/serial_port.h"
#include "ota/transport/shared_chunks.h"

namespace mote {

// The words of a device go to a terminal: ASCII alone, a blank for every other byte, and no more than a line.
std::string printable(ByteView text);

struct LinkStatus {
  Path link;
  bool open = false;       // the serial port
  std::string device;      // who has said hello; empty: nobody yet
  bool connected = false;  // the device's connection to the broker
  uint64_t messages_up = 0, messages_down = 0, windows = 0;
  uint32_t broken_frames = 0, lost_frames = 0;  // from the device, by L4 and L6
  std::string trouble;                          // the last thing that went wrong, empty when nothing does at present
};

class DeviceLink {
 public:
  struct Surroundings {
    // A connection in the name of `device`, with its will; an error when the workspace has no certificate for it.
    std::function<Result<std::unique_ptr<Connection>>(const std::string& device)> connect;
    std::function<bool(const std::string& device)> is_free;                       // no other link serves it
    std::function<void(const std::string& device, const std::string& line)> log;  // what the device logs
  };

  DeviceLink(Path path, int baud, Surroundings surroundings, const Clock& clock);

  // Does all that can be done at once.
  void step();

  int descriptor() const { return port_ ? port_->descriptor() : -1; }
  short wants() const;  // events of poll(2)
  const LinkStatus& status() const { return status_; }

  // Puts one sensor window in the queue to the device; false when nobody is there or something else waits in the queue.
  bool send_window(ByteView window);

 private:
  struct Upward {
    Channel channel;
    Bytes bytes;
  };

  void open();
  void close(const std::string& why);
  void detach();
  void read();
  void write();
  void take(const Frame& frame);
  void take_hello(const std::string& device);
  void take_message(ByteView payload);
  void serve_connection();
  void send(FrameType type, ByteView payload);
  bool has_room() const;
  bool may_read() const;

  Path path_;
  int baud_;
  Surroundings surroundings_;
  const Clock& clock_;
  LinkStatus status_;

  std::optional<SerialPort> port_;
  int64_t open_again_ms_ = 0;
  Bytes arriving_;
  FrameReader reader_;
  std::optional<uint8_t> last_sequence_;

  Bytes leaving_;         // frames for the device that the port has not taken
  size_t left_ = 0;       // bytes of `leaving_` that it has
  int64_t moved_ms_ = 0;  // when it last took any
  uint8_t next_sequence_ = 0;

  std::unique_ptr<Connection> connection_;
  SharedChunks shared_;         // of the connection
  std::deque<Upward> upward_;  // for the broker
};

}  // namespace mote
