// Where the second half of the demo plays: a workspace, a broker, simulated devices, one emulated board behind a gateway, and a
// collector, all of them stopped with it.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "host/demo/attacks.h"
#include "host/demo/board_feed.h"
#include "host/fleet/collector.h"
#include "host/fleet/drift_report.h"
#include "host/report/svg.h"
#include "host/simulate/fleet.h"
#include "ota/broker/broker.h"
#include "ota/rollout/store.h"
#include "ota/transport/mqtt.h"
#include "ota/trust/root.h"

namespace mote::demo {

constexpr const char* kDeviceClass = "vibration";
constexpr const char* kBoardId = "board-m4";

struct StageOptions {
  Path folder;                 // of the demo: the workspace is made below it
  uint64_t seed = 1;           // of the machines that the devices sit on
  uint32_t devices = 20;       // simulated ones
  uint32_t first_machine = 0;  // machines below this number belong to training
  Path program_folder;
  std::function<void(const std::string&)> tell;
};

class Stage {
 public:
  // Makes the keys, starts the broker, enrols the devices, switches them on, and starts collecting.
  static Result<std::unique_ptr<Stage>> set(const StageOptions& options, FileSystem& files, const Clock& clock,
                                            const std::atomic<bool>& stop);
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  const TrustRoot& root() const { return root_; }
  const Signers& image() const { return image_; }
  const std::vector<EnrolledDevice>& devices() const { return enrolled_; }
  const Workspace& workspace() const { return workspace_; }

  // Hands `bundle` to two canaries and then to all. Appends what each device did, in seconds since the stage was set, to `spans`.
  Result<RolloutView> roll_out(const std::string& name, ByteView bundle, std::vector<report::Span>& spans, int colour);

  Result<AttackOutcome> attack(const Attack& attack);

  // Waits until the reports that are stored hold `windows` windows of `release` for every device; returns the least there was.
  Result<uint32_t> wait_for_windows(uint32_t release, uint32_t windows);

  // From now on the sensor of `device` differs by half a healthy standard deviation.
  Result<void> inject(const std::string& device, DriftKind kind);

  // What the stored reports say about drift.
  Result<fleet::DriftReport> drift();
  const fleet::Collected& collected() const { return collector_->collected(); }

 private:
  Stage(const StageOptions& options, FileSystem& files, const Clock& clock, const std::atomic<bool>& stop);
  Result<void> enrol_all();
  Result<void> switch_on();
  Result<void> switch_on_board();
  Result<void> start_collecting();
  Result<std::unique_ptr<MqttConnection>> connect(HostProgram program);
  Result<void> check_collector() const;
  WindowSource source_of(size_t device, DriftKind kind, uint64_t from_window) const;
  double seconds() const { return static_cast<double>(clock_.steady_ms() - begun_ms_) / 1000; }

  StageOptions options_;
  FileSystem& files_;
  const Clock& clock_;
  const std::atomic<bool>& stop_;
  int64_t begun_ms_ = 0;

  Workspace workspace_;
  TrustRoot root_;
  Signers image_, director_;
  std::unique_ptr<BrokerProcess> broker_;
  std::shared_ptr<Relay> relay_;
  std::unique_ptr<Database> database_, collected_database_;
  std::unique_ptr<Devices> registry_, collected_registry_;
  std::unique_ptr<RolloutStore> rollouts_;
  std::unique_ptr<fleet::FleetStore> reports_, collected_reports_;
  std::vector<EnrolledDevice> enrolled_;

  SimulatedFleet simulated_;
  std::unique_ptr<BoardFeed> board_;

  std::unique_ptr<MqttConnection> collector_connection_;
  std::unique_ptr<fleet::Collector> collector_;
  std::optional<Error> collector_error_;
  std::atomic<bool> collector_stop_{false}, collector_failed_{false};
  std::thread collector_thread_;
};

}  // namespace mote::demo
