// Synthetic vibration of rotating machines: the data of the demo and of tests, from a physical model (docs/data.md).
//
//     const vibration::Machine machine(seed, 7);
//     const vibration::Spread spread = machine.healthy_spread();
//     const vibration::Drift drift = vibration::gain_drift(spread, 0.5, 400);  // half a standard deviation from window 400 on
//     std::vector<int16_t> raw = machine.window(n, vibration::Condition::normal, drift);
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "host/data/dataset.h"

namespace mote::vibration {

constexpr uint32_t kSamples = 128;
constexpr uint32_t kChannels = 3;  // x, y radial, z axial
constexpr double kSampleRateHz = 1600;
constexpr double kQuantum = 1.0 / 4096;  // g per int16 step: a sensor of +-8 g

// The values are the class numbers of the data set.
enum class Condition : uint8_t { normal, imbalance, misalignment, bearing_fault, stopped };
constexpr uint32_t kConditions = 5;
const std::vector<std::string>& condition_names();

// A change of the sensor or the machine, from one window on. The default changes nothing.
struct Drift {
  uint64_t from_window = 0;
  std::array<double, kChannels> gain = {1, 1, 1};    // factor on what is sensed about the offset
  std::array<double, kChannels> offset = {0, 0, 0};  // g, added
  std::array<double, kChannels> noise = {0, 0, 0};   // g, standard deviation of white noise added
  double speed = 1;                                  // factor on the rotation
};

// The values of one scalar over many windows, in quanta.
struct Scalar {
  double mean = 0, deviation = 0;
};

// The monitored scalars of a raw window: mean, and root mean square about the mean, of each channel.
struct Spread {
  std::array<Scalar, kChannels> mean, rms;
};

// One machine with its sensor: speed, severity of its faults, resonance, gain, offset and noise are its own, drawn from
// (seed, index). Windows are independent of each other: load, speed, temperature and phase vary between them.
class Machine {
 public:
  Machine(uint64_t seed, uint32_t index);

  // Window `n`, [kSamples][kChannels]. A pure function of (seed, index, n, condition, drift); any order, any thread.
  std::vector<int16_t> window(uint64_t n, Condition condition, const Drift& drift = {}) const;

  // Of `windows` healthy windows apart from those that a caller is likely to ask for.
  Spread healthy_spread(uint32_t windows = 400, const Drift& drift = {}) const;

 private:
  uint64_t stream_;  // of the windows
  double rotation_hz_, resonance_hz_, damping_, fault_hz_per_rotation_;
  double residual_, imbalance_, misalignment_, impact_;  // g at nominal speed
  double background_;                                    // g, vibration of the surroundings while turning
  double electronic_;                                    // g, the sensor's own noise
  std::array<double, kChannels> gain_, offset_, thermal_, stiffness_, impact_share_;
};

// Drifts that move a scalar of every channel by `deviations` of its healthy standard deviation.
Drift offset_drift(const Spread& healthy, double deviations, uint64_t from_window);  // the mean
Drift gain_drift(const Spread& healthy, double deviations, uint64_t from_window);    // the root mean square
Drift noise_drift(const Spread& healthy, double deviations, uint64_t from_window);   // the root mean square; deviations >= 0
// The root mean square of channel x, found by bisection; the others move as the machine makes them.
Drift speed_drift(const Machine& machine, double deviations, uint64_t from_window);

// Groups are machines "machine00", "machine01" ...; every machine has `windows` windows of each condition.
struct Plan {
  uint64_t seed = 1;
  uint32_t first_machine = 0;
  uint32_t machines = 20;
  uint32_t windows = 60;
};
Dataset make_dataset(const Plan& plan);

}  // namespace mote::vibration
