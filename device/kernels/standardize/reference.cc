// Standardization, plainly.
#include "device/kernels/standardize/standardize_to.h"

namespace mote {

void standardize_reference(const Standardize& standardize, const int16_t* input, int8_t* output) {
  standardize_to(standardize, input, output);
}

}  // namespace mote
