// The vibration generator as a device's sensor.
#include "host/simulate/sensor.h"

#include <memory>

#include "host/data/vibration.h"

namespace mote {
namespace {

vibration::Drift drift_of(const vibration::Machine& machine, const DriftPlan& plan) {
  if (plan.kind == DriftKind::none) return {};
  if (plan.kind == DriftKind::speed) return vibration::speed_drift(machine, plan.deviations, plan.from_window);
  const vibration::Spread healthy = machine.healthy_spread();
  switch (plan.kind) {
    case DriftKind::offset:
      return vibration::offset_drift(healthy, plan.deviations, plan.from_window);
    case DriftKind::gain:
      return vibration::gain_drift(healthy, plan.deviations, plan.from_window);
    default:
      return vibration::noise_drift(healthy, plan.deviations, plan.from_window);
  }
}

}  // namespace

Result<DriftKind> parse_drift_kind(const std::string& name) {
  if (name == "none") return DriftKind::none;
  if (name == "offset") return DriftKind::offset;
  if (name == "gain") return DriftKind::gain;
  if (name == "noise") return DriftKind::noise;
  if (name == "speed") return DriftKind::speed;
  return Error{.cause = Cause::usage,
               .what = "'" + name + "' is no kind of drift",
               .where = "",
               .todo = "use one of offset, gain, noise, speed"};
}

WindowSource vibration_source(uint64_t seed, uint32_t machine, const DriftPlan& plan) {
  auto source = std::make_shared<const vibration::Machine>(seed, machine);
  const vibration::Drift drift = drift_of(*source, plan);
  return [source, drift](uint64_t n) { return source->window(n, vibration::Condition::normal, drift); };
}

}  // namespace mote
