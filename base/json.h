// JSON for what machines read.
#pragma once

#include <nlohmann/json.hpp>

#include "base/file_system.h"
#include "base/json_fwd.h"
#include "base/result.h"

namespace mote {

// Reads and parses; an error names the file and the place in it.
Result<Json> read_json(FileSystem& files, const Path& path);

// Indented by two, with a final newline.
Result<void> write_json(FileSystem& files, const Path& path, const Json& json);

// The member `key` as a T, or an error that names the key and the file it was read from.
template <typename T>
Result<T> member(const Json& json, const std::string& key, const std::string& where) {
  try {
    return json.at(key).get<T>();
  } catch (const nlohmann::json::exception&) {
    return Error{.cause = Cause::usage, .what = "'" + key + "' is missing or of another type", .where = where, .todo = ""};
  }
}

}  // namespace mote
