// Sliding filters that read the packed form of Armv7-M, in plain C for other machines.
#include "device/kernels/depthwise_conv_2d/sliding_armv7_m.h"
#include "device/kernels/packed/armv7_m/requantize.h"

#if !MOTE_THUMB2

namespace mote::armv7_m {
namespace {

void slide_plainly(const Slide& slide, uint32_t stride, Rounding rounding) {
  for (uint32_t c = 0; c < slide.channels; ++c)
    for (uint32_t i = 0; i < slide.outputs; ++i) {
      const int8_t* first = slide.strip + i * stride * kStripColumn + c;
      const int8_t* weight = slide.weights + c * kSlidingTaps;
      int32_t sum = 0;
      for (uint32_t row = 0; row < 3; ++row)
        for (uint32_t column = 0; column < 3; ++column) sum += *weight++ * first[column * kStripColumn + row * kStripChannels];
      slide.output[i * slide.step + c] = requantize(sum, slide.records[c], rounding);
    }
}

}  // namespace

void slide_by_one(const Slide& slide, Rounding rounding) { slide_plainly(slide, 1, rounding); }
void slide_by_two(const Slide& slide, Rounding rounding) { slide_plainly(slide, 2, rounding); }

}  // namespace mote::armv7_m

#endif
