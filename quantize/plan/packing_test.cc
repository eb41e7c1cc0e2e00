// Packings: nothing alive is overlapped but by what may, and on small problems no packing is smaller.
#include "quantize/plan/packing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "base/random.h"

namespace mote {
namespace {

// Without overlays, or, where `overlays`, each block over at most one that dies when it is born.
std::vector<Block> random_blocks(Random& random, size_t count, bool overlays) {
  std::vector<Block> blocks;
  for (size_t i = 0; i < count; ++i) {
    const auto first = static_cast<uint32_t>(random.below(count));
    blocks.push_back({first, first + static_cast<uint32_t>(random.below(4)), 16 * static_cast<uint32_t>(random.below(7))});
  }
  for (size_t i = 0; overlays && i < count; ++i)
    for (size_t j = 0; j < count; ++j) {
      if (blocks[j].last != blocks[i].first || blocks[j].first >= blocks[i].first || blocks[i].bytes == 0) continue;
      blocks[i].below = static_cast<int32_t>(j);
      blocks[i].lead = 16 * static_cast<uint32_t>(random.below(1 + blocks[i].bytes / 16));
      blocks[i].in_place = random.below(3) == 0;
      break;
    }
  return blocks;
}

bool may_lie(const std::vector<Block>& blocks, size_t a, int64_t at, size_t b, int64_t other) {
  if (blocks[a].first > blocks[b].last || blocks[b].first > blocks[a].last || blocks[a].bytes == 0 || blocks[b].bytes == 0)
    return true;
  if (at >= other + blocks[b].bytes || other >= at + blocks[a].bytes) return true;
  if (blocks[a].below == static_cast<int32_t>(b)) return other - at >= blocks[a].lead || (blocks[a].in_place && at == other);
  if (blocks[b].below == static_cast<int32_t>(a)) return at - other >= blocks[b].lead || (blocks[b].in_place && at == other);
  return false;
}

bool sound(const std::vector<Block>& blocks, const Packing& packing) {
  for (size_t a = 0; a < blocks.size(); ++a) {
    if (packing.offsets[a] % kArenaAlignment != 0 || packing.offsets[a] + blocks[a].bytes > packing.bytes) return false;
    for (size_t b = 0; b < a; ++b)
      if (!may_lie(blocks, a, packing.offsets[a], b, packing.offsets[b])) return false;
  }
  return true;
}

// Tries every offset of every block.
uint32_t smallest_by_brute_force(const std::vector<Block>& blocks) {
  uint32_t best = 0;
  for (const Block& block : blocks) best += block.bytes;
  std::vector<uint32_t> offsets(blocks.size());
  const std::function<void(size_t, uint32_t)> place = [&](size_t i, uint32_t height) {
    if (height >= best) return;
    if (i == blocks.size()) {
      best = height;
      return;
    }
    for (uint32_t at = 0; at + blocks[i].bytes < best; at += 16) {
      bool free = true;
      for (size_t j = 0; j < i && free; ++j) free = may_lie(blocks, i, at, j, offsets[j]);
      if (!free) continue;
      offsets[i] = at;
      place(i + 1, std::max(height, at + blocks[i].bytes));
    }
  };
  place(0, 0);
  return best;
}

TEST(Packing, IsTheSmallestOnSmallProblems) {
  Random random(11);
  int above_the_bound = 0;
  for (int i = 0; i < 300; ++i) {
    const std::vector<Block> blocks = random_blocks(random, 1 + random.below(6), false);
    const Packing packing = pack(blocks, 3000);
    ASSERT_TRUE(sound(blocks, packing));
    EXPECT_EQ(packing.bytes, smallest_by_brute_force(blocks)) << "problem " << i;
    EXPECT_GE(packing.bytes, most_alive(blocks));
    if (packing.bytes > most_alive(blocks)) ++above_the_bound;
  }
  EXPECT_LT(above_the_bound, 30);  // most problems reach the bound; the brute force decides on the others
}

TEST(Packing, FindsOverlaysOnSmallProblems) {
  Random random(12);
  int overlaid = 0, larger = 0;
  for (int i = 0; i < 300; ++i) {
    const std::vector<Block> blocks = random_blocks(random, 2 + random.below(4), true);
    const Packing packing = pack(blocks, 3000);
    ASSERT_TRUE(sound(blocks, packing));
    const uint32_t smallest = smallest_by_brute_force(blocks);
    if (packing.bytes > smallest) ++larger;
    if (packing.bytes < most_alive(blocks)) ++overlaid;
  }
  EXPECT_GT(overlaid, 50);
  EXPECT_LT(larger, 10);  // a block may have to stand higher than its lowest place
}

TEST(Packing, IsSoundOnLargeProblems) {
  Random random(13);
  for (const size_t count : {20, 60, 200})
    for (const bool overlays : {false, true}) {
      const std::vector<Block> blocks = random_blocks(random, count, overlays);
      EXPECT_TRUE(sound(blocks, pack(blocks, 50)));
    }
}

}  // namespace
}  // namespace mote
