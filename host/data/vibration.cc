// The physical model behind the synthetic machines; its equations are in docs/data.md.
#include "host/data/vibration.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "base/random.h"

namespace mote::vibration {
namespace {

constexpr double kTurn = 2 * std::numbers::pi;
constexpr double kLoadDeviation = 0.10;               // of the load's factor, from window to window
constexpr double kSpeedDeviation = 0.008;             // of the speed's factor
constexpr double kTemperatureDeviation = 6;           // kelvin
constexpr double kSlip = 0.015;                       // of the interval between two impacts: the balls slide a little
constexpr uint64_t kSpreadFirst = uint64_t{1} << 40;  // windows that healthy_spread looks at

using Signal = std::array<std::array<double, kChannels>, kSamples>;

// What differs from window to window.
struct Weather {
  double load, speed, temperature, phase;
};

Weather draw_weather(Random& random) {
  Weather weather;
  weather.load = std::clamp(1 + kLoadDeviation * random.normal(), 0.5, 1.5);
  weather.speed = std::clamp(1 + kSpeedDeviation * random.normal(), 0.9, 1.1);
  weather.temperature = kTemperatureDeviation * random.normal();
  weather.phase = kTurn * random.uniform();
  return weather;
}

// The natural frequency rings after every ball that rolls over the defect: a train of decaying oscillations.
struct Impacts {
  double interval_s, amplitude, angular, decay;
};

void add_impacts(const Impacts& impacts, const std::array<double, kChannels>& share, Random& random, Signal& signal) {
  const double ring_s = 6 / impacts.decay;  // after which an oscillation has fallen below 0.3 %
  const std::complex<double> turn = std::exp(std::complex<double>(-impacts.decay, impacts.angular) / kSampleRateHz);
  const double end_s = kSamples / kSampleRateHz;
  double nominal_s = -ring_s - impacts.interval_s * random.uniform();
  for (; nominal_s < end_s; nominal_s += impacts.interval_s) {
    const double start_s = nominal_s + kSlip * impacts.interval_s * random.normal();
    const double amplitude = impacts.amplitude * (1 + 0.15 * random.normal());
    const auto first = static_cast<int64_t>(std::max(0.0, std::ceil(start_s * kSampleRateHz)));
    const double since_s = static_cast<double>(first) / kSampleRateHz - start_s;
    std::complex<double> state = amplitude * std::exp(std::complex<double>(-impacts.decay, impacts.angular) * since_s);
    for (int64_t t = first; t < kSamples && std::norm(state) > 1e-8; ++t, state *= turn) {
      for (uint32_t c = 0; c < kChannels; ++c) signal[t][c] += share[c] * state.imag();
    }
  }
}

}  // namespace

const std::vector<std::string>& condition_names() {
  static const std::vector<std::string> names = {"normal", "imbalance", "misalignment", "bearing_fault", "stopped"};
  return names;
}

Machine::Machine(uint64_t seed, uint32_t index) {
  Random random = Random::stream(seed, index);
  stream_ = random.next();
  rotation_hz_ = random.uniform(40, 60);
  resonance_hz_ = random.uniform(420, 620);
  damping_ = random.uniform(0.03, 0.06);
  fault_hz_per_rotation_ = random.uniform(3.4, 3.7);
  residual_ = random.uniform(0.03, 0.06);
  imbalance_ = random.uniform(0.06, 0.20);
  misalignment_ = random.uniform(0.05, 0.16);
  impact_ = random.uniform(0.14, 0.42);
  background_ = random.uniform(0.02, 0.04);
  electronic_ = random.uniform(0.004, 0.008);
  for (uint32_t c = 0; c < kChannels; ++c) {
    gain_[c] = random.uniform(0.85, 1.15);
    offset_[c] = random.uniform(-0.06, 0.06);
    thermal_[c] = random.uniform(0.0004, 0.0010) * (random.uniform() < 0.5 ? -1 : 1);
    stiffness_[c] = random.uniform(0.8, 1.2);
    impact_share_[c] = c == 2 ? random.uniform(0.2, 0.5) : random.uniform(0.5, 1.0);
  }
}

std::vector<int16_t> Machine::window(uint64_t n, Condition condition, const Drift& asked) const {
  const Drift drift = n >= asked.from_window ? asked : Drift{};
  Random random = Random::stream(stream_, n);
  const Weather weather = draw_weather(random);
  const bool turning = condition != Condition::stopped;

  Signal signal{};
  const double speed = weather.speed * drift.speed;
  const double force = weather.load * speed * speed;  // centrifugal forces grow with the square of the speed
  if (turning) {
    const double first = force * (residual_ + (condition == Condition::imbalance ? imbalance_ : 0));
    const double second = condition == Condition::misalignment ? force * misalignment_ : 0;
    const double lag = kTurn * random.uniform();
    for (uint32_t t = 0; t < kSamples; ++t) {
      const double angle = weather.phase + kTurn * rotation_hz_ * speed * t / kSampleRateHz;
      signal[t][0] = stiffness_[0] * first * std::cos(angle) + second * std::cos(2 * angle + lag);
      signal[t][1] = stiffness_[1] * first * std::sin(angle) + 0.8 * second * std::sin(2 * angle + lag);
      signal[t][2] = 0.3 * stiffness_[2] * first * std::cos(angle + 1) +
                     stiffness_[2] * second * (0.9 * std::cos(angle + lag) + 0.6 * std::cos(2 * angle - lag));
    }
  }
  if (condition == Condition::bearing_fault) {
    const double angular = kTurn * resonance_hz_;
    const Impacts impacts = {.interval_s = 1 / (fault_hz_per_rotation_ * rotation_hz_ * speed),
                             .amplitude = impact_ * weather.load,
                             .angular = angular * std::sqrt(1 - damping_ * damping_),
                             .decay = angular * damping_};
    add_impacts(impacts, impact_share_, random, signal);
  }

  const double background = turning ? background_ * weather.load : 0;
  std::vector<int16_t> raw(kSamples * kChannels);
  for (uint32_t c = 0; c < kChannels; ++c) {
    // The sum of independent normal noises is normal: one draw stands for surroundings, electronics and drift.
    const double gain = gain_[c] * drift.gain[c];
    const double noise =
        std::sqrt(gain * gain * (background * background + electronic_ * electronic_) + drift.noise[c] * drift.noise[c]);
    const double offset = offset_[c] + thermal_[c] * weather.temperature + drift.offset[c];
    for (uint32_t t = 0; t < kSamples; ++t) {
      const double sensed = gain * signal[t][c] + noise * random.normal() + offset;
      raw[t * kChannels + c] = static_cast<int16_t>(std::lrint(std::clamp(sensed / kQuantum, -32768.0, 32767.0)));
    }
  }
  return raw;
}

namespace {

struct Moments {
  double sum = 0, squares = 0;
  void add(double value) { sum += value, squares += value * value; }
  Scalar over(double n) const {
    const double mean = sum / n;
    return {mean, std::sqrt(std::max(0.0, squares / n - mean * mean) * n / (n - 1))};
  }
};

}  // namespace

Spread Machine::healthy_spread(uint32_t windows, const Drift& drift) const {
  std::array<Moments, kChannels> means, roots;
  for (uint32_t i = 0; i < windows; ++i) {
    const std::vector<int16_t> raw = window(kSpreadFirst + i, Condition::normal, drift);
    for (uint32_t c = 0; c < kChannels; ++c) {
      Moments values;
      for (uint32_t t = 0; t < kSamples; ++t) values.add(raw[t * kChannels + c]);
      const double mean = values.sum / kSamples;
      means[c].add(mean);
      roots[c].add(std::sqrt(std::max(0.0, values.squares / kSamples - mean * mean)));
    }
  }
  Spread spread;
  for (uint32_t c = 0; c < kChannels; ++c) {
    spread.mean[c] = means[c].over(windows);
    spread.rms[c] = roots[c].over(windows);
  }
  return spread;
}

Drift offset_drift(const Spread& healthy, double deviations, uint64_t from_window) {
  Drift drift{.from_window = from_window};
  for (uint32_t c = 0; c < kChannels; ++c) drift.offset[c] = deviations * healthy.mean[c].deviation * kQuantum;
  return drift;
}

Drift gain_drift(const Spread& healthy, double deviations, uint64_t from_window) {
  Drift drift{.from_window = from_window};
  for (uint32_t c = 0; c < kChannels; ++c) drift.gain[c] = 1 + deviations * healthy.rms[c].deviation / healthy.rms[c].mean;
  return drift;
}

Drift noise_drift(const Spread& healthy, double deviations, uint64_t from_window) {
  Drift drift{.from_window = from_window};
  for (uint32_t c = 0; c < kChannels; ++c) {
    const double before = healthy.rms[c].mean, after = before + deviations * healthy.rms[c].deviation;
    drift.noise[c] = std::sqrt(std::max(0.0, after * after - before * before)) * kQuantum;
  }
  return drift;
}

Drift speed_drift(const Machine& machine, double deviations, uint64_t from_window) {
  constexpr uint32_t kWindows = 200;
  const Scalar healthy = machine.healthy_spread(kWindows).rms[0];
  const double wanted = healthy.mean + deviations * healthy.deviation;
  double low = 0.5, high = 2;
  for (int step = 0; step < 16; ++step) {
    const double middle = (low + high) / 2;
    const double reached = machine.healthy_spread(kWindows, Drift{.speed = middle}).rms[0].mean;
    (reached < wanted ? low : high) = middle;
  }
  return Drift{.from_window = from_window, .speed = (low + high) / 2};
}

Dataset make_dataset(const Plan& plan) {
  Dataset dataset;
  for (const char* axis : {"x", "y", "z"}) dataset.channels.push_back({axis, "g", kQuantum});
  dataset.labels = condition_names();
  dataset.sample_rate_hz = kSampleRateHz;
  dataset.window_samples = kSamples;
  for (uint32_t m = 0; m < plan.machines; ++m) {
    const uint32_t index = plan.first_machine + m;
    const Machine machine(plan.seed, index);
    dataset.groups.push_back("machine" + std::string(index < 10 ? "0" : "") + std::to_string(index));
    for (uint32_t condition = 0; condition < kConditions; ++condition) {
      for (uint32_t i = 0; i < plan.windows; ++i) {
        const uint64_t n = uint64_t{condition} * plan.windows + i;
        const std::vector<int16_t> raw = machine.window(n, static_cast<Condition>(condition));
        dataset.samples.insert(dataset.samples.end(), raw.begin(), raw.end());
        dataset.label_of.push_back(condition);
        dataset.group_of.push_back(m);
      }
    }
  }
  return dataset;
}

}  // namespace mote::vibration
