// The places of the extremes, one result after the other.
#include "device/kernels/arg_max/arg_max.h"

namespace mote {

void arg_max_reference(const ArgMax& arg_max, const int8_t* input, int32_t* output) {
  for (uint32_t at = 0; at < arg_max.view.results(); ++at) {
    const int8_t* first = input + arg_max.view.first(at);
    int8_t extreme = *first;
    int32_t place = 0;
    for (uint32_t i = 1; i < arg_max.view.count; ++i) {
      const int8_t x = first[size_t{i} * arg_max.view.inner];
      if (arg_max.least ? x < extreme : x > extreme) {
        extreme = x;
        place = static_cast<int32_t>(i);
      }
    }
    output[at] = place;
  }
}

}  // namespace mote
