// Lays out the constants of a weighted operator for the kernels of device/kernels/packed/armv7_m.h.
#pragma once

#include <span>
#include <vector>

#include "device/kernels/packed/armv7_m.h"
#include "device/kernels/weighted.h"

namespace mote::armv7_m {

// As in the portable form (docs/spec/operators): multipliers and shifts are those of QuantizeMultiplier.
struct Constants {
  WeightOrder order;
  std::span<const int32_t> weights, bias, multipliers, shifts;
  int32_t input_zero_point, output_zero_point;
};

struct PackedConstants {
  std::vector<int8_t> weights;
  std::vector<Requantization> records;
};

// False for constants that the packed kernels cannot take; such a node stays portable.
bool suits(const Constants& constants);

// How many columns a conv_2d should compute side by side within so much scratch: 3 if they fit, else 1, which takes fewer
// instructions than 2.
uint32_t columns_within(const Convolution& conv, size_t scratch);

// REQUIRES suits(constants). The columns are those that the kernel will be called with.
PackedConstants pack_conv_2d(const Constants& constants, uint32_t columns);
PackedConstants pack_depthwise_conv_2d(const Constants& constants, const Convolution& conv);
PackedConstants pack_fully_connected(const Constants& constants);

}  // namespace mote::armv7_m
