// The one file that lets nlohmann-json's exceptions end.
#include "base/json.h"

namespace mote {

Result<Json> read_json(FileSystem& files, const Path& path) {
  TRY(std::string text, files.read_text(path));
  try {
    return Json::parse(text);
  } catch (const nlohmann::json::exception& problem) {
    return Error{
        .cause = Cause::usage, .what = std::string("is not JSON: ") + problem.what(), .where = path.string(), .todo = ""};
  }
}

Result<void> write_json(FileSystem& files, const Path& path, const Json& json) {
  return files.write_text(path, json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

}  // namespace mote
