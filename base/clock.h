// Time as a library sees it: asked for, never taken.
#pragma once

#include <chrono>
#include <cstdint>

namespace mote {

class Clock {
 public:
  virtual ~Clock() = default;
  // Wall clock, milliseconds since 1970-01-01 UTC. May jump.
  virtual int64_t now_ms() const = 0;
  // Milliseconds since some fixed moment. Never goes back.
  virtual int64_t steady_ms() const = 0;
};

class SystemClock final : public Clock {
 public:
  int64_t now_ms() const override { return since_epoch<std::chrono::system_clock>(); }
  int64_t steady_ms() const override { return since_epoch<std::chrono::steady_clock>(); }

 private:
  template <typename C>
  static int64_t since_epoch() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(C::now().time_since_epoch()).count();
  }
};

}  // namespace mote
