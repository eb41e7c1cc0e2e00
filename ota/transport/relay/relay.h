// The relay between libmosquitto and brokers: owns TLS, and checks every frame before libmosquitto sees it.
//
// libmosquitto speaks plain MQTT over a Unix socket in a folder of mode 0700, to a process that must be this one. One thread
// serves all connections of a process; it never waits for one of them.
#pragma once

#include <chrono>
#include <memory>
#include <thread>

#include "base/clock.h"
#include "ota/transport/relay/line.h"

namespace mote {

// The owner's side of a line. Closes it when destroyed, which must be before its Relay is.
class RelayLine {
 public:
  ~RelayLine() { close(); }
  RelayLine(const RelayLine&) = delete;
  RelayLine& operator=(const RelayLine&) = delete;

  // Waits while it is connecting, at most for `patience`.
  LineState wait(std::chrono::milliseconds patience);
  // Why it closed: "127.0.0.1:8883: Connection refused". Empty while it is not.
  std::string trouble() const;
  // Where libmosquitto connects once the line is ready; one connection only.
  const Path& socket() const { return socket_; }
  void close();

 private:
  friend class Relay;
  RelayLine(std::shared_ptr<LineShared> shared, Path socket, int wake)
      : shared_(std::move(shared)), socket_(std::move(socket)), wake_(wake) {}
  std::shared_ptr<LineShared> shared_;
  Path socket_;
  int wake_;
};

class Relay {
 public:
  // Makes the folder below the system's folder for temporary files, and the thread.
  static Result<std::shared_ptr<Relay>> start(const Clock& clock);
  ~Relay();  // closes every line

  // Begins to connect. Looks the host up before it returns, and fails when it has no address.
  Result<std::unique_ptr<RelayLine>> open(const std::string& host, uint16_t port, std::shared_ptr<TlsIdentity> identity);

 private:
  Relay(const Clock& clock, Path folder, Descriptor wake);
  void run();
  void take_new_lines();

  const Clock& clock_;
  const Path folder_;
  const Descriptor wake_;
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;
  uint64_t opened_ = 0;
  std::vector<std::unique_ptr<Line>> arriving_;  // under mutex_
  std::vector<std::unique_ptr<Line>> lines_;     // of the thread
  std::thread thread_;
};

}  // namespace mote
