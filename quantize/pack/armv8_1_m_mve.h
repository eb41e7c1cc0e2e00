// Packs the constants of weighted operators for Armv8.1-M with Helium (device/kernels/packed/armv8_1_m_mve.h).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "device/kernels/packed/armv8_1_m_mve.h"

namespace mote::armv8_1_m_mve {

// What a portable node holds. Weights are those of the operator: [O, h, w, I], [1, h, w, O] or [O, I]; the others have O values.
struct Constants {
  std::span<const int8_t> weights;
  std::span<const int32_t> bias, multipliers, shifts;
  int32_t input_zero_point;
  Rounding rounding;
};

// Whether every channel's factor and bias' are what the kernels take; else the node stays in the portable form.
bool suits_conv_2d(const Convolution& conv, const Constants& constants);
bool suits_depthwise_conv_2d(const Convolution& conv, const Constants& constants);
bool suits_fully_connected(const FullyConnected& layer, const Constants& constants);

struct PackedConstants {
  std::vector<int32_t> scales;
  std::vector<int8_t> filters;
};

// REQUIRES that it suits.
PackedConstants pack_conv_2d(const Convolution& conv, const Constants& constants);
PackedConstants pack_depthwise_conv_2d(const Convolution& conv, const Constants& constants);
PackedConstants pack_fully_connected(const FullyConnected& layer, const Constants& constants);

}  // namespace mote::armv8_1_m_mve
