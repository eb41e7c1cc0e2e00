// Mean of int16, plainly: one result after the other.
#include "device/kernels/mean/mean_of.h"
#include "device/kernels/mean_int16/mean_int16.h"

namespace mote {

void mean_int16_reference(const Mean& mean, const int16_t* input, int16_t* output) { mean_of(mean, input, output); }

}  // namespace mote
