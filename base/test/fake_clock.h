// A clock that a test moves.
#pragma once

#include "base/clock.h"

namespace mote {

class FakeClock final : public Clock {
 public:
  int64_t now_ms() const override { return now_; }
  int64_t steady_ms() const override { return steady_; }

  void advance(int64_t ms) {
    now_ += ms;
    steady_ += ms;
  }
  void set_wall(int64_t now_ms) { now_ = now_ms; }  // the wall clock may jump; the steady one does not

 private:
  int64_t now_ = 1'800'000'000'000;
  int64_t steady_ = 1'000'000;
};

}  // namespace mote
