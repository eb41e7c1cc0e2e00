// The loop over the devices, and what they have done in words and in JSON.
#include "host/simulate/fleet.h"

#include <cstdio>

#include "base/json.h"

namespace mote {
namespace {

constexpr auto kRest = std::chrono::milliseconds(1);  // between two rounds; what a device waits for has at least milliseconds

}  // namespace

Result<void> SimulatedFleet::add(const SimulatedDeviceSetup& setup, Dial dial, const Clock& clock) {
  TRY(std::unique_ptr<SimulatedDevice> device, SimulatedDevice::start(setup, std::move(dial), clock));
  const std::lock_guard lock(mutex_);
  devices_.push_back(std::move(device));
  return {};
}

void SimulatedFleet::start() {
  if (thread_.joinable()) return;
  stop_ = false;
  thread_ = std::thread([this] { run(); });
}

void SimulatedFleet::stop() {
  stop_ = true;
  if (thread_.joinable()) thread_.join();
  stop_ = false;
}

void SimulatedFleet::run() {
  while (!stop_) {
    step();
    std::this_thread::sleep_for(kRest);
  }
}

// The lock is given up between two devices, so that whoever asks for the stats need not wait for a whole round.
void SimulatedFleet::step() {
  for (size_t i = 0; !stop_; ++i) {
    const std::lock_guard lock(mutex_);
    if (i >= devices_.size()) return;
    devices_[i]->step(std::chrono::milliseconds(0));
  }
}

std::vector<DeviceStats> SimulatedFleet::stats() const {
  const std::lock_guard lock(mutex_);
  std::vector<DeviceStats> all;
  for (const auto& device : devices_) all.push_back(device->stats());
  return all;
}

size_t SimulatedFleet::size() const {
  const std::lock_guard lock(mutex_);
  return devices_.size();
}

void SimulatedFleet::with_devices(const std::function<void(std::vector<std::unique_ptr<SimulatedDevice>>&)>& work) {
  const std::lock_guard lock(mutex_);
  work(devices_);
}

Result<void> SimulatedFleet::power_cycle(const std::string& id) {
  const std::lock_guard lock(mutex_);
  for (const auto& device : devices_)
    if (device->id() == id) return device->power_cycle();
  return Error{.cause = Cause::usage, .what = "is not simulated here", .where = "device " + id, .todo = ""};
}

void SimulatedFleet::limit_windows(uint64_t limit) {
  const std::lock_guard lock(mutex_);
  for (const auto& device : devices_) device->limit_windows(limit);
}

std::string to_text(const FleetStats& stats) {
  std::string text = "device                           boot  release  phase        windows   inferred  unreported\n";
  for (const DeviceStats& device : stats.devices) {
    char line[192];
    std::snprintf(line, sizeof line, "%-31s %5u  %7u  %-11s %8llu   %8llu  %10llu", device.id.c_str(), device.boot,
                  device.release, name_of(device.phase), static_cast<unsigned long long>(device.windows),
                  static_cast<unsigned long long>(device.inferred), static_cast<unsigned long long>(device.unreported));
    text += line;
    for (const Refusal& refusal : device.refusals) text += std::string("  refused ") + mote_status_name(refusal.status);
    text += "\n";
  }
  return text;
}

Json to_json(const FleetStats& stats) {
  Json json = Json::array();
  for (const DeviceStats& device : stats.devices) {
    Json refusals = Json::array();
    for (const Refusal& refusal : device.refusals)
      refusals.push_back({{"sequence", refusal.sequence}, {"status", mote_status_name(refusal.status)}});
    json.push_back({{"device", device.id},
                    {"boot", device.boot},
                    {"release", device.release},
                    {"floor", device.floor},
                    {"phase", name_of(device.phase)},
                    {"status", mote_status_name(device.last_status)},
                    {"windows", device.windows},
                    {"inferred", device.inferred},
                    {"unreported", device.unreported},
                    {"blocks", device.blocks},
                    {"refusals", refusals}});
  }
  return json;
}

}  // namespace mote
