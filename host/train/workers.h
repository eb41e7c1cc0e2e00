// A few threads that take numbered tasks. What a task computes must not depend on who takes it.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

namespace mote {

class Workers {
 public:
  // `threads` in all, the caller's among them; at least 1.
  explicit Workers(uint32_t threads);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // Calls task(0) .. task(count - 1), each once, in any order and in parallel; returns when all are done. Not from two threads.
  void each(uint32_t count, const std::function<void(uint32_t)>& task);

 private:
  void work();
  void take_tasks();

  std::vector<std::thread> threads_;
  const std::function<void(uint32_t)>* task_ = nullptr;
  uint32_t count_ = 0;
  std::atomic<uint32_t> next_{0};
  std::atomic<uint32_t> round_{0};
  std::atomic<uint32_t> busy_{0};
  std::atomic<bool> ending_{false};
};

}  // namespace mote
