// Standardization to int16, plainly.
#include "device/kernels/standardize/standardize_to.h"
#include "device/kernels/standardize_int16/standardize_int16.h"

namespace mote {

void standardize_int16_reference(const Standardize& standardize, const int16_t* input, int16_t* output) {
  standardize_to(standardize, input, output);
}

}  // namespace mote
