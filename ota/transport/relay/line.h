// One connection through the relay: plain MQTT from a Unix socket of this process on one side, TLS to the broker on the other.
//
//     dialling ─► handshaking ─► ready ─► open ─► closed
//     (TCP)       (TLS)          (the Unix socket waits)
//
// Runs on the relay's thread alone; what the owner of the connection may see is in LineShared.
#pragma once

#include <poll.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>

#include "ota/transport/relay/framing.h"
#include "ota/transport/relay/sockets.h"
#include "ota/transport/relay/tls.h"

namespace mote {

enum class LineState { connecting, ready, closed };

// Between the owner's thread and the relay's.
struct LineShared {
  std::mutex mutex;
  std::condition_variable changed;
  LineState state = LineState::connecting;
  std::string trouble;  // why it is closed
  std::atomic<bool> close_wanted = false;
};

class Line {
 public:
  Line(std::shared_ptr<LineShared> shared, std::shared_ptr<TlsIdentity> identity, std::vector<SocketAddress> addresses,
       std::string broker, Path socket, int64_t deadline_ms)
      : shared_(std::move(shared)),
        identity_(std::move(identity)),
        addresses_(std::move(addresses)),
        broker_(std::move(broker)),
        socket_(std::move(socket)),
        deadline_ms_(deadline_ms) {}
  ~Line();

  void start() { dial(); }
  // Adds what the line waits for.
  void want(std::vector<pollfd>& waited) const;
  // True when bytes are at hand that no descriptor will announce.
  bool in_haste() const { return in_haste_; }
  void step(int64_t now_ms);
  bool closed() const { return at_ == At::closed; }

 private:
  enum class At { dialling, handshaking, ready, open, closed };

  // Bytes under way in one direction; refilled when empty, so that a slow reader slows its writer.
  struct Pipe {
    std::array<uint8_t, 8192> bytes;
    size_t begin = 0, end = 0;
    bool empty() const { return begin == end; }
    ByteView view() const { return ByteView(bytes).subspan(begin, end - begin); }
  };

  void dial();
  void handshake();
  void accept();
  bool move_up();  // from libmosquitto to the broker; true when something moved
  bool move_down();
  void close(const std::string& why);

  std::shared_ptr<LineShared> shared_;
  std::shared_ptr<TlsIdentity> identity_;
  std::vector<SocketAddress> addresses_;
  size_t next_address_ = 0;
  std::string broker_;
  Path socket_;
  int64_t deadline_ms_;
  At at_ = At::dialling;
  bool in_haste_ = false;
  Descriptor listener_, local_, remote_;
  std::unique_ptr<TlsStream> tls_;
  Framing up_check_{Direction::to_broker}, down_check_{Direction::from_broker};
  Pipe up_, down_;
};

}  // namespace mote
