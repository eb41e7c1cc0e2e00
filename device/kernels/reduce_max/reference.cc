// The extremes, one result after the other.
#include "device/kernels/reduce_max/reduce_max.h"

namespace mote {

void reduce_max_reference(const ReduceMax& reduce, const int8_t* input, int8_t* output) {
  for (uint32_t at = 0; at < reduce.view.results(); ++at) {
    const int8_t* first = input + reduce.view.first(at);
    int8_t extreme = *first;
    for (uint32_t i = 1; i < reduce.view.count; ++i) {
      const int8_t x = first[size_t{i} * reduce.view.inner];
      if (reduce.least ? x < extreme : x > extreme) extreme = x;
    }
    output[at] = extreme;
  }
}

}  // namespace mote
