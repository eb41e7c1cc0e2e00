// Mean, plainly: one result after the other.
#include "device/kernels/mean/mean_of.h"

namespace mote {

void mean_reference(const Mean& mean, const int8_t* input, int8_t* output) { mean_of(mean, input, output); }

}  // namespace mote
