// SQLite behind Result: one connection, prepared statements, transactions.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/file_system.h"
#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace mote {

// A prepared statement. Places are bound in order from 1, columns read from 0.
//
//     Statement insert = database.prepare("INSERT INTO reports VALUES (?, ?)");
//     TRY_DO(insert.bind(device).bind(counter).run());
//     Statement select = database.prepare("SELECT device, n FROM reports");
//     TRY_DO(select.each([&](Statement& row) { counts[row.text(0)] = row.integer(1); }));
class Statement {
 public:
  Statement& bind(int64_t value);
  Statement& bind(double value);
  Statement& bind(std::string_view value);
  Statement& bind(ByteView value);
  Statement& bind_null();

  Result<bool> step();                                        // true: a row is ready
  Result<void> run();                                         // to the end; ready to be bound anew
  Result<void> each(const std::function<void(Statement&)>&);  // run, with a call per row

  int64_t integer(int column);
  double number(int column);
  std::string text(int column);
  Bytes blob(int column);
  bool is_null(int column);

 private:
  friend class Database;
  struct Close {
    void operator()(sqlite3_stmt* statement) const;
  };
  Error problem() const;

  std::unique_ptr<sqlite3_stmt, Close> statement_;
  std::string error_;  // of the preparation
  std::string where_;
  int next_ = 1;
};

class Database {
 public:
  // Write-ahead log, foreign keys on, waits up to 10 s for another writer. The file is made with mode 0600.
  static Result<Database> open(const Path& path);
  static Result<Database> in_memory();

  Result<void> execute(const std::string& script);  // several statements, no values
  Statement prepare(const std::string& text);       // an error in it shows at the first step
  int64_t changes() const;                          // rows that the last statement changed

  // All or nothing: rolls back when `work` fails.
  Result<void> transaction(const std::function<Result<void>()>& work);

 private:
  struct Close {
    void operator()(sqlite3* database) const;
  };
  std::unique_ptr<sqlite3, Close> database_;
  std::string where_;
};

}  // namespace mote
