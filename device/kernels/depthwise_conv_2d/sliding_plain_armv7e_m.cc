// Sliding filters that read the packed form of Armv7E-M, in plain C for other machines.
#include "device/kernels/depthwise_conv_2d/sliding_armv7e_m.h"
#include "device/kernels/packed/armv7e_m/requantize.h"

#if !MOTE_SIMD32

namespace mote::armv7e_m {

namespace {

template <Rounding kRounding, typename Tap>
void slide_plainly(const Slide& slide, uint32_t stride, int32_t offset, Tap tap) {
  for (uint32_t c = 0; c < slide.channels; ++c)
    for (uint32_t i = 0; i < slide.outputs; ++i) {
      const int8_t* first = slide.strip + i * stride * kStripColumn + c;
      int32_t sum = offset;
      for (uint32_t row = 0; row < 3; ++row)
        for (uint32_t column = 0; column < 3; ++column)
          sum += tap(slide.weights + c * kSlidingWords, row, column) * first[column * kStripColumn + row * kStripChannels];
      slide.output[i * slide.step + c] = requantize<kRounding>(2 * sum, slide.records[c]);
    }
}

}  // namespace

template <Rounding kRounding>
void slide_by_one(const Slide& slide) {
  slide_plainly<kRounding>(slide, 1, kSlidingOffset, tap_by_one);
}
template <Rounding kRounding>
void slide_by_two(const Slide& slide) {
  slide_plainly<kRounding>(slide, 2, 0, tap_by_two);
}

template void slide_by_one<Rounding::double_rounding>(const Slide&);
template void slide_by_one<Rounding::single_rounding>(const Slide&);
template void slide_by_two<Rounding::double_rounding>(const Slide&);
template void slide_by_two<Rounding::single_rounding>(const Slide&);

}  // namespace mote::armv7e_m

#endif
