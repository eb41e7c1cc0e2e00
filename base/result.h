// Errors as values on the host: what failed, on which input, and what to do about it.
#pragma once

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace mote {

// Why something failed; the value is the exit code of the command line.
enum class Cause : int {
  failed = 1,     // the work itself failed: a missing file, a full disk, a broker that is away
  usage = 2,      // the command, its configuration or its data is written wrongly
  gate = 3,       // a gate refused: an accuracy floor, a size budget
  drift = 4,      // drift was found
  partial = 5,    // a rollout reached only some devices
  untrusted = 6,  // a signature or a trust rule refused
};

struct Error {
  Cause cause = Cause::failed;
  std::string what;   // one clause, no full stop: "the file ends inside the section table"
  std::string where;  // the input it happened on: "run/model.mote", "fleet.toml:12"
  std::string todo;   // the remedy, empty when there is none

  // One line for a person: "run/model.mote: the file ends inside the section table; make it again with: mote quantize run"
  std::string line() const {
    std::string text = where.empty() ? what : where + ": " + what;
    return todo.empty() ? text : text + "; " + todo;
  }
};

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : content_(std::move(value)) {}      // NOLINT(google-explicit-constructor): `return value;` is the point
  Result(Error error) : content_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return content_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return std::get<0>(content_); }
  const T& value() const& { return std::get<0>(content_); }
  T&& value() && { return std::get<0>(std::move(content_)); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }

  const Error& error() const& { return std::get<1>(content_); }
  Error&& error() && { return std::get<1>(std::move(content_)); }

 private:
  std::variant<T, Error> content_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const& { return *error_; }
  Error&& error() && { return std::move(*error_); }

 private:
  std::optional<Error> error_;
};

}  // namespace mote

#define MOTE_CONCAT_(a, b) a##b
#define MOTE_CONCAT(a, b) MOTE_CONCAT_(a, b)
#define MOTE_TRY_(result, declaration, ...)           \
  auto result = (__VA_ARGS__);                        \
  if (!result.ok()) return std::move(result).error(); \
  declaration = std::move(result).value()

// TRY(Bytes bytes, files.read(path)): declares on success, returns the error otherwise.
#define TRY(declaration, ...) MOTE_TRY_(MOTE_CONCAT(try_result_, __LINE__), declaration, __VA_ARGS__)

// TRY_DO(verify(graph)): returns the error of something that has no value.
#define TRY_DO(...)                                                                              \
  do {                                                                                           \
    if (auto try_result = (__VA_ARGS__); !try_result.ok()) return std::move(try_result).error(); \
  } while (false)
