// Holds the sketch to its algebra (docs/spec/telemetry.md, S1 to S5) and the CUSUM to its run lengths.
#include "device/monitor/sketch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/bytes.h"
#include "base/random.h"

namespace mote {
namespace {

constexpr int16_t kEdges[kSketchEdges] = {-700, -500, -350, -250, -150, -80, -20, 20, 80, 150, 250, 350, 500, 700, 900};

Bytes wire_of(const Sketch& sketch) {
  Bytes wire(kSketchWireBytes);
  sketch_write(sketch, wire.data());
  return wire;
}

Sketch sketch_of(const std::vector<int16_t>& values, int missing = 0) {
  Sketch sketch;
  sketch_clear(&sketch);
  for (const int16_t value : values) sketch_add(&sketch, kEdges, value);
  for (int i = 0; i < missing; ++i) sketch_miss(&sketch);
  return sketch;
}

std::vector<int16_t> random_values(Random& random, size_t count) {
  std::vector<int16_t> values(count);
  for (int16_t& value : values) {
    value = static_cast<int16_t>(std::clamp(random.normal() * 500, -32768.0, 32767.0));
    if (random.below(20) == 0) value = static_cast<int16_t>(random.next());
    if (random.below(50) == 0) value = random.below(2) == 0 ? 32767 : -32768;
  }
  return values;
}

TEST(Sketch, S1_a_value_on_an_edge_belongs_to_the_bin_above_it) {
  EXPECT_EQ(sketch_of({-701}).bins[0], 1);
  EXPECT_EQ(sketch_of({-700}).bins[1], 1);
  EXPECT_EQ(sketch_of({899}).bins[14], 1);
  EXPECT_EQ(sketch_of({900}).bins[15], 1);
  EXPECT_EQ(sketch_of({-32768}).bins[0], 1);
  EXPECT_EQ(sketch_of({32767}).bins[15], 1);
}

TEST(Sketch, S1_counts_moments_and_extremes_are_those_of_the_values) {
  const Sketch sketch = sketch_of({-300, 5, 32767, -32768, 5}, 3);
  EXPECT_EQ(sketch.n, 5u);
  EXPECT_EQ(sketch.missing, 3);
  EXPECT_EQ(sketch.clipped, 2);
  EXPECT_EQ(sketch.sum, -300 + 5 + 32767 - 32768 + 5);
  EXPECT_EQ(sketch.sum_of_squares, 300 * 300 + 25 + 25 + int64_t{32767} * 32767 + int64_t{32768} * 32768);
  EXPECT_EQ(sketch.minimum, -32768);
  EXPECT_EQ(sketch.maximum, 32767);
}

TEST(Sketch, S2_merging_is_the_sketch_of_all_values_in_any_order) {
  Random random(1);
  for (int round = 0; round < 300; ++round) {
    std::vector<int16_t> a = random_values(random, random.below(100)), b = random_values(random, random.below(100));
    const int missing_a = static_cast<int>(random.below(5)), missing_b = static_cast<int>(random.below(5));
    Sketch ab = sketch_of(a, missing_a), ba = sketch_of(b, missing_b);
    sketch_merge(&ab, ba);
    sketch_merge(&ba, sketch_of(a, missing_a));
    std::vector<int16_t> all = a;
    all.insert(all.end(), b.begin(), b.end());
    random.shuffle(all);
    ASSERT_EQ(wire_of(ab), wire_of(sketch_of(all, missing_a + missing_b)));
    ASSERT_EQ(wire_of(ba), wire_of(ab));
  }
}

TEST(Sketch, S2_the_empty_sketch_changes_nothing) {
  Random random(2);
  const Sketch empty = sketch_of({});
  for (size_t count : {0, 1, 50}) {
    const Sketch some = sketch_of(random_values(random, count), 2);
    Sketch left = empty, right = some;
    sketch_merge(&left, some);
    sketch_merge(&right, empty);
    EXPECT_EQ(wire_of(left), wire_of(some));
    EXPECT_EQ(wire_of(right), wire_of(some));
  }
}

TEST(Sketch, S3_narrow_counts_stay_at_their_highest) {
  Sketch sketch = sketch_of({});
  for (int i = 0; i < 65534; ++i) {
    sketch_add(&sketch, kEdges, 32767);
    sketch_miss(&sketch);
  }
  EXPECT_EQ(sketch.bins[15], 65534);
  Sketch more = sketch_of({32767, 32767, 32767}, 3);
  sketch_merge(&more, sketch);
  for (int i = 0; i < 3; ++i) {
    sketch_add(&sketch, kEdges, 32767);
    sketch_miss(&sketch);
  }
  EXPECT_EQ(wire_of(sketch), wire_of(more));
  EXPECT_EQ(sketch.bins[15], 65535);
  EXPECT_EQ(sketch.clipped, 65535);
  EXPECT_EQ(sketch.missing, 65535);
  EXPECT_EQ(sketch.n, 65537u);
  EXPECT_EQ(sketch.sum, int64_t{65537} * 32767);
  Sketch read;
  EXPECT_TRUE(sketch_read(&read, wire_of(sketch).data(), kSketchWireBytes)) << "saturated bins need not add up to n";
}

TEST(Sketch, S4_comes_back_from_the_wire) {
  Random random(3);
  for (int round = 0; round < 100; ++round) {
    const Bytes wire = wire_of(sketch_of(random_values(random, random.below(80)), static_cast<int>(random.below(3))));
    Sketch read;
    ASSERT_TRUE(sketch_read(&read, wire.data(), wire.size()));
    ASSERT_EQ(wire_of(read), wire);
  }
}

TEST(Sketch, S4_the_wire_form_is_the_documented_one) {
  const std::string bins = "0100" + std::string(14 * 4, '0') + "0200";
  const std::string counts = "0300000002000000";                // n 3, missing 2, clipped 0
  const std::string sums = "4c04000000000000b23e200000000000";  // 1100; 701^2 + 900^2 + 901^2 = 2113202
  const std::string extremes = "43fd850300000000";
  EXPECT_EQ(to_hex(wire_of(sketch_of({-701, 900, 901}, 2))), bins + counts + sums + extremes);
}

TEST(Sketch, S5_impossible_numbers_are_refused_and_leave_an_empty_sketch) {
  const Bytes good = wire_of(sketch_of({-10, 20, 30}, 1));
  struct Defect {
    size_t at;
    uint8_t value;
    const char* what;
  };
  for (const Defect& defect : {Defect{0, 1, "a bin more than n"}, Defect{32, 4, "n more than the bins"},
                               Defect{38, 4, "more clipped than n"}, Defect{47, 0x7f, "a sum beyond the range"},
                               Defect{55, 0x80, "a negative sum of squares"}, Defect{55, 0x7f, "squares beyond the range"},
                               Defect{57, 0x7f, "a minimum above the maximum"}, Defect{60, 1, "padding"}}) {
    Bytes bad = good;
    bad[defect.at] = defect.value;
    Sketch read;
    EXPECT_FALSE(sketch_read(&read, bad.data(), bad.size())) << defect.what;
    EXPECT_EQ(wire_of(read), wire_of(sketch_of({}))) << defect.what;
  }
  Sketch read;
  EXPECT_FALSE(sketch_read(&read, good.data(), good.size() - 1));
  EXPECT_FALSE(sketch_read(&read, nullptr, 0));
}

TEST(Sketch, S5_what_is_read_of_any_bytes_merges_without_overflow) {
  Random random(4);
  const Bytes good = wire_of(sketch_of(random_values(random, 60), 1));
  Sketch total = sketch_of({});
  int read_well = 0;
  for (int round = 0; round < 50000; ++round) {
    Bytes bytes = good;
    for (uint64_t i = random.below(4); i > 0; --i) bytes[random.below(bytes.size())] = static_cast<uint8_t>(random.next());
    Sketch read;
    if (!sketch_read(&read, bytes.data(), bytes.size())) continue;
    ++read_well;
    sketch_merge(&total, read);
  }
  EXPECT_GT(read_well, 10000);
  EXPECT_GE(total.sum_of_squares, 0);
}

// In standard deviations: a deviation of 100 quanta, k = 0.5 and h = 5.
int run_length(Random& random, double shift, double k, double h) {
  Cusum cusum;
  cusum_clear(&cusum);
  for (int n = 1;; ++n) {
    const auto value = static_cast<int16_t>(std::lrint(100 * (random.normal() + shift)));
    if (cusum_add(&cusum, value, 0, static_cast<int32_t>(k * 25600), static_cast<int32_t>(h * 25600))) return n;
  }
}

double mean_run_length(uint64_t seed, double shift, double k, double h) {
  Random random(seed);
  double total = 0;
  for (int i = 0; i < 1000; ++i) total += run_length(random, shift, k, h);
  return total / 1000;
}

// Siegmund's approximation (Sequential Analysis, 1985, 2.5) of a one-sided run length to `drift` per step; a two-sided chart's
// rate of alarms is the sum of both sides'.
double siegmund(double drift, double h) {
  const double b = h + 1.166;
  return (std::exp(-2 * drift * b) + 2 * drift * b - 1) / (2 * drift * drift);
}

TEST(Cusum, RunLengthsAreThoseOfTheTheory) {
  EXPECT_NEAR(mean_run_length(5, 0, 0.5, 5), siegmund(-0.5, 5) / 2, 0.10 * 465);
  EXPECT_NEAR(mean_run_length(6, 0.5, 0.25, 8), siegmund(0.25, 8), 0.08 * siegmund(0.25, 8));
  EXPECT_NEAR(mean_run_length(7, 1.0, 0.5, 5), siegmund(0.5, 5), 0.08 * siegmund(0.5, 5));
}

TEST(Cusum, BothSidesAreWatchedAlike) {
  for (const int sign : {-1, 1}) {
    Cusum cusum;
    cusum_clear(&cusum);
    int n = 1;
    while (!cusum_add(&cusum, static_cast<int16_t>(sign * 200), 0, 25600, 5 * 25600)) ++n;
    EXPECT_EQ(n, 6) << "5 * 256 is not passed, 6 * 256 is";
    EXPECT_EQ(cusum.up, 0) << "the sums start anew";
    EXPECT_EQ(cusum.down, 0);
  }
}

TEST(Cusum, SumsSaturate) {
  Cusum cusum;
  cusum_clear(&cusum);
  for (int i = 0; i < 1000; ++i) EXPECT_FALSE(cusum_add(&cusum, 32767, INT32_MIN, 0, INT32_MAX));
  EXPECT_EQ(cusum.up, INT32_MAX);
  EXPECT_EQ(cusum.down, 0);
}

}  // namespace
}  // namespace mote
