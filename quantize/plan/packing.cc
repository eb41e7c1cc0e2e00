// Greedy by order, and a search over orders.
#include "quantize/plan/packing.h"

#include <algorithm>
#include <numeric>

#include "base/random.h"

namespace mote {
namespace {

// Places where a block may not begin, both ends excluded; all but `except`.
struct Forbidden {
  int64_t begin, end, except;
};

bool meet(const Block& a, const Block& b) { return a.first <= b.last && b.first <= a.last; }

// Where `block` may not begin because of `other`, which lies at `at`.
Forbidden forbidden(const std::vector<Block>& blocks, size_t block, size_t other, int64_t at) {
  const Block &mine = blocks[block], &its = blocks[other];
  Forbidden result{at - mine.bytes, at + its.bytes, -1};
  if (mine.below == static_cast<int32_t>(other)) {
    result.begin = at - mine.lead;
    if (mine.in_place) result.except = at;
  } else if (its.below == static_cast<int32_t>(block)) {
    result.end = at + its.lead;
    if (its.in_place) result.except = at;
  }
  return result;
}

int64_t lowest_place(const std::vector<Forbidden>& sorted) {
  const auto is_free = [&](int64_t at) {
    return std::none_of(sorted.begin(), sorted.end(),
                        [&](const Forbidden& f) { return f.begin < at && at < f.end && at != f.except; });
  };
  int64_t at = 0;
  for (const Forbidden& f : sorted)
    if (f.begin < at && at < f.end) at = f.end;
  for (const Forbidden& f : sorted)
    if (f.except >= 0 && f.except < at && is_free(f.except)) at = f.except;
  return at;
}

Packing pack_in_order(const std::vector<Block>& blocks, const std::vector<size_t>& order, uint32_t limit) {
  Packing packing;
  packing.offsets.assign(blocks.size(), 0);
  std::vector<Forbidden> taken;
  for (size_t turn = 0; turn < order.size(); ++turn) {
    const size_t block = order[turn];
    taken.clear();
    for (size_t before = 0; before < turn; ++before)
      if (meet(blocks[block], blocks[order[before]]))
        taken.push_back(forbidden(blocks, block, order[before], packing.offsets[order[before]]));
    std::sort(taken.begin(), taken.end(), [](const Forbidden& a, const Forbidden& b) { return a.begin < b.begin; });
    packing.offsets[block] = static_cast<uint32_t>(lowest_place(taken));
    packing.bytes = std::max(packing.bytes, packing.offsets[block] + blocks[block].bytes);
    if (packing.bytes >= limit) return packing;
  }
  return packing;
}

template <typename Before>
std::vector<size_t> ordered(std::vector<size_t> order, Before before) {
  std::stable_sort(order.begin(), order.end(), before);
  return order;
}

std::vector<std::vector<size_t>> orders_to_try(const std::vector<Block>& blocks) {
  std::vector<size_t> all;
  for (size_t i = 0; i < blocks.size(); ++i)
    if (blocks[i].bytes != 0) all.push_back(i);
  const auto size = [&](size_t a, size_t b) { return blocks[a].bytes > blocks[b].bytes; };
  const auto first = [&](size_t a, size_t b) { return blocks[a].first < blocks[b].first; };
  const auto last = [&](size_t a, size_t b) { return blocks[a].last > blocks[b].last; };
  const auto length = [&](size_t a, size_t b) { return blocks[a].last - blocks[a].first > blocks[b].last - blocks[b].first; };
  return {ordered(all, size), ordered(ordered(all, size), length), ordered(all, first), ordered(all, last)};
}

}  // namespace

Packing pack(const std::vector<Block>& blocks, uint32_t effort) {
  Packing best;
  std::vector<size_t> order;
  for (std::vector<size_t>& candidate : orders_to_try(blocks)) {
    Packing packing = pack_in_order(blocks, candidate, UINT32_MAX);
    if (!order.empty() && packing.bytes >= best.bytes) continue;
    best = std::move(packing);
    order = std::move(candidate);
  }
  Random random(1);
  for (uint32_t i = 0; i < effort && order.size() > 1; ++i) {
    std::vector<size_t> other = order;
    const size_t from = random.below(other.size()), to = random.below(other.size());
    const size_t moved = other[from];
    other.erase(other.begin() + static_cast<std::ptrdiff_t>(from));
    other.insert(other.begin() + static_cast<std::ptrdiff_t>(to), moved);
    Packing packing = pack_in_order(blocks, other, best.bytes + 1);
    if (packing.bytes > best.bytes) continue;  // an equal one may lead further
    best = std::move(packing);
    order = std::move(other);
  }
  return best;
}

uint32_t most_alive(const std::vector<Block>& blocks) {
  uint32_t most = 0;
  for (const Block& at : blocks) {  // the maximum is reached where some block begins
    uint32_t alive = 0;
    for (const Block& block : blocks)
      if (block.first <= at.first && at.first <= block.last) alive += block.bytes;
    most = std::max(most, alive);
  }
  return most;
}

}  // namespace mote
