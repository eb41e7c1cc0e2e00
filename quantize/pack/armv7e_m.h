// Lays out the constants of a weighted operator for the kernels of device/kernels/packed/armv7e_m.h.
#pragma once

#include <span>
#include <vector>

#include "device/kernels/packed/armv7e_m.h"
#include "device/kernels/weighted.h"

namespace mote::armv7e_m {

// As in the portable form (docs/spec/operators): multipliers and shifts are those of QuantizeMultiplier.
struct Constants {
  WeightOrder order;
  std::span<const int32_t> weights, bias, multipliers, shifts;
  int32_t input_zero_point, output_zero_point;
};

struct PackedConstants {
  std::vector<uint32_t> weights;
  std::vector<Requantization> records;
};

// False for constants that the packed kernels cannot take; such a node stays portable.
bool suits(const Constants& constants);

// The most columns that a conv_2d may compute side by side, 1 or kMostColumns.
uint32_t most_columns(const Constants& constants);

// REQUIRES suits(constants).
PackedConstants pack_conv_2d(const Constants& constants);
PackedConstants pack_depthwise_conv_2d(const Constants& constants, const Convolution& conv);
PackedConstants pack_fully_connected(const Constants& constants);

}  // namespace mote::armv7e_m
