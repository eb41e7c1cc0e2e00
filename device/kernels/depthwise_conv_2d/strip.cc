// Copies columns of the three input rows under a sliding filter.
#include "device/kernels/depthwise_conv_2d/strip.h"

namespace mote {
namespace {

#if defined(__thumb2__) && defined(__OPTIMIZE__)

static_assert(kStripColumn == 24, "as the assembler below has it");

bool in_words(const StripRows& rows) {
  uintptr_t places = 0;
  for (uint32_t row = 0; row < 3; ++row) places |= reinterpret_cast<uintptr_t>(rows.at[row]) | rows.step[row];
  return places % 4 == 0;
}

// Eight channels at once.
void copy_eight(StripRows rows, uint32_t count, int8_t* to) {
  uint32_t u, v;
  const int8_t* const end = to + count * kStripColumn;
  asm volatile(
      "1:\n\t"
      "ldrd %[u], %[v], [%[a]]\n\t"
      "add %[a], %[a], %[p]\n\t"
      "strd %[u], %[v], [%[to]], #8\n\t"
      "ldrd %[u], %[v], [%[b]]\n\t"
      "add %[b], %[b], %[q]\n\t"
      "strd %[u], %[v], [%[to]], #8\n\t"
      "ldrd %[u], %[v], [%[c]]\n\t"
      "add %[c], %[c], %[r]\n\t"
      "strd %[u], %[v], [%[to]], #8\n\t"
      "cmp %[to], %[end]\n\t"
      "bne 1b"
      : [a] "+r"(rows.at[0]), [b] "+r"(rows.at[1]), [c] "+r"(rows.at[2]), [to] "+r"(to), [u] "=&r"(u), [v] "=&r"(v)
      : [p] "r"(rows.step[0]), [q] "r"(rows.step[1]), [r] "r"(rows.step[2]), [end] "r"(end)
      : "cc", "memory");
}

#else

bool in_words(const StripRows&) { return false; }
void copy_eight(StripRows, uint32_t, int8_t*) {}

#endif

}  // namespace

void copy_columns(StripRows rows, uint32_t count, uint32_t channels, int8_t* to) {
  if (channels == kStripChannels && in_words(rows)) return copy_eight(rows, count, to);
  for (; count > 0; --count, to += kStripColumn)
    for (uint32_t row = 0; row < 3; ++row) {
      for (uint32_t i = 0; i < channels; ++i) to[row * kStripChannels + i] = rows.at[row][i];
      rows.at[row] += rows.step[row];
    }
}

}  // namespace mote
