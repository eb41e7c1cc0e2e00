// Takes packed sliding filters apart.
#include "device/kernels/depthwise_conv_2d/small_armv7e_m.h"

#include <string.h>

#include "device/kernels/depthwise_conv_2d/sliding_armv7e_m.h"

namespace mote::armv7e_m {

void take_apart(DepthwiseForm form, const uint32_t* weights, uint32_t channel, uint32_t count, uint32_t taps[kSlidingTaps]) {
  memset(taps, 0, sizeof(uint32_t) * kSlidingTaps);
  auto* to = reinterpret_cast<uint8_t*>(taps);
  weights += channel * kSlidingWords;
  for (uint32_t i = 0; i < count; ++i, ++to, weights += kSlidingWords)
    for (uint32_t row = 0; row < 3; ++row)
      for (uint32_t column = 0; column < 3; ++column) {
        const int32_t weight =
            form == DepthwiseForm::by_one ? tap_by_one(weights, row, column) : tap_by_two(weights, row, column);
        to[4 * (3 * row + column)] = static_cast<uint8_t>(weight);
      }
}

}  // namespace mote::armv7e_m
