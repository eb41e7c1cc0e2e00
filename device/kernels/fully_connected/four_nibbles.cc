// Four outputs of weights of 4 bits, which are taken apart in registers, or unpacked some at a time to multiply vectors.
#include "device/kernels/four_sums.h"
#include "device/kernels/fully_connected/four.h"
#include "device/kernels/nibbles.h"

namespace mote {
namespace {

constexpr uint32_t kChunk = 64;  // weights of a channel that are unpacked at once
#ifdef __ARM_FEATURE_MVE
constexpr bool kUnpacks = true;  // to multiply vectors
#else
constexpr bool kUnpacks = false;
#endif

void add_unpacked(const FullyConnected& layer, const int8_t* input, Nibbles filters, FourSums* sums) {
  int8_t unpacked[4 * kChunk];
  for (uint32_t from = 0, count = 0; from < layer.inputs; from += count) {
    count = layer.inputs - from < kChunk ? layer.inputs - from : kChunk;
    for (uint32_t k = 0; k < 4; ++k)
      sums->at[k] -= unpack(filters + (size_t{k} * layer.inputs + from), count, unpacked + k * kChunk) * layer.input_zero_point;
    sums->add_products(input + from, unpacked, kChunk, count);
  }
}

}  // namespace

void fully_connected_by_four(const FullyConnected& layer, const int8_t* input, Nibbles weights, int8_t* output) {
  uint32_t first = 0;
  for (; first + 4 <= layer.outputs; first += 4) {
    FourSums sums{};
    const Nibbles filters = weights + size_t{first} * layer.inputs;
    if (layer.inputs % 2 == 0 && !kUnpacks)
      sums.add_nibbles(input, filters, layer.inputs / 2, layer.input_zero_point);
    else
      add_unpacked(layer, input, filters, &sums);
    sums.store(layer.scaling, layer.bias, first, output);
  }
  for (; first < layer.outputs; ++first) {
    const int32_t sum = weighted_sum(input, weights + size_t{first} * layer.inputs, layer.inputs, layer.input_zero_point);
    output[first] = layer.scaling.apply(layer.bias[first] + sum, first);
  }
}

}  // namespace mote
