// TOML for what people write, read strictly: a key that nobody asked for is an error.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_system.h"
#include "base/result.h"

namespace mote {

// One table of a TOML document. Every getter marks its key as known; `finish` refuses the keys that no getter asked for.
//
//     TRY(Toml config, read_toml(files, path));
//     Toml train = config.table("train");
//     options.epochs = train.integer("epochs", 40, 1, 10000);
//     TRY_DO(config.finish());
//
// The first thing that is wrong (type, range, a missing required key, an unknown key) is what `finish` returns, with file and
// line; getters return the fallback meanwhile, so that a reader needs one check and not twenty.
class Toml {
 public:
  bool has(std::string_view key) const;
  // An absent table reads as an empty one. Tables share their error with the document they came from.
  Toml table(std::string_view key);
  std::vector<Toml> tables(std::string_view key);  // [[key]]
  std::vector<std::string> keys() const;           // of this table, in order of the alphabet

  std::string text(std::string_view key, std::string_view fallback);
  std::string required_text(std::string_view key);
  int64_t integer(std::string_view key, int64_t fallback, int64_t low, int64_t high);
  int64_t required_integer(std::string_view key, int64_t low, int64_t high);
  double number(std::string_view key, double fallback, double low, double high);
  double required_number(std::string_view key, double low, double high);
  bool flag(std::string_view key, bool fallback);
  std::vector<std::string> texts(std::string_view key, std::vector<std::string> fallback);
  std::vector<int64_t> integers(std::string_view key, std::vector<int64_t> fallback);
  std::vector<double> numbers(std::string_view key, std::vector<double> fallback);

  // Says that `key`'s value is not acceptable for a reason the getters do not know.
  void refuse(std::string_view key, const std::string& why);

  // "file:line" of `key`, for errors found later.
  std::string where(std::string_view key) const;

  Result<void> finish() const;

 private:
  friend Result<Toml> parse_toml(std::string_view text, const std::string& where);
  struct Document;
  struct Node;
  Toml(std::shared_ptr<Document> document, std::shared_ptr<Node> node);

  std::shared_ptr<Document> document_;
  std::shared_ptr<Node> node_;
};

Result<Toml> parse_toml(std::string_view text, const std::string& where);
Result<Toml> read_toml(FileSystem& files, const Path& path);

}  // namespace mote
