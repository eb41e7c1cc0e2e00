// Placing, one line of the innermost extent after the other.
#include "device/kernels/move.h"
#include "device/kernels/strided_place/strided_place.h"

namespace mote {
namespace {

template <typename T>
void place_line(const T* part, int32_t stride, uint32_t count, T* output) {
  if (stride == 1) {
    copy_bytes(output, part, size_t{count} * sizeof(T));
    return;
  }
  for (uint32_t i = 0; i < count; ++i) output[static_cast<int32_t>(i) * stride] = part[i];
}

}  // namespace

template <typename T>
void strided_place_reference(const Strided& strided, const T* part, T* output) {
  const uint32_t count = strided.extents[3];
  for_each_line(strided, [&](uint32_t line) {
    place_line(part, strided.strides[3], count, output + line);
    part += count;
  });
}

template void strided_place_reference(const Strided&, const uint8_t*, uint8_t*);
template void strided_place_reference(const Strided&, const uint16_t*, uint16_t*);
template void strided_place_reference(const Strided&, const uint32_t*, uint32_t*);

}  // namespace mote
