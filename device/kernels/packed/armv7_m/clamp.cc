// The fused activation of packed kernels, where it is narrower than int8.
#include "device/kernels/packed/armv7_m/requantize.h"

namespace mote::armv7_m {

void clamp_outputs(int8_t* values, size_t count, const Ending& ending) {
  if (ending.low == INT8_MIN && ending.high == INT8_MAX) return;
  for (size_t i = 0; i < count; ++i) values[i] = static_cast<int8_t>(clamp(values[i], ending.low, ending.high));
}

}  // namespace mote::armv7_m
