// The tables of rollouts. A member's row is the whole truth about its directive: sequence, expiry and how it ended.
#include "ota/rollout/store.h"

#include <algorithm>

namespace mote {
namespace {

constexpr const char* kTables =
    "CREATE TABLE IF NOT EXISTS rollouts ("
    "  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, state TEXT NOT NULL, reason TEXT NOT NULL, culprit TEXT NOT NULL,"
    "  deadline_ms INTEGER NOT NULL, soak_ms INTEGER NOT NULL, trial_windows INTEGER NOT NULL,"
    "  tolerated_failures INTEGER NOT NULL, expiry_s INTEGER NOT NULL,"
    "  model_name TEXT NOT NULL, model_id BLOB NOT NULL, release INTEGER NOT NULL, bundle BLOB NOT NULL,"
    "  stage INTEGER NOT NULL, waited_ms INTEGER NOT NULL, soaked_ms INTEGER NOT NULL,"
    "  started_ms INTEGER NOT NULL, changed_ms INTEGER NOT NULL"
    ") STRICT;"
    "CREATE TABLE IF NOT EXISTS rollout_members ("
    "  rollout INTEGER NOT NULL REFERENCES rollouts (id), device TEXT NOT NULL, stage INTEGER NOT NULL, state TEXT NOT NULL,"
    "  sequence INTEGER NOT NULL, expires_s INTEGER NOT NULL, status INTEGER NOT NULL, changed_ms INTEGER NOT NULL,"
    "  PRIMARY KEY (rollout, device)"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS directive_sequences ("
    "  device TEXT PRIMARY KEY, sequence INTEGER NOT NULL"
    ") STRICT, WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS times_given ("
    "  hour INTEGER PRIMARY KEY, seconds INTEGER NOT NULL"
    ") STRICT;"
    "CREATE TABLE IF NOT EXISTS rollout_salt ("
    "  only INTEGER PRIMARY KEY CHECK (only = 1), salt BLOB NOT NULL"
    ") STRICT;";

// Not in the table of older databases, whose rollouts asked for none of it.
constexpr const char* kTrialLimits =
    "ALTER TABLE rollouts ADD COLUMN trial_seconds INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE rollouts ADD COLUMN least_confidence INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE rollouts ADD COLUMN most_latency_us INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE rollouts ADD COLUMN most_missed INTEGER NOT NULL DEFAULT 4294967295;";

constexpr const char* kRolloutColumns =
    "SELECT id, name, state, reason, culprit, deadline_ms, soak_ms, trial_windows, tolerated_failures, expiry_s,"
    " model_name, model_id, release, stage, waited_ms, soaked_ms, started_ms, changed_ms,"
    " trial_seconds, least_confidence, most_latency_us, most_missed FROM rollouts ";

template <typename State>
std::optional<State> state_named(const std::string& name, std::initializer_list<State> states) {
  for (const State state : states)
    if (name == name_of(state)) return state;
  return std::nullopt;
}

std::optional<RolloutState> rollout_state_named(const std::string& name) {
#define X(state) RolloutState::state,
  return state_named(name, {MOTE_ROLLOUT_STATES(X)});
#undef X
}

std::optional<MemberState> member_state_named(const std::string& name) {
#define X(state) MemberState::state,
  return state_named(name, {MOTE_MEMBER_STATES(X)});
#undef X
}

Error damaged(const std::string& where) {
  return Error{.cause = Cause::failed, .what = "its record in the database is damaged", .where = where, .todo = ""};
}

Result<Rollout> rollout_from(Statement& row) {
  Rollout rollout;
  rollout.id = row.integer(0);
  rollout.name = row.text(1);
  const std::optional<RolloutState> state = rollout_state_named(row.text(2));
  rollout.reason = row.text(3);
  rollout.culprit = row.text(4);
  rollout.options = {.deadline_ms = row.integer(5),
                     .soak_ms = row.integer(6),
                     .trial_windows = static_cast<uint32_t>(row.integer(7)),
                     .trial_seconds = static_cast<uint32_t>(row.integer(18)),
                     .least_confidence = static_cast<uint16_t>(row.integer(19)),
                     .most_latency_us = static_cast<uint32_t>(row.integer(20)),
                     .most_missed = static_cast<uint32_t>(row.integer(21)),
                     .tolerated_failures = static_cast<uint32_t>(row.integer(8)),
                     .expiry_s = row.integer(9)};
  rollout.model_name = row.text(10);
  const Bytes model_id = row.blob(11);
  if (!state || model_id.size() != rollout.model_id.size()) return damaged("rollout " + rollout.name);
  rollout.state = *state;
  std::copy(model_id.begin(), model_id.end(), rollout.model_id.begin());
  rollout.release = static_cast<uint32_t>(row.integer(12));
  rollout.stage = static_cast<uint32_t>(row.integer(13));
  rollout.waited_ms = row.integer(14);
  rollout.soaked_ms = row.integer(15);
  rollout.started_ms = row.integer(16);
  rollout.changed_ms = row.integer(17);
  return rollout;
}

Result<Member> member_from(Statement& row) {
  Member member;
  member.device = row.text(0);
  member.stage = static_cast<uint32_t>(row.integer(1));
  const std::optional<MemberState> state = member_state_named(row.text(2));
  if (!state) return damaged("device " + member.device);
  member.state = *state;
  member.sequence = static_cast<uint32_t>(row.integer(3));
  member.expires_s = row.integer(4);
  member.status = static_cast<mote_status>(row.integer(5));
  member.changed_ms = row.integer(6);
  return member;
}

Result<bool> has_trial_limits(Database& database) {
  return database.prepare("SELECT 1 FROM pragma_table_info('rollouts') WHERE name = 'most_missed'").step();
}

}  // namespace

Result<void> RolloutStore::prepare() {
  TRY_DO(database_.execute(kTables));
  TRY(const bool has_them, has_trial_limits(database_));
  if (has_them) return {};
  return database_.transaction([this]() -> Result<void> {
    TRY(const bool has_them_now, has_trial_limits(database_));  // by another process
    return has_them_now ? Result<void>() : database_.execute(kTrialLimits);
  });
}

Result<void> RolloutStore::write(const std::function<Result<void>()>& work) {
  if (interruption) TRY_DO(interruption());
  TRY_DO(database_.transaction(work));
  if (interruption) TRY_DO(interruption());
  return {};
}

Result<void> RolloutStore::create(const NewRollout& rollout, int64_t now_ms) {
  const RolloutOptions& options = rollout.options;
  return write([&]() -> Result<void> {
    Statement insert = database_.prepare(
        "INSERT INTO rollouts (name, state, reason, culprit, deadline_ms, soak_ms, trial_windows, tolerated_failures, expiry_s,"
        " model_name, model_id, release, bundle, stage, waited_ms, soaked_ms, started_ms, changed_ms,"
        " trial_seconds, least_confidence, most_latency_us, most_missed)"
        " VALUES (?, 'running', '', '', ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO NOTHING");
    insert.bind(std::string_view(rollout.name)).bind(options.deadline_ms).bind(options.soak_ms);
    insert.bind(int64_t{options.trial_windows}).bind(int64_t{options.tolerated_failures}).bind(options.expiry_s);
    insert.bind(std::string_view(rollout.model_name)).bind(ByteView(rollout.model_id)).bind(int64_t{rollout.release});
    insert.bind(ByteView(rollout.bundle)).bind(now_ms).bind(now_ms);
    insert.bind(int64_t{options.trial_seconds}).bind(int64_t{options.least_confidence});
    TRY_DO(insert.bind(int64_t{options.most_latency_us}).bind(int64_t{options.most_missed}).run());
    if (database_.changes() == 0)
      return Error{.cause = Cause::usage,
                   .what = "a rollout of this name exists",
                   .where = rollout.name,
                   .todo = "choose another name, or see: mote rollout status " + rollout.name};
    TRY(const Rollout made, find(rollout.name));
    for (const Member& member : rollout.members) {
      Statement taken = database_.prepare(
          "SELECT name FROM rollouts JOIN rollout_members ON rollout = id"
          " WHERE device = ? AND rollouts.state IN ('running', 'paused')");
      TRY(const bool is_taken, taken.bind(std::string_view(member.device)).step());
      if (is_taken)
        return Error{.cause = Cause::failed,
                     .what = "is still part of rollout " + taken.text(0),
                     .where = "device " + member.device,
                     .todo = "end that one first: mote rollout resume " + taken.text(0) + ", or abort"};
      Statement add = database_.prepare("INSERT INTO rollout_members VALUES (?, ?, ?, 'waiting', 0, 0, 0, ?)");
      add.bind(made.id).bind(std::string_view(member.device)).bind(int64_t{member.stage}).bind(now_ms);
      TRY_DO(add.run());
    }
    return {};
  });
}

Result<Rollout> RolloutStore::find(const std::string& name) {
  Statement select = database_.prepare(std::string(kRolloutColumns) + "WHERE name = ?");
  TRY(const bool found, select.bind(std::string_view(name)).step());
  if (found) return rollout_from(select);
  return Error{.cause = Cause::usage, .what = "no rollout of this name", .where = name, .todo = "see: mote rollout history"};
}

Result<RolloutHistory> RolloutStore::history() {
  RolloutHistory history;
  Statement select = database_.prepare(std::string(kRolloutColumns) + "ORDER BY id DESC");
  for (;;) {
    TRY(const bool ready, select.step());
    if (!ready) return history;
    TRY(Rollout rollout, rollout_from(select));
    TRY(std::vector<Member> its_members, members(rollout.id));
    history.rollouts.push_back({std::move(rollout), std::move(its_members)});
  }
}

Result<RolloutView> RolloutStore::view(const std::string& name) {
  TRY(Rollout rollout, find(name));
  TRY(std::vector<Member> its_members, members(rollout.id));
  return RolloutView{std::move(rollout), std::move(its_members)};
}

Result<std::vector<Member>> RolloutStore::members(int64_t rollout) {
  std::vector<Member> found;
  Statement select = database_.prepare(
      "SELECT device, stage, state, sequence, expires_s, status, changed_ms FROM rollout_members WHERE rollout = ?"
      " ORDER BY stage, device");
  select.bind(rollout);
  for (;;) {
    TRY(const bool ready, select.step());
    if (!ready) return found;
    TRY(Member member, member_from(select));
    found.push_back(std::move(member));
  }
}

Result<Bytes> RolloutStore::bundle(int64_t rollout) {
  Statement select = database_.prepare("SELECT bundle FROM rollouts WHERE id = ?");
  TRY(const bool found, select.bind(rollout).step());
  if (!found) return damaged("rollout " + std::to_string(rollout));
  return select.blob(0);
}

Result<uint32_t> RolloutStore::next_sequence(const std::string& device, uint32_t at_least) {
  uint32_t sequence = 0;
  TRY_DO(write([&]() -> Result<void> {
    Statement raise = database_.prepare(
        "INSERT INTO directive_sequences VALUES (?1, ?2 + 1)"
        " ON CONFLICT (device) DO UPDATE SET sequence = max(sequence, ?2) + 1 RETURNING sequence");
    TRY(const bool given, raise.bind(std::string_view(device)).bind(int64_t{at_least}).step());
    if (!given) return damaged("device " + device);
    if (raise.integer(0) > int64_t{kMaxSequence}) {
      return Error{.cause = Cause::failed,
                   .what = "has no directive numbers left",
                   .where = "device " + device,
                   .todo = "retire it and enrol it under another id"};
    }
    sequence = static_cast<uint32_t>(raise.integer(0));
    return raise.run();
  }));
  return sequence;
}

Result<Member> RolloutStore::offer(int64_t rollout, const std::string& device, uint32_t at_least, int64_t expires_s,
                                   int64_t now_ms) {
  TRY(const uint32_t sequence, next_sequence(device, at_least));
  Statement update = database_.prepare(
      "UPDATE rollout_members SET state = 'offered', sequence = ?, expires_s = ?, status = 0, changed_ms = ?"
      " WHERE rollout = ? AND device = ? RETURNING device, stage, state, sequence, expires_s, status, changed_ms");
  Member member;
  TRY_DO(write([&]() -> Result<void> {
    update.bind(int64_t{sequence}).bind(expires_s).bind(now_ms).bind(rollout).bind(std::string_view(device));
    TRY(const bool found, update.step());
    if (!found) return damaged("device " + device);
    TRY(member, member_from(update));
    return update.run();
  }));
  return member;
}

Result<void> RolloutStore::settle(int64_t rollout, const std::string& device, MemberState state, mote_status status,
                                  int64_t now_ms) {
  return write([&] {
    Statement update =
        database_.prepare("UPDATE rollout_members SET state = ?, status = ?, changed_ms = ? WHERE rollout = ? AND device = ?");
    update.bind(std::string_view(name_of(state))).bind(int64_t{status}).bind(now_ms).bind(rollout);
    return update.bind(std::string_view(device)).run();
  });
}

Result<bool> RolloutStore::change_state(int64_t rollout, RolloutState from, const Change& to, int64_t now_ms) {
  bool changed = false;
  TRY_DO(write([&]() -> Result<void> {
    Statement update =
        database_.prepare("UPDATE rollouts SET state = ?, reason = ?, culprit = ?, changed_ms = ? WHERE id = ? AND state = ?");
    update.bind(std::string_view(name_of(to.state))).bind(std::string_view(to.reason)).bind(std::string_view(to.culprit));
    TRY_DO(update.bind(now_ms).bind(rollout).bind(std::string_view(name_of(from))).run());
    changed = database_.changes() == 1;
    return {};
  }));
  return changed;
}

Result<void> RolloutStore::enter_stage(int64_t rollout, uint32_t stage, int64_t now_ms) {
  return write([&] {
    Statement update =
        database_.prepare("UPDATE rollouts SET stage = ?, waited_ms = 0, soaked_ms = 0, changed_ms = ? WHERE id = ?");
    return update.bind(int64_t{stage}).bind(now_ms).bind(rollout).run();
  });
}

Result<void> RolloutStore::set_clocks(int64_t rollout, int64_t waited_ms, int64_t soaked_ms) {
  return write([&] {
    Statement update = database_.prepare("UPDATE rollouts SET waited_ms = ?, soaked_ms = ? WHERE id = ?");
    return update.bind(waited_ms).bind(soaked_ms).bind(rollout).run();
  });
}

Result<void> RolloutStore::wait_again(int64_t rollout, int64_t now_ms) {
  return write([&]() -> Result<void> {
    Statement silent =
        database_.prepare("UPDATE rollout_members SET state = 'offered', changed_ms = ? WHERE rollout = ? AND state = 'silent'");
    TRY_DO(silent.bind(now_ms).bind(rollout).run());
    Statement clocks = database_.prepare("UPDATE rollouts SET waited_ms = 0, soaked_ms = 0 WHERE id = ?");
    return clocks.bind(rollout).run();
  });
}

Result<Digest> RolloutStore::salt(const std::function<Digest()>& entropy) {
  const Digest fresh = entropy();
  TRY_DO(write([&] {
    Statement insert = database_.prepare("INSERT INTO rollout_salt VALUES (1, ?) ON CONFLICT DO NOTHING");
    return insert.bind(ByteView(fresh)).run();
  }));
  Statement select = database_.prepare("SELECT salt FROM rollout_salt");
  TRY(const bool found, select.step());
  const Bytes kept = found ? select.blob(0) : Bytes{};
  Digest salt{};
  if (kept.size() != salt.size()) return damaged("salt");
  std::copy(kept.begin(), kept.end(), salt.begin());
  return salt;
}

Result<void> RolloutStore::keep_time(int64_t seconds) {
  return write([&] {
    Statement insert = database_.prepare("INSERT INTO times_given VALUES (?, ?) ON CONFLICT DO NOTHING");
    return insert.bind(seconds / 3600).bind(seconds).run();
  });
}

Result<int64_t> RolloutStore::time_given_by(int64_t seconds) {
  Statement select = database_.prepare("SELECT coalesce(max(seconds), 0) FROM times_given WHERE seconds <= ?");
  int64_t latest = 0;
  TRY_DO(select.bind(seconds).each([&latest](Statement& row) { latest = row.integer(0); }));
  return latest;
}

}  // namespace mote
