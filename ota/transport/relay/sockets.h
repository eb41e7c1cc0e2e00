// The few calls on sockets that the relay needs; none of them blocks but the look-up of a name.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <utility>
#include <vector>

#include "base/file_system.h"

namespace mote {

// A file descriptor that is closed with its owner.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      reset();
      number_ = std::exchange(other.number_, -1);
    }
    return *this;
  }
  ~Descriptor() { reset(); }

  int get() const { return number_; }
  bool open() const { return number_ >= 0; }
  void reset();

 private:
  int number_ = -1;
};

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t bytes = 0;
};

// All addresses of a host, in the order of the system's preference. Asks a name server where the host is a name.
Result<std::vector<SocketAddress>> resolve(const std::string& host, uint16_t port);

// Begins to connect; the descriptor becomes writable when that has ended, and connect_error() says how.
Result<Descriptor> begin_connect(const SocketAddress& address);
int connect_error(const Descriptor& socket);  // an errno, 0: connected

// A Unix socket that takes one connection. The path has at most 107 characters.
Result<Descriptor> listen_at(const Path& path);
Result<Descriptor> connect_to(const Path& path);

// The waiting connection, when there is one and it comes from this very process; otherwise it is closed and -1.
Descriptor accept_own(const Descriptor& listener);

// A port of 127.0.0.1 on which nobody listens at this moment. Refuses when `port` is not 0 and in use.
Result<uint16_t> free_port(uint16_t port);

}  // namespace mote
