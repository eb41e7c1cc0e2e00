// The threads wait on a round number; the caller works along with them.
#include "host/train/workers.h"

#include <algorithm>

namespace mote {

Workers::Workers(uint32_t threads) {
  for (uint32_t i = 1; i < std::max(1u, threads); ++i) threads_.emplace_back([this] { work(); });
}

Workers::~Workers() {
  ending_ = true;
  ++round_;
  round_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Workers::take_tasks() {
  for (uint32_t task = next_++; task < count_; task = next_++) (*task_)(task);
}

void Workers::work() {
  for (uint32_t seen = 0;;) {
    round_.wait(seen);
    ++seen;
    if (ending_) return;
    take_tasks();
    if (--busy_ == 0) busy_.notify_one();
  }
}

void Workers::each(uint32_t count, const std::function<void(uint32_t)>& task) {
  task_ = &task;
  count_ = count;
  next_ = 0;
  busy_ = static_cast<uint32_t>(threads_.size());
  ++round_;
  round_.notify_all();
  take_tasks();
  for (uint32_t busy = busy_; busy != 0; busy = busy_) busy_.wait(busy);
}

}  // namespace mote
