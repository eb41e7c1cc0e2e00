// What the fleet has said, in SQLite (docs/spec/telemetry.md). Reports are kept as they came: a metric is a row of its own, so
// that a new one needs no migration.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/sqlite.h"
#include "host/fleet/report.h"
#include "ota/rollout/judge.h"
#include "quantize/write/model.h"

namespace mote::fleet {

// A model that devices run, as far as reading their reports needs it.
struct FleetModel {
  Digest model_id{};
  uint32_t release = 0;
  std::string name;
  std::vector<std::string> labels;
  Baseline baseline;  // without scalars when the model has none
};

// One model on one device. A release is installed once: whoever wants the same model again gives it a new one.
struct Installation {
  std::string device;
  uint32_t release = 0;
  Digest model_id{};
  bool operator==(const Installation&) const = default;
};

enum class Presence { unknown, online, gone };

// The newest signed state of a device, and what is known of its connection.
struct DeviceState {
  SignedState said;
  Presence presence = Presence::unknown;
  int64_t seen_ms = 0;  // when it last said something itself; 0: not since this store knows it
};

struct StoredReport {
  int64_t id = 0;
  uint32_t boot = 0, counter = 0;
  uint32_t windows = 0;
  int64_t received_ms = 0;
};

enum class Taken { stored, known, conflicting };  // conflicting: the same number with other content

class FleetStore {
 public:
  explicit FleetStore(Database& database) : database_(database) {}
  Result<void> prepare();  // makes the tables where they are missing

  Result<void> transaction(const std::function<Result<void>()>& work) { return database_.transaction(work); }

  // Inside a transaction of the caller: a report and its metrics are there together or not at all.
  Result<Taken> take_report(const Report& report, int64_t received_ms);

  // A state that is older than the known one (a lower boot) changes nothing. `seen_ms` 0: it stood on its topic before we came.
  Result<void> take_state(const SignedState& state, Presence presence, int64_t seen_ms);
  Result<void> take_presence(const std::string& device, Presence presence);
  Result<uint32_t> known_boot(const std::string& device);  // 0: no state is known
  Result<std::map<std::string, DeviceState>> states();

  // `mote_file`: the bytes of a .mote file, named `where` in errors. Known already: nothing changes.
  Result<void> register_model(ByteView mote_file, const std::string& where, const std::string& name, uint32_t release);
  Result<std::vector<FleetModel>> models();
  Result<bool> has_model(const Digest& model_id, uint32_t release);

  // What each device ran when it made its newest report, by device.
  Result<std::vector<Installation>> installations();
  // In the order in which the device made them.
  Result<std::vector<StoredReport>> reports(const Installation& installation);
  // All payloads of one metric in one report, by index.
  Result<std::map<uint16_t, Bytes>> metric(int64_t report, uint16_t id);
  Result<int64_t> last_report_ms(const std::string& device);  // 0: none

 private:
  Database& database_;
};

}  // namespace mote::fleet
