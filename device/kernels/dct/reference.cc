// A matrix times each row, plainly.
#include "device/kernels/dct/dct.h"

namespace mote {

void dct_reference(const Dct& dct, const int16_t* input, int16_t* output) {
  const uint32_t shift = 15 + dct.shift;
  for (uint32_t row = 0; row < dct.rows; ++row, input += dct.bands) {
    const int16_t* weights = dct.matrix;
    for (uint32_t c = 0; c < dct.coefficients; ++c) {
      int64_t sum = int64_t{1} << (shift - 1);
      for (uint32_t band = 0; band < dct.bands; ++band) sum += int32_t{input[band]} * *weights++;
      const int64_t value = sum >> shift;
      *output++ = static_cast<int16_t>(value > INT16_MAX ? INT16_MAX : value < INT16_MIN ? INT16_MIN : value);
    }
  }
}

}  // namespace mote
