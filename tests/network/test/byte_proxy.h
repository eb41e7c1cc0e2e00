// Stands between devices and a broker on loopback, carries bytes, and at random places in the stream, also in the middle of a
// message, stands still for a while or breaks the connection with a reset.
#pragma once

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <list>
#include <stdexcept>
#include <thread>

#include "base/clock.h"
#include "base/random.h"
#include "ota/transport/relay/sockets.h"

namespace mote {

struct ProxyFaults {
  uint64_t seed = 1;
  int resets = 0, stalls = 0;  // in all; afterwards it only carries
  int64_t stall_ms = 0;
  uint64_t least_bytes = 1, most_bytes = 1;  // of one connection between two faults
};

class ByteProxy {
 public:
  ByteProxy(uint16_t broker, const ProxyFaults& faults) : broker_(broker), faults_(faults), random_(faults.seed) {
    port_ = free_port(0).value();
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener_ = Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int yes = 1;
    ::setsockopt(listener_.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_.get(), 64) != 0)
      throw std::runtime_error("the proxy cannot listen");
    thread_ = std::thread([this] { run(); });
  }
  ~ByteProxy() {
    stop_ = true;
    thread_.join();
  }

  uint16_t port() const { return port_; }
  int resets() const { return resets_; }
  int stalls() const { return stalls_; }
  uint64_t carried() const { return carried_; }

 private:
  struct Pair {
    Descriptor ends[2];  // of the device, of the broker
    uint64_t until_fault = 0;
    int64_t still_until_ms = 0;
    bool closed = false;
  };

  uint64_t draw() { return faults_.least_bytes + random_.below(faults_.most_bytes - faults_.least_bytes + 1); }

  void run() {
    while (!stop_) {
      std::vector<pollfd> waited = {{listener_.get(), POLLIN, 0}};
      for (const Pair& pair : pairs_)
        for (const Descriptor& end : pair.ends)
          waited.push_back({end.get(), static_cast<short>(clock_.steady_ms() < pair.still_until_ms ? 0 : POLLIN), 0});
      ::poll(waited.data(), waited.size(), 5);
      if (waited[0].revents != 0) take();
      size_t at = 1;
      for (Pair& pair : pairs_) {
        if (at + 1 >= waited.size()) break;  // it has just come
        for (int from = 0; from < 2; ++from, ++at)
          if (waited[at].revents != 0 && !pair.closed) carry(pair, from);
      }
      pairs_.remove_if([](const Pair& pair) { return pair.closed; });
    }
  }

  void take() {
    Pair pair;
    pair.ends[0] = Descriptor(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    Result<Descriptor> broker = begin_connect(resolve("127.0.0.1", broker_).value().front());
    if (!pair.ends[0].open() || !broker.ok()) return;
    pair.ends[1] = std::move(broker).value();
    pollfd ready{pair.ends[1].get(), POLLOUT, 0};
    if (::poll(&ready, 1, 1000) != 1 || connect_error(pair.ends[1]) != 0) return;  // no broker: closed, as it would be
    pair.until_fault = draw();
    pairs_.push_back(std::move(pair));
  }

  void carry(Pair& pair, int from) {
    uint8_t bytes[4096];
    const bool more_faults = resets_ < faults_.resets || stalls_ < faults_.stalls;
    const size_t most = more_faults ? std::min<uint64_t>(sizeof bytes, pair.until_fault) : sizeof bytes;
    const ssize_t count = ::recv(pair.ends[from].get(), bytes, most, MSG_DONTWAIT);
    if (count < 0 && errno == EAGAIN) return;
    if (count <= 0 || !send_all(pair.ends[1 - from].get(), bytes, static_cast<size_t>(count))) {
      pair.closed = true;
      return;
    }
    carried_ += static_cast<uint64_t>(count);
    if (!more_faults) return;
    pair.until_fault -= static_cast<uint64_t>(count);
    if (pair.until_fault == 0) fault(pair);
  }

  void fault(Pair& pair) {
    pair.until_fault = draw();
    const auto resets_left = static_cast<uint64_t>(faults_.resets - resets_);
    const auto stalls_left = static_cast<uint64_t>(faults_.stalls - stalls_);
    if (random_.below(resets_left + stalls_left) < stalls_left) {
      ++stalls_;
      pair.still_until_ms = clock_.steady_ms() + faults_.stall_ms;
      return;
    }
    ++resets_;
    const linger at_once{1, 0};  // a reset instead of an orderly end
    for (const Descriptor& end : pair.ends) ::setsockopt(end.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    pair.closed = true;
  }

  static bool send_all(int to, const uint8_t* bytes, size_t count) {
    while (count > 0) {
      pollfd ready{to, POLLOUT, 0};
      if (::poll(&ready, 1, 1000) != 1) return false;
      const ssize_t sent = ::send(to, bytes, count, MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes += sent, count -= static_cast<size_t>(sent);
    }
    return true;
  }

  uint16_t broker_, port_ = 0;
  ProxyFaults faults_;
  Random random_;
  SystemClock clock_;
  Descriptor listener_;
  std::list<Pair> pairs_;
  std::atomic<bool> stop_{false};
  std::atomic<int> resets_{0}, stalls_{0};
  std::atomic<uint64_t> carried_{0};
  std::thread thread_;
};

}  // namespace mote
