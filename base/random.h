// Pseudo-random numbers that are the same on every machine and with every standard library.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>
#include <utility>

namespace mote {

// xoshiro256** by Blackman and Vigna ("Scrambled linear pseudorandom number generators", 2018), seeded through SplitMix64.
// Never for keys: see ota/trust.
class Random {
 public:
  explicit Random(uint64_t seed) {
    for (uint64_t& word : state_) word = split_mix(seed);
  }

  // A generator of its own for a purpose: streams of one seed do not overlap in practice and do not depend on each other.
  static Random stream(uint64_t seed, uint64_t purpose) {
    uint64_t mixed = seed;
    const uint64_t first = split_mix(mixed);
    mixed = first ^ (purpose * 0x9e3779b97f4a7c15u);
    return Random(split_mix(mixed));
  }

  uint64_t next() {
    const uint64_t result = rotate(state_[1] * 5, 7) * 9;
    const uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = rotate(state_[3], 45);
    return result;
  }

  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }  // in [0, 1)
  double uniform(double low, double high) { return low + (high - low) * uniform(); }

  // In [0, count), without bias; count >= 1.
  uint64_t below(uint64_t count) {
    const uint64_t limit = count * (UINT64_MAX / count);
    uint64_t drawn = next();
    while (drawn >= limit) drawn = next();
    return drawn % count;
  }

  // Mean 0, standard deviation 1 (Box and Muller, one of the pair).
  double normal() {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    return radius * std::cos(2.0 * std::numbers::pi * uniform());
  }

  template <typename Container>
  void shuffle(Container& items) {
    for (size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

 private:
  static uint64_t rotate(uint64_t x, int by) { return x << by | x >> (64 - by); }
  static uint64_t split_mix(uint64_t& state) {
    state += 0x9e3779b97f4a7c15u;
    uint64_t z = state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  uint64_t state_[4];
};

}  // namespace mote
