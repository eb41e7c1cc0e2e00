// `mote gateway`: devices on serial links take part as if they had a network (docs/spec/serial-link.md).
//
//     Gateway gateway({"/run/board.sock"}, 115200, connect_over_mqtt(workspace, files, broker, relay, clock), log, clock);
//     std::thread thread([&] { gateway.run(stop); });
//     gateway.feed("press-04", bytes_of(std::span(window)));   // from any thread
#pragma once

#include <atomic>
#include <map>
#include <mutex>

#include "base/file_system.h"
#include "base/json_fwd.h"
#include "base/result.h"
#include "ota/gateway/device_link.h"
#include "ota/transport/endpoint.h"
#include "ota/transport/relay/relay.h"

namespace mote {

class Gateway {
 public:
  using Connect = std::function<Result<std::unique_ptr<Connection>>(const std::string& device)>;
  using Log = std::function<void(const std::string& device, const std::string& line)>;

  // `log` runs on the thread that polls; may be empty.
  Gateway(std::vector<Path> links, int baud, Connect connect, Log log, const Clock& clock);

  // Carries what is there, for at most `patience`; closed links are opened again and again. From one thread.
  void poll(std::chrono::milliseconds patience);
  void run(const std::atomic<bool>& stop);

  // Queues one sensor window for a device. False when it has not said hello, or when eight windows wait already: come back
  // later. From any thread.
  bool feed(const std::string& device, ByteView window);

  // From any thread; as of the last poll.
  std::vector<LinkStatus> status() const;

 private:
  void pass_windows();
  void publish_status();

  std::vector<std::unique_ptr<DeviceLink>> links_;
  Descriptor wake_;
  mutable std::mutex mutex_;  // over what follows
  std::map<std::string, std::deque<Bytes>> windows_;
  std::vector<LinkStatus> status_;
};

// With the transport certificates of the workspace's devices. What is referred to must outlive the gateway.
Gateway::Connect connect_over_mqtt(const Workspace& workspace, FileSystem& files, const BrokerAddress& broker,
                                   std::shared_ptr<Relay> relay, const Clock& clock);

std::string to_text(const std::vector<LinkStatus>& links);
Json to_json(const std::vector<LinkStatus>& links);

}  // namespace mote
