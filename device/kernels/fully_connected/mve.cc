// fully_connected in the packed form for Armv8.1-M with Helium.
#include "device/kernels/packed/armv8_1_m_mve.h"
#include "device/kernels/packed/mve_dot.h"
#include "device/kernels/packed/mve_plan.h"
#include "device/kernels/packed/mve_scale.h"

namespace mote::mve {
namespace {

template <Scaled kScaled>
void run(const FullyConnectedLayer& layer, const int8_t* input, int8_t* output, int32_t* sums) {
  const Range range(layer.output);
  const auto* scales = static_cast<const int32_t*>(layer.constants);
  const auto* filters = reinterpret_cast<const int8_t*>(scales + 2 * kBlock * blocks_of(layer.outputs));
  const uint32_t at_once = kBlock * chunk_of(blocks_of(layer.outputs), kBlocksAtOnce);
  for (uint32_t channel = 0; channel < layer.outputs; channel += at_once) {
    const uint32_t left = layer.outputs - channel, here = left < at_once ? left : at_once;
    dot_one(filters, input, layer.inputs, blocks_of(here), sums);
    scale_blocks<kScaled, false>(sums, scales + 2 * channel, here, range, output + channel, 0);
    filters += size_t{at_once} * (sizeof(int32_t) + round_up(layer.inputs, kVector));
  }
}

}  // namespace

void fully_connected(const FullyConnectedLayer& layer, const int8_t* input, int8_t* output, void* scratch) {
  auto* sums = static_cast<int32_t*>(scratch);
  switch (scaled_as(layer.output)) {
    case Scaled::double_rounding:
      return run<Scaled::double_rounding>(layer, input, output, sums);
    case Scaled::double_rounding_relu:
      return run<Scaled::double_rounding_relu>(layer, input, output, sums);
    case Scaled::single_rounding:
      return run<Scaled::single_rounding>(layer, input, output, sums);
  }
}

}  // namespace mote::mve
