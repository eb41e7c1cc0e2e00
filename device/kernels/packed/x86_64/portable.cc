// The strips of the packed kernels in plain C, for a machine without AVX2.
#include <string.h>

#include "device/kernels/packed/x86_64/instructions.h"
#include "device/kernels/requantize.h"

namespace mote::x86_64 {
namespace {

int8_t requantized(const Layer& layer, int32_t sum, uint32_t channel) {
  const auto constant = [&](ConstantRow row) { return *constants_at(layer, row, channel); };
  const auto scaled = static_cast<int32_t>(int64_t{sum} * constant(kMultiplier) >> 30);
  const uint32_t less = scaled < 0 ? static_cast<uint32_t>(two_of(layer.ending)) : 0;
  const uint32_t before_shift = static_cast<uint32_t>(scaled) + static_cast<uint32_t>(constant(kAddend)) - less;
  const int32_t value = static_cast<int32_t>(before_shift) >> constant(kShift);
  return static_cast<int8_t>(clamp(value, layer.ending.low, layer.ending.high));
}

// `step`: from the activations of one channel to those of the next, 0 when they share them.
void add_group(const uint8_t* activations, const int8_t* weights, uint32_t step, uint32_t* sums) {
  for (uint32_t c = 0; c < kBlock; ++c)
    for (uint32_t tap = 0; tap < kGroup; ++tap) {
      const int32_t x = static_cast<int8_t>(activations[c * step + tap]);
      sums[c] += static_cast<uint32_t>(x * weights[c * kGroup + tap]);
    }
}

void run_block(const Strip& strip, const Layer& layer, uint32_t pixel, uint32_t first, uint32_t step) {
  const uint32_t pair = first / (2 * kBlock) * (2 * kBlock);
  const uint32_t width = padded_channels(layer.channels) - pair >= 2 * kBlock ? 2 * kBlock : kBlock;
  const int8_t* weights = weights_at(layer, pair) + (first - pair) * kGroup;
  uint32_t sums[kBlock];
  memcpy(sums, constants_at(layer, kBias, first), sizeof sums);
  for (uint32_t g = 0; g < layer.groups; ++g, weights += width * kGroup)
    add_group(strip.inputs[pixel] + layer.offsets[g] + first * step, weights, step, sums);
  const uint32_t count = layer.channels - first < kBlock ? layer.channels - first : kBlock;
  for (uint32_t c = 0; c < count; ++c)
    strip.outputs[pixel][first + c] = requantized(layer, static_cast<int32_t>(sums[c]), first + c);
}

void run_strip(const Strip& strip, const Layer& layer, uint32_t step) {
  for (uint32_t pixel = 0; pixel < strip.pixels; ++pixel)
    for (uint32_t first = 0; first < layer.channels; first += kBlock) run_block(strip, layer, pixel, first, step);
}

void run_shared(const Strip& strip, const Layer& layer) { run_strip(strip, layer, 0); }
void run_apart(const Strip& strip, const Layer& layer) { run_strip(strip, layer, kGroup); }
bool is_here() { return true; }

}  // namespace

const Instructions kPortable = {"portable", is_here, 0, kMostPixels, kMostPixels, run_shared, run_apart, nullptr};

}  // namespace mote::x86_64
