// Sizes and ranges of the packed form for Armv8.1-M with Helium.
#include "device/kernels/packed/armv8_1_m_mve.h"

#include "device/kernels/packed/mve_plan.h"

namespace mote::armv8_1_m_mve {
namespace {

size_t filter_bytes(uint32_t channels, uint32_t vectors) {
  return size_t{blocks_of(channels)} * kBlock * (sizeof(int32_t) + size_t{vectors} * kVector);
}

}  // namespace

size_t conv_2d_filter_bytes(const Convolution& conv) { return filter_bytes(conv.output_channels, ColumnPlan(conv).vectors); }

size_t depthwise_conv_2d_filter_bytes(const Convolution& conv) {
  const TilePlan plan(conv);
  return filter_bytes(conv.output_channels, plan.tiles);
}

size_t fully_connected_filter_bytes(const FullyConnected& layer) {
  return filter_bytes(layer.outputs, round_up(layer.inputs, kVector) / kVector);
}

bool are_scales_in_range(const int32_t* scales, uint32_t channels) {
  for (uint32_t block = 0; block < blocks_of(channels); ++block, scales += 2 * kBlock)
    for (uint32_t i = 0; i < kBlock; ++i)
      if (scales[i] < 0 || scales[kBlock + i] < -31 || scales[kBlock + i] > -1) return false;
  return true;
}

size_t conv_2d_scratch(const Convolution& conv) {
  const ColumnPlan plan(conv);
  return plan.sum_bytes() + plan.buffer_bytes;
}

size_t depthwise_conv_2d_scratch(const Convolution& conv) {
  const TilePlan plan(conv);
  return plan.word_bytes() + plan.sum_bytes() + plan.plane_bytes * plan.tile_rows;
}

size_t fully_connected_scratch(const FullyConnected& layer) {
  return size_t{kBlock * sizeof(int32_t)} * chunk_of(blocks_of(layer.outputs), kBlocksAtOnce);
}

}  // namespace mote::armv8_1_m_mve
