// Weights and constants of a weighted node, rearranged for the kernels of device/kernels/packed/x86_64.h.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "device/model/container.h"

namespace mote::x86_64 {

// conv_2d [O, h, w, I], depthwise_conv_2d [1, h, w, O], fully_connected [1, 1, O, I].
struct Filter {
  uint32_t channels, height, width, input_channels;  // depthwise: input_channels is 1
  std::span<const int8_t> weights;
};

// What a weighted node has besides, per output channel.
struct NodeConstants {
  std::span<const int32_t> bias, multipliers, shifts;
  int32_t input_zero_point, output_zero_point;
  Rounding rounding;
};

struct PackedNode {
  std::vector<int8_t> weights;
  std::vector<int32_t> constants;
};

// A form of the weights in which channel c has its tap t at c * channel_stride + t * tap_stride.
enum class WeightForm { by_channel, by_tap };

// Whether the packed form holds for the node: otherwise it stays in the portable one.
bool suits(const Filter& filter, WeightForm form, const NodeConstants& constants);

// REQUIRES suits(...).
PackedNode pack_conv_2d(const Filter& filter, int32_t dilation_width, const NodeConstants& constants);
PackedNode pack_depthwise_conv_2d(const Filter& filter, const NodeConstants& constants);
PackedNode pack_fully_connected(const Filter& filter, const NodeConstants& constants);

}  // namespace mote::x86_64
