// Placing, one line of the innermost extent after the other.
#include <string.h>

#include "device/kernels/strided_place/strided_place.h"

namespace mote {
namespace {

template <typename T>
void place_line(const T* part, int32_t stride, uint32_t count, T* output) {
  if (stride == 1) {
    memcpy(output, part, size_t{count} * sizeof(T));
    return;
  }
  for (uint32_t i = 0; i < count; ++i) output[static_cast<int32_t>(i) * stride] = part[i];
}

}  // namespace

template <typename T>
void strided_place_reference(const Strided& strided, const T* part, T* output) {
  for (uint32_t i0 = 0; i0 < strided.extents[0]; ++i0)
    for (uint32_t i1 = 0; i1 < strided.extents[1]; ++i1)
      for (uint32_t i2 = 0; i2 < strided.extents[2]; ++i2) {
        place_line(part, strided.strides[3], strided.extents[3], output + strided.at(i0, i1, i2));
        part += strided.extents[3];
      }
}

template void strided_place_reference(const Strided&, const uint8_t*, uint8_t*);
template void strided_place_reference(const Strided&, const uint16_t*, uint16_t*);
template void strided_place_reference(const Strided&, const uint32_t*, uint32_t*);

}  // namespace mote
