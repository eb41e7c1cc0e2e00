// Whether the bands of a model lie in its spectra.
#pragma once

#include "device/kernels/node.h"

namespace mote {

// The bins of all bands together; 0 when one of them has none or leaves the `bins` of a spectrum. `places` is [1,1,2,bands]: the
// first bin of each, then how many.
inline uint32_t bins_of_bands(const int16_t* places, uint32_t bands, uint32_t bins) {
  uint32_t total = 0;
  for (uint32_t band = 0; band < bands; ++band) {
    const int32_t first = places[band], count = places[bands + band];
    if (first < 0 || count < 1 || first + count > static_cast<int32_t>(bins)) return 0;
    total += static_cast<uint32_t>(count);
  }
  return total;
}

}  // namespace mote
