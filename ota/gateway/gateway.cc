// One loop over all links of a gateway.
#include "ota/gateway/gateway.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

#include "ota/transport/mqtt.h"

namespace mote {
namespace {

using std::chrono::milliseconds;

constexpr size_t kMaxWindows = 8;
constexpr int64_t kBusyLookMs = 5;   // for messages from the broker, which no descriptor here announces
constexpr int64_t kIdleLookMs = 50;  // when no device is there
constexpr milliseconds kRunPatience{100};

}  // namespace

Gateway::Gateway(std::vector<Path> links, int baud, Connect connect, Log log, const Clock& clock)
    : wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (!log) log = [](const std::string&, const std::string&) {};
  const auto is_free = [this](const std::string& device) {
    return std::none_of(links_.begin(), links_.end(), [&](const auto& link) { return link->status().device == device; });
  };
  for (Path& link : links)
    links_.push_back(std::make_unique<DeviceLink>(std::move(link), baud, DeviceLink::Surroundings{connect, is_free, log}, clock));
  publish_status();
}

void Gateway::poll(milliseconds patience) {
  std::vector<pollfd> waited = {{wake_.get(), POLLIN, 0}};
  bool attached = false;
  for (const auto& link : links_) {
    attached = attached || !link->status().device.empty();
    if (link->descriptor() >= 0) waited.push_back({link->descriptor(), link->wants(), 0});
  }
  const int64_t wait = std::min<int64_t>(patience.count(), attached ? kBusyLookMs : kIdleLookMs);
  ::poll(waited.data(), waited.size(), static_cast<int>(wait));
  uint64_t rung = 0;
  [[maybe_unused]] const ssize_t drained = ::read(wake_.get(), &rung, sizeof rung);
  pass_windows();
  for (const auto& link : links_) link->step();
  publish_status();
}

void Gateway::run(const std::atomic<bool>& stop) {
  while (!stop) poll(kRunPatience);
}

bool Gateway::feed(const std::string& device, ByteView window) {
  const std::lock_guard lock(mutex_);
  const auto there = [&](const LinkStatus& link) { return link.device == device; };
  if (std::none_of(status_.begin(), status_.end(), there)) return false;
  std::deque<Bytes>& waiting = windows_[device];
  if (waiting.size() >= kMaxWindows) return false;
  waiting.emplace_back(window.begin(), window.end());
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t rung = ::write(wake_.get(), &one, sizeof one);
  return true;
}

std::vector<LinkStatus> Gateway::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

void Gateway::pass_windows() {
  const std::lock_guard lock(mutex_);
  std::map<std::string, std::deque<Bytes>> kept;  // windows for a device that has gone are old when it comes back
  for (const auto& link : links_) {
    const auto found = windows_.find(link->status().device);
    if (found == windows_.end()) continue;
    std::deque<Bytes>& waiting = found->second;
    while (!waiting.empty() && link->send_window(waiting.front())) waiting.pop_front();
    kept.insert(windows_.extract(found));
  }
  windows_ = std::move(kept);
}

void Gateway::publish_status() {
  const std::lock_guard lock(mutex_);
  status_.clear();
  for (const auto& link : links_) status_.push_back(link->status());
}

Gateway::Connect connect_over_mqtt(const Workspace& workspace, FileSystem& files, const BrokerAddress& broker,
                                   std::shared_ptr<Relay> relay, const Clock& clock) {
  return [workspace, &files, broker, relay, &clock](const std::string& device) -> Result<std::unique_ptr<Connection>> {
    TRY(Endpoint endpoint, device_endpoint(workspace, files, broker, device, /*boot=*/0));
    TRY(std::unique_ptr<MqttConnection> connection, MqttConnection::open(std::move(endpoint), relay, clock));
    return std::unique_ptr<Connection>(std::move(connection));
  };
}

}  // namespace mote
