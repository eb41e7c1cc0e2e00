// What is wrong with an input: the first thing for who reads it, everything for who checks it.
#pragma once

#include <utility>
#include <vector>

#include "base/result.h"

namespace mote {

class Problems {
 public:
  explicit Problems(size_t most) : most_(most) {}

  void add(Error error) {
    if (!full()) list_.push_back(std::move(error));
  }
  // The value, or nothing and one problem more.
  template <typename T>
  std::optional<T> keep(Result<T> result) {
    if (result.ok()) return std::move(result).value();
    add(std::move(result).error());
    return std::nullopt;
  }
  // True once there is no use in reading on.
  bool full() const { return list_.size() >= most_; }
  const std::vector<Error>& list() const { return list_; }

 private:
  size_t most_;
  std::vector<Error> list_;
};

}  // namespace mote
