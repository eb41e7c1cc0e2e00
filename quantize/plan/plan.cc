// Packs lifetimes into the arena.
#include "quantize/plan/plan.h"

#include <algorithm>
#include <numeric>

namespace mote {
namespace {

bool overlap(const Lifetime& a, const Lifetime& b) { return a.first <= b.last && b.first <= a.last; }

// The lowest offset at which `value` fits among those already placed.
uint32_t lowest_place(const std::vector<Lifetime>& values, const std::vector<size_t>& placed,
                      const std::vector<uint32_t>& offsets, const Lifetime& value) {
  std::vector<std::pair<uint32_t, uint32_t>> taken;
  for (const size_t other : placed)
    if (overlap(values[other], value)) taken.emplace_back(offsets[other], offsets[other] + values[other].bytes);
  std::sort(taken.begin(), taken.end());
  uint32_t at = 0;
  for (const auto& [begin, end] : taken) {
    if (at + value.bytes <= begin) break;
    at = std::max(at, end);
  }
  return at;
}

ArenaPlan pack(const std::vector<Lifetime>& values, const std::vector<size_t>& order) {
  ArenaPlan plan;
  plan.offsets.assign(values.size(), kNotInArena);
  std::vector<size_t> placed;
  for (const size_t id : order) {
    plan.offsets[id] = lowest_place(values, placed, plan.offsets, values[id]);
    plan.arena_bytes = std::max(plan.arena_bytes, plan.offsets[id] + values[id].bytes);
    placed.push_back(id);
  }
  return plan;
}

// Every order of placing, depth first. The best packing is among them: take its values by offset, and each falls to where it
// lies or lower.
class Search {
 public:
  Search(const std::vector<Lifetime>& values, std::vector<size_t> order, ArenaPlan best)
      : values_(values), order_(std::move(order)), best_(std::move(best)), least_(least_arena(values)) {
    offsets_.assign(values.size(), kNotInArena);
    used_.assign(order_.size(), false);
  }

  ArenaPlan run() {
    descend(0);
    return best_;
  }

 private:
  static constexpr uint32_t kMostSteps = 200000;

  bool done() const { return best_.arena_bytes == least_ || steps_ >= kMostSteps; }

  void descend(uint32_t height) {
    if (placed_.size() == order_.size()) {
      best_ = {offsets_, height};
      return;
    }
    for (size_t i = 0; i < order_.size() && !done(); ++i) {
      if (used_[i]) continue;
      ++steps_;
      const size_t id = order_[i];
      const uint32_t at = lowest_place(values_, placed_, offsets_, values_[id]);
      const uint32_t reach = std::max(height, at + values_[id].bytes);
      if (reach >= best_.arena_bytes) continue;
      used_[i] = true;
      offsets_[id] = at;
      placed_.push_back(id);
      descend(reach);
      placed_.pop_back();
      offsets_[id] = kNotInArena;
      used_[i] = false;
    }
  }

  const std::vector<Lifetime>& values_;
  std::vector<size_t> order_;
  ArenaPlan best_;
  uint32_t least_;
  uint32_t steps_ = 0;
  std::vector<uint32_t> offsets_;
  std::vector<bool> used_;
  std::vector<size_t> placed_;
};

std::vector<size_t> by_size(const std::vector<Lifetime>& values) {
  std::vector<size_t> order;
  for (size_t id = 0; id < values.size(); ++id)
    if (values[id].bytes != 0) order.push_back(id);
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a].bytes > values[b].bytes; });
  return order;
}

}  // namespace

uint32_t least_arena(const std::vector<Lifetime>& values) {
  uint32_t most = 0;
  for (const Lifetime& at : values) {  // the maximum is reached where some value begins
    uint32_t alive = 0;
    for (const Lifetime& value : values)
      if (value.first <= at.first && at.first <= value.last) alive += value.bytes;
    most = std::max(most, alive);
  }
  return most;
}

ArenaPlan plan_arena(const std::vector<Lifetime>& values) {
  const std::vector<size_t> order = by_size(values);
  return Search(values, order, pack(values, order)).run();
}

ArenaPlan plan_without_reuse(const std::vector<Lifetime>& values) {
  ArenaPlan plan;
  for (const Lifetime& value : values) {
    plan.offsets.push_back(value.bytes == 0 ? kNotInArena : plan.arena_bytes);
    plan.arena_bytes += value.bytes;
  }
  return plan;
}

}  // namespace mote
