// Enrolled devices in SQLite. Nothing is ever deleted: a retired id stays known, so that it is not given out again.
#include "ota/devices/devices.h"

#include <algorithm>

#include "ota/transport/topics.h"

namespace mote {
namespace {

constexpr const char* kColumns = "SELECT id, class, cohort, report_key, enrolled_ms, retired_ms FROM devices ";

Error device_problem(const std::string& id, const std::string& what, const std::string& todo) {
  return Error{.cause = Cause::failed, .what = what, .where = "device " + id, .todo = todo};
}

Result<EnrolledDevice> from_row(Statement& row) {
  EnrolledDevice device;
  device.id = row.text(0);
  device.device_class = row.text(1);
  device.cohort = row.text(2);
  const Bytes key = row.blob(3);
  if (key.size() != device.report_key.size()) return device_problem(device.id, "its report key in the database is damaged", "");
  std::copy(key.begin(), key.end(), device.report_key.begin());
  device.enrolled_ms = row.integer(4);
  if (!row.is_null(5)) device.retired_ms = row.integer(5);
  return device;
}

}  // namespace

Result<void> check_name(const std::string& name) {
  if (valid_device_id(name)) return {};
  return Error{.cause = Cause::usage,
               .what = "'" + name + "' is no name for a device, class or cohort",
               .where = "",
               .todo = "use 1 to 31 of a-z, 0-9, '-' and '_', beginning with a letter or digit"};
}

Result<void> check_names(const EnrolledDevice& device) {
  TRY_DO(check_name(device.id));
  TRY_DO(check_name(device.device_class));
  return device.cohort.empty() ? Result<void>() : check_name(device.cohort);
}

Result<void> Devices::prepare() {
  return database_.execute(
      "CREATE TABLE IF NOT EXISTS devices ("
      "  id TEXT PRIMARY KEY,"
      "  class TEXT NOT NULL,"
      "  cohort TEXT NOT NULL,"
      "  report_key BLOB NOT NULL,"
      "  enrolled_ms INTEGER NOT NULL,"
      "  retired_ms INTEGER"
      ") STRICT, WITHOUT ROWID");
}

Result<void> Devices::enrol(const EnrolledDevice& device) {
  TRY_DO(check_names(device));
  Statement insert = database_.prepare(
      "INSERT INTO devices (id, class, cohort, report_key, enrolled_ms) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING");
  insert.bind(std::string_view(device.id)).bind(std::string_view(device.device_class)).bind(std::string_view(device.cohort));
  TRY_DO(insert.bind(ByteView(device.report_key)).bind(device.enrolled_ms).run());
  if (database_.changes() == 1) return {};
  TRY(const EnrolledDevice known, find(device.id));
  return device_problem(device.id, known.retired_ms ? "the id was in use and is retired" : "is already enrolled",
                        "choose another id");
}

Result<EnrolledDevice> Devices::find(const std::string& id) {
  Statement select = database_.prepare(std::string(kColumns) + "WHERE id = ?");
  TRY(const bool found, select.bind(std::string_view(id)).step());
  if (!found) return device_problem(id, "is not enrolled", "see: mote device list");
  return from_row(select);
}

Result<std::vector<EnrolledDevice>> Devices::list() {
  std::vector<EnrolledDevice> devices;
  Statement select = database_.prepare(std::string(kColumns) + "ORDER BY id");
  for (;;) {
    TRY(const bool ready, select.step());
    if (!ready) return devices;
    TRY(EnrolledDevice device, from_row(select));
    devices.push_back(std::move(device));
  }
}

Result<void> Devices::retire(const std::string& id, int64_t now_ms) {
  TRY(const EnrolledDevice known, find(id));
  if (known.retired_ms) return device_problem(id, "is already retired", "");
  Statement update = database_.prepare("UPDATE devices SET retired_ms = ? WHERE id = ? AND retired_ms IS NULL");
  return update.bind(now_ms).bind(std::string_view(id)).run();
}

}  // namespace mote
