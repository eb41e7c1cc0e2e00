// Rows of an input interleaved, and the depthwise sums over them.
#include "device/kernels/packed/mve_interleave.h"

#include <string.h>

namespace mote::mve {

#ifdef __ARM_FEATURE_MVE

void interleave(FourRows rows, uint32_t times, uint32_t lanes, int8_t* to) {
  if (times == 0) return;
  // clang-format off
  asm volatile(
      "   vctp.8  %[lanes]\n"
      "   dls     lr, %[times]\n"
      "1: vpstttt\n"
      "   vldrbt.u8 q0, [%[from0]]\n"
      "   vldrbt.u8 q1, [%[from1]]\n"
      "   vldrbt.u8 q2, [%[from2]]\n"
      "   vldrbt.u8 q3, [%[from3]]\n"
      "   add     %[from0], %[from0], %[step0]\n"
      "   add     %[from1], %[from1], %[step1]\n"
      "   vst40.8 {q0, q1, q2, q3}, [%[to]]\n"
      "   add     %[from2], %[from2], %[step2]\n"
      "   vst41.8 {q0, q1, q2, q3}, [%[to]]\n"
      "   add     %[from3], %[from3], %[step3]\n"
      "   vst42.8 {q0, q1, q2, q3}, [%[to]]\n"
      "   vst43.8 {q0, q1, q2, q3}, [%[to]]!\n"
      "   le      lr, 1b\n"
      : [from0] "+r"(rows.from[0]), [from1] "+r"(rows.from[1]), [from2] "+r"(rows.from[2]), [from3] "+r"(rows.from[3]), [to] "+r"(to)
      : [step0] "r"(rows.step[0]), [step1] "r"(rows.step[1]), [step2] "r"(rows.step[2]), [step3] "r"(rows.step[3]),
        [times] "r"(times), [lanes] "r"(lanes)
      : "lr", "q0", "q1", "q2", "q3", "memory");
  // clang-format on
}

void sum_places(const int8_t* weights, const int8_t* plane, uint32_t column, uint32_t step, uint32_t places, const int32_t* bias,
                int32_t* sums) {
  const uint32_t at = reinterpret_cast<uintptr_t>(plane);
  const uint32_t words[kTile] = {at, at + column, at + 2 * column, at + 3 * column};
  // clang-format off
#define MOTE_SUM_PLACES(begin)                                 \
  asm volatile(                                                \
      "   vldrw.32 q0, [%[weights]]\n"                         \
      "   vldrw.32 q1, [%[weights], #16]\n"                    \
      "   vldrw.32 q2, [%[weights], #32]\n"                    \
      "   vldrw.32 q3, [%[weights], #48]\n"                    \
      "   vldrw.32 q4, [%[words]]\n"                           \
      "   dls    lr, %[places]\n"                              \
      "1: ldm    %[" begin "], {r0, r2, r4, r6}\n"             \
      "   vldrw.u32 q5, [q4]\n"                                \
      "   vldrw.u32 q6, [q4, #4]\n"                            \
      "   vmladava.s8 r0, q5, q0\n"                            \
      "   vldrw.u32 q5, [q4, #8]\n"                            \
      "   vmladava.s8 r2, q6, q1\n"                            \
      "   vldrw.u32 q6, [q4, #12]\n"                           \
      "   vmladava.s8 r4, q5, q2\n"                            \
      "   vadd.i32 q4, q4, %[step]\n"                          \
      "   vmladava.s8 r6, q6, q3\n"                            \
      "   stm    %[sums]!, {r0, r2, r4, r6}\n"                 \
      "   le     lr, 1b\n"                                     \
      : [sums] "+r"(sums)                                      \
      : [weights] "r"(weights), [words] "r"(words), [step] "r"(step), [places] "r"(places), [bias] "r"(bias) \
      : "r0", "r2", "r4", "r6", "lr", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "memory")
  // clang-format on
  if (bias != nullptr)
    MOTE_SUM_PLACES("bias");
  else
    MOTE_SUM_PLACES("sums");
#undef MOTE_SUM_PLACES
}

#else

void interleave(FourRows rows, uint32_t times, uint32_t lanes, int8_t* to) {
  for (; times > 0; --times, to += kTile * kVector)
    for (uint32_t row = 0; row < kTile; ++row) {
      for (uint32_t i = 0; i < lanes; ++i) to[kTile * i + row] = rows.from[row][i];
      rows.from[row] += rows.step[row];
    }
}

void sum_places(const int8_t* weights, const int8_t* plane, uint32_t column, uint32_t step, uint32_t places, const int32_t* bias,
                int32_t* sums) {
  for (; places > 0; --places, plane += step, sums += kBlock)
    for (uint32_t i = 0; i < kBlock; ++i) {
      auto sum = static_cast<uint32_t>(bias != nullptr ? bias[i] : sums[i]);
      for (uint32_t tap = 0; tap < kVector; ++tap)
        sum += static_cast<uint32_t>(weights[i * kVector + tap] * plane[i * kTile + tap / kTile * column + tap % kTile]);
      memcpy(&sums[i], &sum, sizeof sum);
    }
}

#endif

}  // namespace mote::mve
