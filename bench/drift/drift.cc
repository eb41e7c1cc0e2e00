// bench_drift [FLEETS]: how often the drift alarm is false, and what it finds, as tables for docs/drift.md. Fails when a promise
// of that page does not hold. FLEETS simulated fleets for each figure, five times as many for false alarms; 200 when left out.
#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "base/random.h"
#include "bench/drift/machines.h"
#include "device/monitor/monitor.h"
#include "host/drift/simulation.h"

namespace mote::bench {
namespace {

using drift::Shape;
using drift::Simulation;
using Binomial = boost::math::binomial_distribution<double>;

constexpr double kConfidence = 0.025;   // on either side of the intervals
constexpr uint32_t kFleetsPerRare = 5;  // false alarms are rare: so many times more fleets for them

struct Count {
  uint32_t hits = 0, trials = 0;
  void add(bool hit) { hits += hit ? 1 : 0, ++trials; }
  double share() const { return static_cast<double>(hits) / trials; }
  double low() const { return Binomial::find_lower_bound_on_p(trials, hits, kConfidence); }
  double high() const { return Binomial::find_upper_bound_on_p(trials, hits, kConfidence); }
};

// Clopper and Pearson's interval stands in brackets.
void print(const Count& count) {
  std::printf(" %5.1f %% (%.1f to %.1f) |", 100 * count.share(), 100 * count.low(), 100 * count.high());
}

bool false_alarms(uint32_t fleets) {
  std::printf(
      "\n## False alarms: fleets of 21 devices x 7 scalars, 1,536 windows, every look counted\n\n"
      "| values | fleets with an alarm |\n|---|---|\n");
  bool good = true;
  for (const Shape shape : {Shape::own_bins, Shape::fleet_bins, Shape::confidence, Shape::heavy_tails, Shape::correlated}) {
    Count count;
    for (uint32_t seed = 1; seed <= kFleetsPerRare * fleets; ++seed)
      count.add(simulate(Simulation{.shape = shape, .windows_before = 1536, .windows_after = 0}, seed).alarm_before);
    std::printf("| %s |", name_of(shape));
    print(count);
    std::printf("\n");
    if (shape != Shape::correlated) good = good && count.low() <= 0.02;
  }
  return good;
}

// A change in one scalar of one device, found at the last look.
Count power(uint32_t fleets, Simulation simulation) {
  Count count;
  for (uint32_t seed = 1; seed <= fleets; ++seed) count.add(simulate(simulation, seed).found == 1);
  return count;
}

bool power_by_shift(uint32_t fleets) {
  std::printf(
      "\n## Power: one scalar of one of 21 devices; a change of so many standard deviations is an alarm\n\n"
      "| reference, recent | 0.3 | 0.5 | 0.7 | 1.0 | spread x 1.5 |\n|---|---|---|---|---|---|\n");
  bool good = true;
  for (const auto& [reference, recent] : {std::pair{128u, 128u}, {256u, 192u}, {512u, 384u}, {1024u, 768u}}) {
    Simulation simulation{.windows_before = reference + recent, .windows_after = recent + recent / 3, .changed_devices = 1};
    simulation.policy.reference_windows = reference;
    simulation.policy.recent_windows = recent;
    simulation.policy.first_look_windows = recent / 2;
    simulation.policy.look_windows = recent / 3;
    std::printf("| %u, %u |", reference, recent);
    for (const double shift : {0.3, 0.5, 0.7, 1.0, 0.0}) {
      simulation.shift = shift;
      simulation.spread = shift == 0 ? 1.5 : 1;
      const Count count = power(fleets, simulation);
      print(count);
      if (reference >= 512 && shift >= 0.5) good = good && count.high() >= 0.95;
    }
    std::printf("\n");
  }
  return good;
}

bool machines(uint32_t fleets) {
  Count before, elsewhere, found;
  for (uint32_t seed = 1; seed <= fleets; ++seed) {
    const MachineOutcome outcome = run_machines({}, seed);
    before.add(outcome.alarm_before);
    elsewhere.add(outcome.alarm_elsewhere);
    found.add(outcome.found);
  }
  std::printf(
      "\n## Synthetic machines: 21, one with a gain that moves its root mean square by half a standard deviation\n\n"
      "| | |\n|---|---|\n| fleets with an alarm before |");
  print(before);
  std::printf("\n| with an alarm on another machine, ever |");
  print(elsewhere);
  std::printf("\n| changed machine found |");
  print(found);
  std::printf("\n");
  return before.low() <= 0.02 && elsewhere.low() <= 0.02 && found.high() >= 0.95;
}

// Windows until the CUSUM of one scalar alarms, counted from the end of the learning.
uint32_t run_length(uint64_t seed, double shift, bool learned) {
  constexpr double kDeviation = 100;
  Random random(seed);
  double sum = 0;
  for (uint32_t i = 0; i < kCusumLearnWindows; ++i) sum += std::lrint(kDeviation * random.normal());
  const auto level = learned ? static_cast<int32_t>(sum * 256 / kCusumLearnWindows) : 0;
  Cusum cusum;
  cusum_clear(&cusum);
  for (uint32_t n = 1;; ++n) {
    const auto value = static_cast<int16_t>(std::lrint(kDeviation * (random.normal() + shift)));
    if (cusum_add(&cusum, value, level, static_cast<int32_t>(128 * kDeviation), static_cast<int32_t>(2560 * kDeviation)))
      return n;
  }
}

void cusum(uint32_t runs) {
  std::printf(
      "\n## CUSUM on the device, k 0.5, h 10: windows until an alarm, mean (median)\n\n"
      "| level | no change | 0.5 | 1 | 2 |\n|---|---|---|---|---|\n");
  for (const bool learned : {false, true}) {
    std::printf("| %s |", learned ? "learned from 64 windows" : "known");
    for (const double shift : {0.0, 0.5, 1.0, 2.0}) {
      std::vector<uint32_t> lengths;
      for (uint32_t seed = 1; seed <= runs; ++seed) lengths.push_back(run_length(seed, shift, learned));
      std::sort(lengths.begin(), lengths.end());
      double sum = 0;
      for (const uint32_t length : lengths) sum += length;
      std::printf(" %.0f (%u) |", sum / runs, lengths[lengths.size() / 2]);
    }
    std::printf("\n");
  }
}

}  // namespace
}  // namespace mote::bench

int main(int count, char** words) {
  const int given = count > 1 ? std::atoi(words[1]) : 200;
  if (given < 20) {
    std::fprintf(stderr, "bench_drift: '%s' is no number of fleets from 20 on\n", words[1]);
    return 2;
  }
  const auto fleets = static_cast<uint32_t>(given);
  const bool quiet = mote::bench::false_alarms(fleets);
  const bool powerful = mote::bench::power_by_shift(fleets);
  const bool real = mote::bench::machines(fleets / 10);
  mote::bench::cusum(fleets);
  if (quiet && powerful && real) return 0;
  std::fprintf(stderr, "bench_drift: a promise of docs/drift.md does not hold\n");
  return 1;
}
