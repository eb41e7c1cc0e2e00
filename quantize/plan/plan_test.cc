// Plans: nothing alive is overlapped, and on small problems no plan is smaller.
#include "quantize/plan/plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "quantize/test/graphs.h"

namespace mote {
namespace {

std::vector<Lifetime> random_lifetimes(Random& random, size_t count) {
  std::vector<Lifetime> values;
  for (size_t i = 0; i < count; ++i) {
    const auto first = static_cast<uint32_t>(random.below(count));
    values.push_back({first, first + static_cast<uint32_t>(random.below(4)), 16 * static_cast<uint32_t>(random.below(7))});
  }
  return values;
}

bool sound(const std::vector<Lifetime>& values, const ArenaPlan& plan) {
  for (size_t a = 0; a < values.size(); ++a) {
    if (values[a].bytes == 0) {
      if (plan.offsets[a] != kNotInArena) return false;
      continue;
    }
    if (plan.offsets[a] % kArenaAlignment != 0 || plan.offsets[a] + values[a].bytes > plan.arena_bytes) return false;
    for (size_t b = 0; b < a; ++b) {
      const bool together = values[a].first <= values[b].last && values[b].first <= values[a].last && values[b].bytes != 0;
      if (together && plan.offsets[a] < plan.offsets[b] + values[b].bytes && plan.offsets[b] < plan.offsets[a] + values[a].bytes)
        return false;
    }
  }
  return true;
}

// Tries every offset of every value.
uint32_t smallest_by_brute_force(const std::vector<Lifetime>& values) {
  uint32_t best = 0;
  for (const Lifetime& value : values) best += value.bytes;
  std::vector<uint32_t> offsets(values.size());
  const std::function<void(size_t, uint32_t)> place = [&](size_t i, uint32_t height) {
    if (height >= best) return;
    if (i == values.size()) {
      best = height;
      return;
    }
    for (uint32_t at = 0; at + values[i].bytes < best; at += 16) {
      bool free = true;
      for (size_t j = 0; j < i && free; ++j)
        free = values[i].first > values[j].last || values[j].first > values[i].last || at >= offsets[j] + values[j].bytes ||
               offsets[j] >= at + values[i].bytes;
      if (!free) continue;
      offsets[i] = at;
      place(i + 1, std::max(height, at + values[i].bytes));
    }
  };
  place(0, 0);
  return best;
}

TEST(Plan, IsTheSmallestOnSmallProblems) {
  Random random(11);
  int above_the_bound = 0;
  for (int i = 0; i < 300; ++i) {
    const std::vector<Lifetime> values = random_lifetimes(random, 1 + random.below(6));
    const ArenaPlan plan = plan_arena(values);
    ASSERT_TRUE(sound(values, plan));
    EXPECT_EQ(plan.arena_bytes, smallest_by_brute_force(values)) << "problem " << i;
    EXPECT_GE(plan.arena_bytes, least_arena(values));
    if (plan.arena_bytes > least_arena(values)) ++above_the_bound;
  }
  EXPECT_LT(above_the_bound, 30);  // most problems reach the bound; the brute force decides on the others
}

TEST(Plan, IsSoundOnLargeProblems) {
  Random random(12);
  for (const size_t count : {20, 60, 200}) {
    const std::vector<Lifetime> values = random_lifetimes(random, count);
    EXPECT_TRUE(sound(values, plan_arena(values)));
    EXPECT_TRUE(sound(values, plan_without_reuse(values)));
  }
}

TEST(Plan, WithoutReuseSharesNoByte) {
  const std::vector<Lifetime> values = {{0, 0, 32}, {1, 1, 16}, {0, 3, 0}, {2, 2, 48}};
  const ArenaPlan plan = plan_without_reuse(values);
  EXPECT_EQ(plan.offsets, (std::vector<uint32_t>{0, 32, kNotInArena, 48}));
  EXPECT_EQ(plan.arena_bytes, 96u);
}

TEST(Lifetimes, FollowTheRulesOfTheFormat) {
  const Graph graph = test::parsed(R"(mote-graph 1
    %0 = raw_input int16[1,1,9,1]
    %1 = constant int32[1,1,3,1] { 0 1073741824 0 }
    %2 = standardize(%0, %1) : int8[1,1,9,1]
    %3 = mean_rms(%0) : int16[1,1,1,2]
    %4 = max_pool_2d(%2) filter=[1,3] stride=[1,3] : int8[1,1,3,1]
    %5 = mean(%4) : int8[1,1,1,1]
    front nodes=2 input=%2 statistics=%3
    return %5)");
  const std::vector<Lifetime> values = lifetimes(graph);
  const auto expect = [&](ValueId id, uint32_t first, uint32_t last, uint32_t bytes) {
    EXPECT_EQ(values[id].first, first) << id;
    EXPECT_EQ(values[id].last, last) << id;
    EXPECT_EQ(values[id].bytes, bytes) << id;
  };
  expect(0, 0, 1, 32);  // raw: from the start to its last reader; 18 bytes in units of 16
  expect(2, 0, 2, 16);
  expect(3, 1, 3, 16);  // statistics: to the end
  expect(4, 2, 3, 16);
  expect(5, 3, 3, 16);
  EXPECT_EQ(values[1].bytes, 0u);  // constants lie in flash
}

}  // namespace
}  // namespace mote
