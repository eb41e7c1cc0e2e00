// SQLite over its C interface.
#include "base/sqlite.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

namespace mote {
namespace {

Error error_of(sqlite3* database, const std::string& where) {
  return Error{.cause = Cause::failed, .what = std::string("database: ") + sqlite3_errmsg(database), .where = where, .todo = ""};
}

}  // namespace

void Statement::Close::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
void Database::Close::operator()(sqlite3* database) const { sqlite3_close_v2(database); }

Error Statement::problem() const {
  if (!error_.empty()) return Error{.cause = Cause::failed, .what = "database: " + error_, .where = where_, .todo = ""};
  return error_of(sqlite3_db_handle(statement_.get()), where_);
}

Statement& Statement::bind(int64_t value) {
  sqlite3_bind_int64(statement_.get(), next_++, value);
  return *this;
}
Statement& Statement::bind(double value) {
  sqlite3_bind_double(statement_.get(), next_++, value);
  return *this;
}
Statement& Statement::bind(std::string_view value) {
  sqlite3_bind_text(statement_.get(), next_++, value.data(), static_cast<int>(value.size()), SQLITE_TRANSIENT);
  return *this;
}
Statement& Statement::bind(ByteView value) {
  sqlite3_bind_blob(statement_.get(), next_++, value.empty() ? reinterpret_cast<const uint8_t*>("") : value.data(),
                    static_cast<int>(value.size()), SQLITE_TRANSIENT);
  return *this;
}
Statement& Statement::bind_null() {
  sqlite3_bind_null(statement_.get(), next_++);
  return *this;
}

Result<bool> Statement::step() {
  if (!statement_) return problem();
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) {
    const Error error = problem();
    sqlite3_reset(statement_.get());
    return error;
  }
  sqlite3_reset(statement_.get());
  next_ = 1;
  return false;
}

Result<void> Statement::run() {
  return each([](Statement&) {});
}

Result<void> Statement::each(const std::function<void(Statement&)>& row) {
  for (;;) {
    TRY(const bool ready, step());
    if (!ready) return {};
    row(*this);
  }
}

int64_t Statement::integer(int column) { return sqlite3_column_int64(statement_.get(), column); }
double Statement::number(int column) { return sqlite3_column_double(statement_.get(), column); }
bool Statement::is_null(int column) { return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL; }
std::string Statement::text(int column) {
  const unsigned char* text = sqlite3_column_text(statement_.get(), column);
  return text == nullptr ? ""
                         : std::string(reinterpret_cast<const char*>(text),
                                       static_cast<size_t>(sqlite3_column_bytes(statement_.get(), column)));
}
Bytes Statement::blob(int column) {
  const auto* data = static_cast<const uint8_t*>(sqlite3_column_blob(statement_.get(), column));
  const auto count = static_cast<size_t>(sqlite3_column_bytes(statement_.get(), column));
  return data == nullptr ? Bytes{} : Bytes(data, data + count);
}

Result<Database> Database::open(const Path& path) {
  std::error_code ignored;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), ignored);
  const int made = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (made >= 0) ::close(made);
  Database database;
  database.where_ = path.string();
  sqlite3* raw = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX, nullptr);
  database.database_.reset(raw);
  if (code != SQLITE_OK) return error_of(raw, database.where_);
  sqlite3_busy_timeout(raw, 10000);
  TRY_DO(database.execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"));
  return database;
}

Result<Database> Database::in_memory() {
  Database database;
  database.where_ = "database in memory";
  sqlite3* raw = nullptr;
  const int code = sqlite3_open(":memory:", &raw);
  database.database_.reset(raw);
  if (code != SQLITE_OK) return error_of(raw, database.where_);
  TRY_DO(database.execute("PRAGMA foreign_keys = ON;"));
  return database;
}

Result<void> Database::execute(const std::string& script) {
  if (sqlite3_exec(database_.get(), script.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return error_of(database_.get(), where_);
  return {};
}

Statement Database::prepare(const std::string& text) {
  Statement statement;
  statement.where_ = where_;
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v2(database_.get(), text.c_str(), -1, &raw, nullptr) != SQLITE_OK)
    statement.error_ = sqlite3_errmsg(database_.get());
  statement.statement_.reset(raw);
  return statement;
}

int64_t Database::changes() const { return sqlite3_changes64(database_.get()); }

Result<void> Database::transaction(const std::function<Result<void>()>& work) {
  TRY_DO(execute("BEGIN IMMEDIATE"));
  auto done = work();
  if (done.ok()) done = execute("COMMIT");
  if (!done.ok()) sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  return done;
}

}  // namespace mote
