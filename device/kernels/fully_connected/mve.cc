// fully_connected in the packed form for Armv8.1-M with Helium.
#include "device/kernels/packed/armv8_1_m_mve.h"
#include "device/kernels/packed/mve_dot.h"
#include "device/kernels/packed/mve_plan.h"
#include "device/kernels/packed/mve_scale.h"

namespace mote::armv8_1_m_mve {

void fully_connected(const FullyConnected& layer, const Packed& packed, const Ending& ending, const int8_t* input, int8_t* output,
                     void* scratch) {
  auto* sums = static_cast<int32_t*>(scratch);
  const int8_t* filters = packed.filters;
  const uint32_t at_once = kBlock * chunk_of(blocks_of(layer.outputs), kBlocksAtOnce);
  for (uint32_t channel = 0; channel < layer.outputs; channel += at_once) {
    const uint32_t left = layer.outputs - channel, here = left < at_once ? left : at_once;
    dot_one(filters, input, layer.inputs, blocks_of(here), sums);
    scale_one(sums, packed.scales + 2 * channel, here, ending, output + channel);
    filters += size_t{at_once} * (sizeof(int32_t) + round_up(layer.inputs, kVector));
  }
}

}  // namespace mote::armv8_1_m_mve
