// Setting the stage, and what happens on it.
#include "host/demo/stage.h"

#include <algorithm>
#include <map>

#include "device/port/identity.h"
#include "ota/devices/enrol.h"
#include "ota/rollout/begin.h"
#include "ota/rollout/controller.h"
#include "ota/transport/topics.h"
#include "ota/trust/ceremony.h"

namespace mote::demo {
namespace {

constexpr std::chrono::milliseconds kTurn{50};
constexpr int64_t kRolloutMs = 60'000, kWindowsMs = 180'000;
constexpr uint32_t kWindowPeriodMs = 20;  // of a simulated device
constexpr uint32_t kTrialWindows = 8;

std::string name_of_device(uint32_t index) { return "press-" + std::string(index < 9 ? "0" : "") + std::to_string(index + 1); }

Error interrupted() { return Error{.cause = Cause::failed, .what = "was interrupted", .where = "demo"}; }

}  // namespace

Stage::Stage(const StageOptions& options, FileSystem& files, const Clock& clock, const std::atomic<bool>& stop)
    : options_(options),
      files_(files),
      clock_(clock),
      stop_(stop),
      begun_ms_(clock.steady_ms()),
      workspace_{options.folder / ".mote"} {}

// Devices first, then those that listen to them, then the broker: members end in the reverse of their order.
Stage::~Stage() {
  board_.reset();
  simulated_.stop();
  collector_stop_ = true;
  if (collector_thread_.joinable()) collector_thread_.join();
}

Result<std::unique_ptr<Stage>> Stage::set(const StageOptions& options, FileSystem& files, const Clock& clock,
                                          const std::atomic<bool>& stop) {
  std::unique_ptr<Stage> stage(new Stage(options, files, clock, stop));
  TRY(stage->root_, init_keys(files, stage->workspace_));
  KeyRing ring(files, stage->workspace_, no_passphrase);
  TRY(stage->image_, ring.enough_signers(kImageRole, stage->root_));
  TRY(stage->director_, ring.enough_signers(kDirectorRole, stage->root_));
  TRY(BrokerProcess broker, BrokerProcess::up(stage->workspace_, files, clock, {}));
  stage->broker_ = std::make_unique<BrokerProcess>(std::move(broker));
  TRY(stage->relay_, Relay::start(clock));
  options.tell("broker on 127.0.0.1:" + std::to_string(stage->broker_->port()) + ", TLS, one certificate per device");
  TRY_DO(stage->enrol_all());
  TRY_DO(stage->start_collecting());
  TRY_DO(stage->switch_on());
  TRY_DO(stage->switch_on_board());
  return stage;
}

Result<void> Stage::enrol_all() {
  for (uint32_t i = 0; i <= options_.devices; ++i) {
    const std::string id = i < options_.devices ? name_of_device(i) : kBoardId;
    TRY(const EnrolledDevice device, enrol_device(id, kDeviceClass, "", workspace_, files_, clock_));
    enrolled_.push_back(device);
  }
  TRY(Database database, Database::open(workspace_.database()));
  database_ = std::make_unique<Database>(std::move(database));
  registry_ = std::make_unique<Devices>(*database_);
  rollouts_ = std::make_unique<RolloutStore>(*database_);
  reports_ = std::make_unique<fleet::FleetStore>(*database_);
  TRY_DO(rollouts_->prepare());
  TRY_DO(reports_->prepare());
  options_.tell("enrolled " + std::to_string(enrolled_.size()) + " devices, " + kBoardId + " among them");
  return {};
}

WindowSource Stage::source_of(size_t device, DriftKind kind, uint64_t from_window) const {
  const auto machine = options_.first_machine + static_cast<uint32_t>(device);
  return vibration_source(options_.seed, machine, {.kind = kind, .deviations = 0.5, .from_window = from_window});
}

Result<void> Stage::switch_on() {
  for (uint32_t i = 0; i < options_.devices; ++i) {
    const std::string id = enrolled_[i].id;
    SimulatedDeviceSetup setup{.flash_seed = options_.seed + i, .windows = source_of(i, DriftKind::none, 0)};
    setup.window_period_ms = kWindowPeriodMs;
    setup.pace = {.report_windows = 48, .report_ms = 2000, .resend_ms = 2000, .request_chunks = 16, .trial_ms = 30'000};
    TRY(setup.identity, files_.read(workspace_.device(id) / "identity.bin", kMaxIdentityBytes));
    const Dial dial = [this, id](uint32_t boot) -> Result<std::unique_ptr<Connection>> {
      TRY(Endpoint endpoint, device_endpoint(workspace_, files_, broker_->address(), id, boot));
      TRY(std::unique_ptr<MqttConnection> connection, MqttConnection::open(std::move(endpoint), relay_, clock_));
      return std::unique_ptr<Connection>(std::move(connection));
    };
    TRY_DO(simulated_.add(setup, dial, clock_));
  }
  simulated_.start();
  return {};
}

Result<void> Stage::switch_on_board() {
  TRY(board_, BoardFeed::start({.id = kBoardId,
                                .folder = options_.folder / "board",
                                .workspace = workspace_,
                                .broker = broker_->address(),
                                .program_folder = options_.program_folder},
                               source_of(options_.devices, DriftKind::none, 0), relay_, files_, clock_));
  options_.tell("switched on " + std::to_string(options_.devices) +
                " simulated devices and an emulated Cortex-M4F behind a gateway");
  return {};
}

Result<std::unique_ptr<MqttConnection>> Stage::connect(HostProgram program) {
  TRY(Endpoint endpoint, host_endpoint(workspace_, files_, broker_->address(), program));
  return MqttConnection::open(std::move(endpoint), relay_, clock_);
}

Result<void> Stage::start_collecting() {
  TRY(Database database, Database::open(workspace_.database()));
  collected_database_ = std::make_unique<Database>(std::move(database));
  collected_registry_ = std::make_unique<Devices>(*collected_database_);
  collected_reports_ = std::make_unique<fleet::FleetStore>(*collected_database_);
  TRY(collector_connection_, connect(HostProgram::collector));
  collector_ = std::make_unique<fleet::Collector>(*collected_reports_, *collected_registry_, *collector_connection_, clock_);
  TRY_DO(collector_->begin());
  collector_thread_ = std::thread([this] {
    while (!collector_stop_) {
      auto stepped = collector_->step(kTurn);
      if (stepped.ok()) continue;
      collector_error_ = std::move(stepped).error();
      collector_failed_ = true;
      return;
    }
  });
  return {};
}

Result<void> Stage::check_collector() const {
  if (stop_) return interrupted();
  if (collector_failed_) return *collector_error_;
  if (board_) return board_->check();
  return {};
}

Result<RolloutView> Stage::roll_out(const std::string& name, ByteView bundle, std::vector<report::Span>& spans, int colour) {
  TRY(const Bundle opened, open_bundle(bundle, root_, name));
  TRY_DO(reports_->register_model(opened.payloads.front(), name, opened.image.name, opened.image.release));
  TRY_DO(begin_rollout({.name = name,
                        .bundle = Bytes(bundle.begin(), bundle.end()),
                        .bundle_name = name,
                        .canary = "2",
                        .options = {.deadline_ms = kRolloutMs, .soak_ms = 500, .trial_windows = kTrialWindows}},
                       *rollouts_, *registry_, root_, clock_));
  TRY(const std::unique_ptr<MqttConnection> connection, connect(HostProgram::controller));
  TRY(Controller controller, Controller::open(name, {*rollouts_, *registry_, *connection, clock_, root_, director_}));
  std::map<std::string, double> offered;
  const auto note = [&] {
    for (const Member& member : controller.view().members) {
      if (member.state == MemberState::waiting) continue;
      const auto [begun, first] = offered.try_emplace(member.device, seconds());
      if (member.state != MemberState::confirmed || begun->second < 0) continue;
      spans.push_back({member.device, name + (member.stage == kCanaryStage ? ", canary" : ""), begun->second, seconds(), colour});
      begun->second = -1;
    }
  };
  while (!controller.ended()) {
    TRY_DO(check_collector());
    TRY_DO(controller.step(kTurn));
    note();
  }
  return controller.view();
}

Result<AttackOutcome> Stage::attack(const Attack& attack) {
  TRY(const std::unique_ptr<MqttConnection> connection, connect(HostProgram::controller));
  TRY_DO(connection->subscribe(filter_of(Channel::state)));
  const Handlers nothing{.message = [](const Message&) {}, .connected = [] {}, .disconnected = [] {}};
  const int64_t until = clock_.steady_ms() + kRolloutMs;
  while (!connection->connected() && clock_.steady_ms() < until) connection->poll(kTurn, nothing);
  return launch(attack, enrolled_, *connection, *rollouts_, director_, std::chrono::seconds(60));
}

Result<uint32_t> Stage::wait_for_windows(uint32_t release, uint32_t windows) {
  const int64_t until = clock_.steady_ms() + kWindowsMs;
  for (;;) {
    TRY_DO(check_collector());
    TRY(const std::vector<fleet::Installation> installations, reports_->installations());
    uint32_t least = installations.size() < enrolled_.size() ? 0 : UINT32_MAX;
    std::string last = "some device";
    for (const fleet::Installation& installation : installations) {
      TRY(const std::vector<fleet::StoredReport> stored, reports_->reports(installation));
      uint32_t count = 0;
      for (const fleet::StoredReport& report : stored) count += report.windows;
      if (installation.release != release) count = 0;
      if (count < least) least = count, last = installation.device;
    }
    if (least >= windows) return least;
    if (clock_.steady_ms() > until)
      return Error{.cause = Cause::failed,
                   .what = last + " reported " + std::to_string(least) + " of " + std::to_string(windows) + " windows in time",
                   .where = "demo",
                   .todo = "see the logs in " + options_.folder.string()};
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

Result<void> Stage::inject(const std::string& device, DriftKind kind) {
  if (device == kBoardId) {
    board_->feel(source_of(options_.devices, kind, 0));
    return {};
  }
  simulated_.with_devices([&](std::vector<std::unique_ptr<SimulatedDevice>>& devices) {
    for (size_t i = 0; i < devices.size(); ++i)
      if (devices[i]->id() == device) devices[i]->feel(source_of(i, kind, 0));
  });
  return {};
}

Result<fleet::DriftReport> Stage::drift() { return fleet::judge_fleet(*reports_, *registry_, drift::Policy{}); }

}  // namespace mote::demo
