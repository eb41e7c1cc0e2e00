// Max pool on Armv8.1-M with Helium.
#include "device/kernels/max_pool_2d/mve.h"

#include "device/kernels/packed/mve_bytes.h"
#include "device/kernels/pool_places.h"

namespace mote::armv8_1_m_mve {

void max_pool_2d(const Pool2d& pool, const PoolRows& rows) {
  const Bytes low = bytes_of(pool.low), high = bytes_of(pool.high);
  for_each_place(pool, rows, [&](const PoolView& view, int8_t* output) {
    for (uint32_t channel = 0; channel < pool.channels; channel += kBytes) {
      const ByteMask mask = first_bytes(pool.channels - channel);
      const Bytes value = over_places(view, channel, pool.channels, low,
                                      [&](Bytes largest, const int8_t* from) { return larger(largest, load(from, mask)); });
      store(output + channel, smaller(value, high), mask);
    }
  });
}

}  // namespace mote::armv8_1_m_mve
