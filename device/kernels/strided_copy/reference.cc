// Copying, one line of the innermost extent after the other.
#include "device/kernels/move.h"
#include "device/kernels/strided_copy/strided_copy.h"

namespace mote {
namespace {

template <typename T>
void copy_line(const T* input, int32_t stride, uint32_t count, T* output) {
  if (stride == 1) {
    copy_bytes(output, input, size_t{count} * sizeof(T));
    return;
  }
  if (stride == 0) {
    fill_words(output, *input * (UINT32_MAX / static_cast<T>(-1)), size_t{count} * sizeof(T));
    return;
  }
  uint32_t i = 0;
  for (; i + 4 <= count; i += 4) {
    const T* from = input + static_cast<int32_t>(i) * stride;
    const T values[] = {from[0], from[stride], from[2 * stride], from[3 * stride]};
    for (uint32_t k = 0; k < 4; ++k) output[i + k] = values[k];
  }
  for (; i < count; ++i) output[i] = input[static_cast<int32_t>(i) * stride];
}

}  // namespace

template <typename T>
void strided_copy_reference(const Strided& strided, const T* input, T* output) {
  const uint32_t count = strided.extents[3];
  for_each_line(strided, [&](uint32_t line) {
    copy_line(input + line, strided.strides[3], count, output);
    output += count;
  });
}

template void strided_copy_reference(const Strided&, const uint8_t*, uint8_t*);
template void strided_copy_reference(const Strided&, const uint16_t*, uint16_t*);
template void strided_copy_reference(const Strided&, const uint32_t*, uint32_t*);

}  // namespace mote
