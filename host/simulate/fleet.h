// Many simulated devices in one process, on a thread of their own.
//
//     SimulatedFleet fleet;
//     for (...) TRY_DO(fleet.add(setup, dial, clock));
//     fleet.start();
//     ...
//     for (const DeviceStats& stats : fleet.stats()) ...
#pragma once

#include <atomic>
#include <mutex>
#include <thread>

#include "base/json_fwd.h"
#include "base/result.h"
#include "host/simulate/device.h"

namespace mote {

class SimulatedFleet {
 public:
  SimulatedFleet() = default;
  ~SimulatedFleet() { stop(); }
  SimulatedFleet(const SimulatedFleet&) = delete;
  SimulatedFleet& operator=(const SimulatedFleet&) = delete;

  // Before or after start(). `clock` outlives the fleet.
  Result<void> add(const SimulatedDeviceSetup& setup, Dial dial, const Clock& clock);

  void start();  // the devices run until stop()
  void stop();   // they stay, and can be started again
  void step();   // one round by hand, while not started: for tests with a clock of their own

  std::vector<DeviceStats> stats() const;
  size_t size() const;

  // Runs with the devices held still.
  void with_devices(const std::function<void(std::vector<std::unique_ptr<SimulatedDevice>>&)>& work);
  Result<void> power_cycle(const std::string& id);
  void limit_windows(uint64_t limit);  // of every device

 private:
  void run();

  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<SimulatedDevice>> devices_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

// What `mote simulate` prints at its end.
struct FleetStats {
  std::vector<DeviceStats> devices;
};
std::string to_text(const FleetStats& stats);
Json to_json(const FleetStats& stats);

}  // namespace mote
