// Packs the constants of weighted operators for Armv8.1-M with Helium (device/kernels/packed/armv8_1_m_mve.h).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "device/kernels/packed/armv8_1_m_mve.h"

namespace mote::mve {

// What a portable node holds. Weights are those of the operator: [O, h, w, I], [1, h, w, O] or [O, I]; the others have O values.
struct Constants {
  std::span<const int8_t> weights;
  std::span<const int32_t> bias, multipliers, shifts;
  int32_t input_zero_point;
  Rounding rounding;
};

// Whether every channel's factor and bias' are what the kernels take; else the node stays in the portable form.
bool suits_conv_2d(const Convolution& shape, const Constants& constants);
bool suits_depthwise_conv_2d(const Convolution& shape, const Constants& constants);
bool suits_fully_connected(const Constants& constants);

// REQUIRES that it suits. As many bytes as the device's *_constant_bytes says.
std::vector<int8_t> pack_conv_2d(const Convolution& shape, const Constants& constants);
std::vector<int8_t> pack_depthwise_conv_2d(const Convolution& shape, const Constants& constants);
std::vector<int8_t> pack_fully_connected(const Constants& constants);

}  // namespace mote::mve
