// Where a training stands after an epoch, so that it can go on later as if it had never stopped.
#pragma once

#include <cstring>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/file_system.h"
#include "base/sha256.h"

namespace mote {

constexpr const char* kCheckpointFile = "checkpoint.zst";

// Writes plain values one after the other; lists after their length.
class StateWriter {
 public:
  template <typename T>
  void value(T& value) {
    append(bytes_, bytes_of(std::span<const T>(&value, 1)));
  }
  template <typename T>
  void list(std::vector<T>& values, bool /*fixed*/) {
    uint64_t count = values.size();
    value(count);
    append(bytes_, bytes_of(std::span<const T>(values)));
  }
  Bytes take() { return std::move(bytes_); }

 private:
  Bytes bytes_;
};

// Reads what StateWriter wrote. After the first thing that does not fit, it reads nothing more, and says so in whole().
class StateReader {
 public:
  explicit StateReader(ByteView bytes) : bytes_(bytes) {}

  template <typename T>
  void value(T& value) {
    if (!take(sizeof(T))) return;
    std::memcpy(static_cast<void*>(&value), bytes_.data() + at_ - sizeof(T), sizeof(T));
  }
  // A fixed list keeps the length that it has.
  template <typename T>
  void list(std::vector<T>& values, bool fixed) {
    uint64_t count = 0;
    value(count);
    if (count > bytes_.size() / sizeof(T) || (fixed && count != values.size())) failed_ = true;
    if (failed_ || !take(count * sizeof(T))) return;
    values.resize(count);
    if (count > 0) std::memcpy(static_cast<void*>(values.data()), bytes_.data() + at_ - count * sizeof(T), count * sizeof(T));
  }
  bool whole() const { return !failed_ && at_ == bytes_.size(); }

 private:
  bool take(uint64_t count) {
    if (failed_ || count > bytes_.size() - at_) failed_ = true;
    if (!failed_) at_ += count;
    return !failed_;
  }

  ByteView bytes_;
  size_t at_ = 0;
  bool failed_ = false;
};

// The checkpoint of a run's folder. `identity` is of everything that the training depends on.
class Checkpoint {
 public:
  Checkpoint(FileSystem& files, const Path& folder, uint32_t every, bool resume)
      : files_(files), path_(folder / kCheckpointFile), every_(every), resume_(resume) {}

  bool is_due(uint32_t epochs) const { return every_ != 0 && epochs % every_ == 0; }
  Result<void> save(const Digest& identity, ByteView state);
  // None when there is no file, or nobody asked to resume. Refuses one of another training.
  Result<std::optional<Bytes>> load(const Digest& identity);
  Result<void> remove() { return files_.remove(path_); }
  Error refuse(const std::string& what) const;

 private:
  FileSystem& files_;
  Path path_;
  uint32_t every_;
  bool resume_;
};

}  // namespace mote
