// Tables of reports, metrics, states and models.
#include "host/fleet/store.h"

#include <algorithm>

#include "quantize/read/model_file.h"

namespace mote::fleet {
namespace {

constexpr const char* kTables =
    "CREATE TABLE IF NOT EXISTS reports ("
    "  id INTEGER PRIMARY KEY, device TEXT NOT NULL, boot INTEGER NOT NULL, counter INTEGER NOT NULL,"
    "  received_ms INTEGER NOT NULL, uptime_ms INTEGER NOT NULL, release INTEGER NOT NULL, model_id BLOB NOT NULL,"
    "  windows INTEGER NOT NULL, digest BLOB NOT NULL, UNIQUE (device, boot, counter)"
    ") STRICT;"
    "CREATE TABLE IF NOT EXISTS metrics ("
    "  report INTEGER NOT NULL REFERENCES reports (id), metric INTEGER NOT NULL, place INTEGER NOT NULL, payload BLOB NOT NULL,"
    "  PRIMARY KEY (report, metric, place)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS states ("
    "  device TEXT PRIMARY KEY, boot INTEGER NOT NULL, phase INTEGER NOT NULL, status INTEGER NOT NULL,"
    "  degraded INTEGER NOT NULL, release INTEGER NOT NULL, sequence INTEGER NOT NULL, refused INTEGER NOT NULL,"
    "  model_id BLOB NOT NULL, presence INTEGER NOT NULL, seen_ms INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS models ("
    "  model_id BLOB NOT NULL, release INTEGER NOT NULL, name TEXT NOT NULL, file BLOB NOT NULL, PRIMARY KEY (model_id, release)"
    ") STRICT;";

Error damaged(const std::string& where) {
  return Error{.cause = Cause::failed, .what = "its record in the database is damaged", .where = where, .todo = ""};
}

bool read_digest(const Bytes& from, Digest& to) {
  if (from.size() != to.size()) return false;
  std::copy(from.begin(), from.end(), to.begin());
  return true;
}

uint32_t u32(Statement& row, int column) { return static_cast<uint32_t>(row.integer(column)); }

bool read_state(Statement& row, DeviceState& state) {
  state.said.device = row.text(0);
  state.said.boot = u32(row, 1);
  state.said.phase = static_cast<uint8_t>(row.integer(2));
  state.said.status = static_cast<mote_status>(row.integer(3));
  state.said.degraded = row.integer(4) != 0;
  state.said.release = u32(row, 5);
  state.said.sequence = u32(row, 6);
  state.said.refused = u32(row, 7);
  state.presence = static_cast<Presence>(std::clamp<int64_t>(row.integer(9), 0, 2));
  state.seen_ms = row.integer(10);
  return read_digest(row.blob(8), state.said.model_id);
}

}  // namespace

Result<void> FleetStore::prepare() { return database_.execute(kTables); }

Result<Taken> FleetStore::take_report(const Report& report, int64_t received_ms) {
  Statement known = database_.prepare("SELECT digest FROM reports WHERE device = ? AND boot = ? AND counter = ?");
  known.bind(std::string_view(report.device)).bind(int64_t{report.boot}).bind(int64_t{report.counter});
  TRY(const bool is_known, known.step());
  if (is_known) return std::ranges::equal(known.blob(0), report.digest) ? Taken::known : Taken::conflicting;

  Statement insert = database_.prepare(
      "INSERT INTO reports (device, boot, counter, received_ms, uptime_ms, release, model_id, windows, digest)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id");
  insert.bind(std::string_view(report.device)).bind(int64_t{report.boot}).bind(int64_t{report.counter}).bind(received_ms);
  insert.bind(static_cast<int64_t>(report.uptime_ms)).bind(int64_t{report.release}).bind(ByteView(report.model_id));
  insert.bind(int64_t{report.windows}).bind(ByteView(report.digest));
  int64_t id = 0;
  TRY_DO(insert.each([&id](Statement& row) { id = row.integer(0); }));

  Statement metrics = database_.prepare("INSERT INTO metrics (report, metric, place, payload) VALUES (?, ?, ?, ?)");
  for (const Metric& metric : report.metrics)
    TRY_DO(metrics.bind(id).bind(int64_t{metric.id}).bind(int64_t{metric.index}).bind(ByteView(metric.payload)).run());
  return Taken::stored;
}

Result<void> FleetStore::take_state(const SignedState& state, Presence presence, int64_t seen_ms) {
  Statement insert = database_.prepare(
      "INSERT INTO states (device, boot, phase, status, degraded, release, sequence, refused, model_id, presence, seen_ms)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (device) DO UPDATE SET boot = excluded.boot, phase = excluded.phase, status = excluded.status,"
      "  degraded = excluded.degraded, release = excluded.release, sequence = excluded.sequence, refused = excluded.refused,"
      "  model_id = excluded.model_id, presence = excluded.presence, seen_ms = max(seen_ms, excluded.seen_ms)"
      " WHERE excluded.boot >= boot");
  insert.bind(std::string_view(state.device)).bind(int64_t{state.boot}).bind(int64_t{state.phase}).bind(int64_t{state.status});
  insert.bind(int64_t{state.degraded}).bind(int64_t{state.release}).bind(int64_t{state.sequence}).bind(int64_t{state.refused});
  return insert.bind(ByteView(state.model_id)).bind(static_cast<int64_t>(presence)).bind(seen_ms).run();
}

Result<void> FleetStore::take_presence(const std::string& device, Presence presence) {
  Statement update = database_.prepare("UPDATE states SET presence = ? WHERE device = ?");
  return update.bind(static_cast<int64_t>(presence)).bind(std::string_view(device)).run();
}

Result<uint32_t> FleetStore::known_boot(const std::string& device) {
  Statement select = database_.prepare("SELECT boot FROM states WHERE device = ?");
  TRY(const bool is_known, select.bind(std::string_view(device)).step());
  return is_known ? u32(select, 0) : 0u;
}

Result<std::map<std::string, DeviceState>> FleetStore::states() {
  Statement select = database_.prepare(
      "SELECT device, boot, phase, status, degraded, release, sequence, refused, model_id, presence, seen_ms FROM states");
  std::map<std::string, DeviceState> states;
  bool good = true;
  TRY_DO(select.each([&](Statement& row) {
    DeviceState state;
    good = read_state(row, state) && good;
    states.emplace(state.said.device, state);
  }));
  if (!good) return damaged("states");
  return states;
}

Result<void> FleetStore::register_model(ByteView mote_file, const std::string& where, const std::string& name, uint32_t release) {
  TRY(const ModelFile model, read_model(mote_file, where));
  Statement insert =
      database_.prepare("INSERT INTO models (model_id, release, name, file) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING");
  insert.bind(ByteView(model.model_id)).bind(int64_t{release}).bind(std::string_view(name)).bind(mote_file);
  return insert.run();
}

Result<std::vector<FleetModel>> FleetStore::models() {
  Statement select = database_.prepare("SELECT model_id, release, name, file FROM models ORDER BY release, model_id");
  std::vector<FleetModel> models;
  while (true) {
    TRY(const bool is_row, select.step());
    if (!is_row) return models;
    FleetModel model{.release = u32(select, 1), .name = select.text(2)};
    TRY(ModelFile file, read_model(select.blob(3), "the registered model " + model.name));
    if (!read_digest(select.blob(0), model.model_id)) return damaged("model " + model.name);
    model.labels = std::move(file.labels);
    model.baseline = std::move(file.baseline);
    models.push_back(std::move(model));
  }
}

Result<bool> FleetStore::has_model(const Digest& model_id, uint32_t release) {
  Statement select = database_.prepare("SELECT 1 FROM models WHERE model_id = ? AND release = ?");
  return select.bind(ByteView(model_id)).bind(int64_t{release}).step();
}

Result<std::vector<Installation>> FleetStore::installations() {
  Statement select = database_.prepare(
      "SELECT device, release, model_id FROM (SELECT device, release, model_id,"
      "  row_number() OVER (PARTITION BY device ORDER BY boot DESC, counter DESC) AS place FROM reports) WHERE place = 1"
      " ORDER BY device");
  std::vector<Installation> installations;
  bool good = true;
  TRY_DO(select.each([&](Statement& row) {
    Installation installation{.device = row.text(0), .release = u32(row, 1)};
    good = read_digest(row.blob(2), installation.model_id) && good;
    installations.push_back(installation);
  }));
  if (!good) return damaged("reports");
  return installations;
}

Result<std::vector<StoredReport>> FleetStore::reports(const Installation& installation) {
  Statement select = database_.prepare(
      "SELECT id, boot, counter, windows, received_ms FROM reports WHERE device = ? AND release = ? AND model_id = ?"
      " ORDER BY boot, counter");
  select.bind(std::string_view(installation.device)).bind(int64_t{installation.release}).bind(ByteView(installation.model_id));
  std::vector<StoredReport> reports;
  TRY_DO(select.each([&](Statement& row) {
    reports.push_back({row.integer(0), u32(row, 1), u32(row, 2), u32(row, 3), row.integer(4)});
  }));
  return reports;
}

Result<std::map<uint16_t, Bytes>> FleetStore::metric(int64_t report, uint16_t id) {
  Statement select = database_.prepare("SELECT place, payload FROM metrics WHERE report = ? AND metric = ?");
  select.bind(report).bind(int64_t{id});
  std::map<uint16_t, Bytes> payloads;
  TRY_DO(select.each([&](Statement& row) { payloads[static_cast<uint16_t>(row.integer(0))] = row.blob(1); }));
  return payloads;
}

Result<int64_t> FleetStore::last_report_ms(const std::string& device) {
  Statement select = database_.prepare("SELECT coalesce(max(received_ms), 0) FROM reports WHERE device = ?");
  int64_t last = 0;
  TRY_DO(select.bind(std::string_view(device)).each([&last](Statement& row) { last = row.integer(0); }));
  return last;
}

}  // namespace mote::fleet
