// Depthwise filters of Armv7E-M with little code: sliding ones are taken apart and computed as those of any shape.
#pragma once

#include "device/kernels/depthwise_conv_2d/general_armv7e_m.h"

namespace mote::armv7e_m {

constexpr uint32_t kSlidingTaps = 9;

// The taps of a sliding filter's `count` channels from `channel` on, as the general form has them.
void take_apart(DepthwiseForm form, const uint32_t* weights, uint32_t channel, uint32_t count, uint32_t taps[kSlidingTaps]);

// 2^19 too large where form is by_one, as the records expect it.
inline int32_t offset_of(DepthwiseForm form) { return form == DepthwiseForm::by_one ? kSlidingOffset : 0; }

// Output places whose taps are found together, of a sliding filter: as many as its scratch has room for.
inline uint32_t small_chunk(const Convolution& conv) {
  return static_cast<uint32_t>(depthwise_conv_2d_scratch(conv) / (kSlidingTaps * sizeof(uint32_t)));
}

// `places` has room for depthwise_conv_2d_scratch().
template <Rounding kRounding>
void small_row(const Convolution& conv, const Packed& packed, const Rows<const int8_t>& input, uint32_t y, int8_t* output,
               uint32_t* places) {
  const DepthwiseForm form = form_of(conv);
  if (form == DepthwiseForm::general) return general_row<kRounding>(conv, packed, input, y, output, places);
  const uint32_t channels = conv.output_channels, count = channels < 4 ? channels : 4, most = small_chunk(conv);
  const auto outputs = static_cast<uint32_t>(conv.window.width.output);
  for (uint32_t x = 0, chunk; x < outputs; x += chunk, output += chunk * channels) {
    chunk = outputs - x < most ? outputs - x : most;
    for (uint32_t i = 0; i < chunk; ++i) find_places(conv, input, y, x + i, places + i * kSlidingTaps);
    for (uint32_t block = 0; block < blocks_of(channels, 4); ++block) {
      const uint32_t first = first_of_four(block, channels);
      uint32_t weights[kSlidingTaps];
      take_apart(form, packed.weights, first, count, weights);
      TapPlaces taps = tap_places(conv, places);
      for (int8_t *to = output, *end = output + chunk * channels; to != end; to += channels) {
        general_place<kRounding>(taps, {weights, packed.records}, input.base, first, count, offset_of(form), to);
        taps.places += kSlidingTaps, taps.end += kSlidingTaps;
      }
    }
  }
}

}  // namespace mote::armv7e_m
