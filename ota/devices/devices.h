// The devices that belong to this workspace: who they are, and by which key their reports are known.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/sqlite.h"

namespace mote {

struct EnrolledDevice {
  std::string id;
  std::string device_class;
  std::string cohort;
  std::array<uint8_t, 64> report_key{};  // x then y
  int64_t enrolled_ms = 0;
  std::optional<int64_t> retired_ms;  // a retired id is never given out again
};

// Usage error for what is no name of a device, class or cohort (valid_device_id).
Result<void> check_name(const std::string& name);

// The same for an id and a class; a cohort may also be empty.
Result<void> check_names(const EnrolledDevice& device);

class Devices {
 public:
  explicit Devices(Database& database) : database_(database) {}
  Result<void> prepare();  // makes the table where it is missing

  Result<void> enrol(const EnrolledDevice& device);  // refuses an id that is or was in use
  Result<EnrolledDevice> find(const std::string& id);
  Result<std::vector<EnrolledDevice>> list();  // by id, retired ones too
  Result<void> retire(const std::string& id, int64_t now_ms);

 private:
  Database& database_;
};

}  // namespace mote
