// Fleets drawn from a seed, looked at whenever a report has come.
#include "host/drift/simulation.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "host/drift/looks.h"

namespace mote::drift {
namespace {

constexpr double kDeviation = 20;  // quanta
constexpr double kFleetDeviation = 6 * kDeviation;
constexpr double kMemory = 0.9;  // of correlated windows
constexpr double kQuantiles[13] = {-1.465, -1.068, -0.792, -0.566, -0.366, -0.180, 0, 0.180, 0.366, 0.566, 0.792, 1.068, 1.465};

int16_t quanta(double value) { return static_cast<int16_t>(std::lrint(std::clamp(value, -32768.0, 32767.0))); }

// One scalar of one machine.
class Source {
 public:
  Source(Shape shape, Random& random) : shape_(shape), state_(random.normal()) {
    const double fleet = shape == Shape::fleet_bins ? kFleetDeviation : kDeviation;
    level_ = shape == Shape::fleet_bins ? kFleetDeviation * std::clamp(random.normal(), -2.0, 2.0) : 0;
    for (size_t i = 0; i < 13; ++i) edges_[i + 1] = quanta(kQuantiles[i] * fleet);
    edges_.front() = quanta(-4 * fleet);
    edges_.back() = quanta(4 * fleet);
    if (shape == Shape::confidence) edges_ = {120, 150, 180, 200, 215, 225, 235, 240, 245, 248, 250, 252, 254, 255, 256};
  }

  int16_t draw(Random& random, double shift, double spread) {
    return quanta(level_ + kDeviation * (shift + spread * standard(random)) + (shape_ == Shape::confidence ? 255 : 0));
  }
  const Edges& edges() const { return edges_; }

 private:
  double standard(Random& random) {
    switch (shape_) {
      case Shape::confidence:
        return random.uniform() < 0.05 ? -random.uniform(0, 6) : 0;
      case Shape::heavy_tails: {
        const double normal = random.normal();
        double squares = 0;
        for (int i = 0; i < 3; ++i) squares += std::pow(random.normal(), 2);
        return normal / std::sqrt(squares / 3);
      }
      case Shape::correlated:
        state_ = kMemory * state_ + std::sqrt(1 - kMemory * kMemory) * random.normal();
        return state_;
      default:
        return random.normal();
    }
  }

  Shape shape_;
  double state_;
  double level_ = 0;
  Edges edges_{};
};

struct Scalar {
  Source source;
  bool changes;
  std::vector<Sketch> reports;
};

Sample sum(const std::vector<Sketch>& reports, size_t begin, size_t end) {
  Tally tally;
  for (size_t i = begin; i < end; ++i) tally.add(reports[i]);
  return tally.sample();
}

// Training plays no part in the alarm: it is left empty.
Evidence evidence_of(const Scalar& scalar, const Split& at) {
  Evidence evidence;
  evidence.edges = scalar.source.edges();
  if (at.reference_complete) evidence.reference = sum(scalar.reports, 0, at.reference_end);
  evidence.recent = sum(scalar.reports, at.recent_begin, at.recent_end);
  evidence.look = at.look;
  return evidence;
}

std::vector<Scalar> make_fleet(const Simulation& simulation, Random& random) {
  std::vector<Scalar> fleet;
  for (uint32_t device = 0; device < simulation.devices; ++device)
    for (uint32_t index = 0; index < simulation.scalars; ++index) {
      const bool is_normal = simulation.shape == Shape::own_bins || simulation.shape == Shape::fleet_bins;
      const bool is_last = simulation.scalars > 1 && index + 1 == simulation.scalars;
      const bool changes = device < simulation.changed_devices && index < simulation.changed_scalars;
      fleet.push_back({Source(is_normal && is_last ? Shape::confidence : simulation.shape, random), changes, {}});
    }
  return fleet;
}

void report(const Simulation& simulation, bool changed, Scalar& scalar, Random& random) {
  const bool moved = changed && scalar.changes;
  Sketch sketch;
  sketch_clear(&sketch);
  for (uint32_t i = 0; i < simulation.report_windows; ++i)
    sketch_add(&sketch, scalar.source.edges().data(),
               scalar.source.draw(random, moved ? simulation.shift : 0, moved ? simulation.spread : 1));
  scalar.reports.push_back(sketch);
}

void look(const Simulation& simulation, const std::vector<Scalar>& fleet, const Split& at, bool changed, Outcome& outcome) {
  std::vector<Evidence> evidence;
  for (const Scalar& scalar : fleet) evidence.push_back(evidence_of(scalar, at));
  const std::vector<ScalarVerdict> verdicts = judge(evidence, simulation.policy);
  outcome.found = outcome.wanted = 0;
  for (size_t i = 0; i < fleet.size(); ++i) {
    const bool alarm = verdicts[i].installation.finding == Finding::different;
    outcome.wanted += fleet[i].changes ? 1 : 0;
    outcome.found += alarm && fleet[i].changes ? 1 : 0;
    outcome.alarm_before = outcome.alarm_before || (alarm && !changed);
    outcome.alarm_elsewhere = outcome.alarm_elsewhere || (alarm && !fleet[i].changes);
  }
}

}  // namespace

const char* name_of(Shape shape) {
  switch (shape) {
    case Shape::own_bins:
      return "normal, bins of the machine";
    case Shape::fleet_bins:
      return "normal, bins of the fleet";
    case Shape::confidence:
      return "confidence";
    case Shape::heavy_tails:
      return "heavy tails";
    case Shape::correlated:
      return "correlated windows";
  }
  return "";
}

Outcome simulate(const Simulation& simulation, uint64_t seed) {
  Random random(seed);
  std::vector<Scalar> fleet = make_fleet(simulation, random);
  const uint32_t before = simulation.windows_before / simulation.report_windows;
  const uint32_t reports = before + simulation.windows_after / simulation.report_windows;
  Outcome outcome;
  std::vector<uint32_t> windows;
  uint32_t looked = 0;
  for (uint32_t i = 0; i < reports; ++i) {
    for (Scalar& scalar : fleet) report(simulation, i >= before, scalar, random);
    windows.push_back(simulation.report_windows);
    const Split at = split(windows, simulation.policy);
    if (at.look == looked) continue;  // nothing new to see: the verdict is a function of the look
    looked = at.look;
    look(simulation, fleet, at, i >= before, outcome);
  }
  return outcome;
}

}  // namespace mote::drift
