// fully_connected in the packed form for Armv8.1-M with Helium.
#include "device/kernels/packed/armv8_1_m_mve.h"
#include "device/kernels/packed/mve_dot.h"
#include "device/kernels/packed/mve_plan.h"
#include "device/kernels/packed/mve_scale.h"

namespace mote::mve {
namespace {

template <Scaled kScaled>
void run(const FullyConnectedLayer& layer, const int8_t* input, int8_t* output, int32_t* sums) {
  const auto* scales = static_cast<const int32_t*>(layer.constants);
  const auto* filters = reinterpret_cast<const int8_t*>(scales + 2 * kBlock * blocks_of(layer.outputs));
  const size_t filter_bytes = kBlock * (sizeof(int32_t) + size_t{round_up(layer.inputs, kVector)});
  for (uint32_t channel = 0; channel < layer.outputs; channel += kBlock * kBlocksAtOnce) {
    const uint32_t left = layer.outputs - channel, here = left < kBlock * kBlocksAtOnce ? left : kBlock * kBlocksAtOnce;
    dot_one(filters, input, layer.inputs, blocks_of(here), sums);
    scale_blocks<kScaled, 1>(sums, scales + 2 * channel, here, layer.output, output + channel, 0);
    filters += filter_bytes * blocks_of(here);
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
