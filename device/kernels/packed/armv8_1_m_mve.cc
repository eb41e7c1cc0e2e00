// Sizes of the packed form for Armv8.1-M with Helium.
#include "device/kernels/packed/armv8_1_m_mve.h"

#include "device/kernels/packed/mve_plan.h"

namespace mote::mve {

size_t conv_2d_constant_bytes(const Convolution& shape) {
  return constant_bytes(shape.output_channels, ColumnPlan(shape).vectors);
}

size_t conv_2d_scratch_bytes(const Convolution& shape) {
  const ColumnPlan plan(shape);
  return plan.sum_bytes() + plan.buffer_bytes;
}

size_t depthwise_conv_2d_constant_bytes(const Convolution& shape) {
  const TilePlan plan(shape);
  return constant_bytes(shape.output_channels, plan.tile_rows * plan.tile_columns);
}

size_t depthwise_conv_2d_scratch_bytes(const Convolution& shape) {
  const TilePlan plan(shape);
  return plan.plane_bytes * plan.tile_rows + plan.sum_bytes();
}

size_t fully_connected_constant_bytes(uint32_t inputs, uint32_t outputs) {
  return constant_bytes(outputs, round_up(inputs, kVector) / kVector);
}

size_t fully_connected_scratch_bytes(uint32_t outputs) {
  return size_t{kBlock * sizeof(int32_t)} * chunk_of(blocks_of(outputs), kBlocksAtOnce);
}

}  // namespace mote::mve
