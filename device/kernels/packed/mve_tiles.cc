// Rows of an input interleaved, and depthwise sums over tiles of them.
#include "device/kernels/packed/mve_tiles.h"

#include <string.h>

#include "device/kernels/packed/mve_lanes.h"

namespace mote::armv8_1_m_mve {

#ifdef __ARM_FEATURE_MVE

void interleave(const FourRows& rows, uint32_t times, uint32_t lanes, int8_t* to) {
  if (times == 0) return;
  const int8_t *from0 = rows.from[0], *from1 = rows.from[1], *from2 = rows.from[2], *from3 = rows.from[3];
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
      : [from0] "+r"(from0), [from1] "+r"(from1), [from2] "+r"(from2), [from3] "+r"(from3), [to] "+r"(to)
      : [step0] "r"(rows.step[0]), [step1] "r"(rows.step[1]), [step2] "r"(rows.step[2]), [step3] "r"(rows.step[3]),
        [times] "r"(times), [lanes] "r"(lanes)
      : "lr", "q0", "q1", "q2", "q3", "memory");
  // clang-format on
}

namespace {

// The four words of a tile of the first channel, as addresses.
uint32x4_t words_of(const TilePlaces& places) {
  return vaddq_n_u32(vldrwq_u32(places.words), reinterpret_cast<uintptr_t>(places.planes));
}

// What the loop over places reads again and again. The assembler below knows the offsets.
struct Loop {
  uint32x4_t words;
  Lanes low, high;
  uint32_t places;
};

}  // namespace

// clang-format off
// Sums of a place for four channels, in r6, r8, r10 and r12, from weights in q0 to q3 and words at q4, which go to the next place.
#define MOTE_TILE_SUMS                     \
      "   vldrw.u32 q5, [q4]\n"            \
      "   vldrw.u32 q6, [q4, #4]\n"        \
      "   vmladava.s8 r6, q5, q0\n"        \
      "   vldrw.u32 q5, [q4, #8]\n"        \
      "   vmladava.s8 r8, q6, q1\n"        \
      "   vldrw.u32 q6, [q4, #12]\n"       \
      "   vmladava.s8 r10, q5, q2\n"        \
      "   vadd.i32 q4, q4, %[step]\n"      \
      "   vmladava.s8 r12, q6, q3\n"

#define MOTE_RUN_TILE(multiply, ties)              \
  asm volatile(                                    \
      "   ldr      r6, [%[loop], #48]\n"           \
      "   vldrw.32 q0, [%[filter], #16]\n"         \
      "   vldrw.32 q1, [%[filter], #32]\n"         \
      "   vldrw.32 q2, [%[filter], #48]\n"         \
      "   vldrw.32 q3, [%[filter], #64]\n"         \
      "   vldrw.32 q4, [%[loop]]\n"                \
      "   dls      lr, r6\n"                       \
      "1: ldm      %[filter], {r6, r8, r10, r12}\n"  \
      MOTE_TILE_SUMS                               \
      "   vldrw.32 q6, [%[scales]]\n"              \
      "   vmov     d10, r6, r8\n"                 \
      "   vmov     d11, r10, r12\n"               \
      "   vldrw.32 q7, [%[scales], #16]\n"         \
      "   " multiply ".s32 q5, q5, q6\n"           \
      ties                                         \
      "   vldrw.32 q6, [%[loop], #16]\n"           \
      "   vrshl.s32 q5, q5, q7\n"                  \
      "   vldrw.32 q7, [%[loop], #32]\n"           \
      "   vadd.i32 q5, q5, %[zero_point]\n"        \
      "   vmax.s32 q5, q5, q6\n"                   \
      "   vmin.s32 q5, q5, q7\n"                   \
      "   vstrb.32 q5, [%[to]]\n"                  \
      "   add      %[to], %[to], %[output_step]\n" \
      "   le       lr, 1b\n"                       \
      : [to] "+l"(to)                              \
      : [filter] "r"(filters), [scales] "r"(scales), [loop] "r"(&loop), [step] "r"(places.step),       \
        [zero_point] "r"(ending.zero_point), [output_step] "r"(output_step)                             \
      : "r6", "r8", "r10", "r12", "lr", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "memory")
// clang-format on

void run_tile(const int8_t* filters, const int32_t* scales, const TilePlaces& places, uint32_t blocks, const Ending& ending,
              int8_t* output, uint32_t output_step) {
  const Scaled scaled = scaled_as(ending);
  Loop loop = {words_of(places), lanes_of(ending.low), lanes_of(ending.high), places.count};
  for (; blocks > 0; --blocks) {
    int8_t* to = output;
    switch (scaled) {
      case Scaled::double_rounding:
        MOTE_RUN_TILE("vqrdmulh", "vshr.s32 q6, q5, #31\nvadd.i32 q5, q5, q6\n");
        break;
      case Scaled::double_rounding_relu:
        MOTE_RUN_TILE("vqrdmulh", );
        break;
      case Scaled::single_rounding:
        MOTE_RUN_TILE("vmulh", );
        break;
    }
    loop.words = vaddq_n_u32(loop.words, kBlock * kTile);
    filters += kBlock * (sizeof(int32_t) + kVector);
    scales += 2 * kBlock;
    output += kBlock;
  }
}

void sum_tile(const int8_t* weights, const TilePlaces& places, const int32_t* bias, int32_t* sums) {
  const uint32x4_t words = words_of(places);
  // clang-format off
#define MOTE_SUM_TILE(begin)                                   \
  asm volatile(                                                \
      "   vldrw.32 q0, [%[weights]]\n"                         \
      "   vldrw.32 q1, [%[weights], #16]\n"                    \
      "   vldrw.32 q2, [%[weights], #32]\n"                    \
      "   vldrw.32 q3, [%[weights], #48]\n"                    \
      "   vldrw.32 q4, [%[words]]\n"                           \
      "   dls    lr, %[places]\n"                              \
      "1: ldm    %[" begin "], {r6, r8, r10, r12}\n"             \
      MOTE_TILE_SUMS                                           \
      "   stm    %[sums]!, {r6, r8, r10, r12}\n"                 \
      "   le     lr, 1b\n"                                     \
      : [sums] "+r"(sums)                                      \
      : [weights] "r"(weights), [words] "r"(&words), [step] "r"(places.step), [places] "r"(places.count), [bias] "r"(bias) \
      : "r6", "r8", "r10", "r12", "lr", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "memory")
  // clang-format on
  if (bias != nullptr)
    MOTE_SUM_TILE("bias");
  else
    MOTE_SUM_TILE("sums");
}

#undef MOTE_SUM_TILE
#undef MOTE_RUN_TILE
#undef MOTE_TILE_SUMS

#else

void interleave(const FourRows& rows, uint32_t times, uint32_t lanes, int8_t* to) {
  for (uint32_t time = 0; time < times; ++time, to += kTile * kVector)
    for (uint32_t row = 0; row < kTile; ++row)
      for (uint32_t i = 0; i < lanes; ++i) to[kTile * i + row] = rows.from[row][time * rows.step[row] + i];
}

namespace {

// Sums wrap around as the machine's do; in a verified model none does.
void add_taps(const int8_t* weights, const int8_t* planes, const uint32_t* words, int32_t* sums) {
  for (uint32_t i = 0; i < kBlock; ++i) {
    auto sum = static_cast<uint32_t>(sums[i]);
    for (uint32_t tap = 0; tap < kVector; ++tap)
      sum += static_cast<uint32_t>(weights[i * kVector + tap] * planes[i * kTile + words[tap / kTile] + tap % kTile]);
    memcpy(&sums[i], &sum, sizeof sum);
  }
}

}  // namespace

void run_tile(const int8_t* filters, const int32_t* scales, const TilePlaces& places, uint32_t blocks, const Ending& ending,
              int8_t* output, uint32_t output_step) {
  for (uint32_t block = 0; block < blocks; ++block, filters += kBlock * (sizeof(int32_t) + kVector), scales += 2 * kBlock)
    for (uint32_t place = 0; place < places.count; ++place) {
      int32_t sums[kBlock];
      memcpy(sums, filters, sizeof sums);
      add_taps(filters + sizeof sums, places.planes + block * kBlock * kTile + place * places.step, places.words, sums);
      scale_one(sums, scales, kBlock, ending, output + block * kBlock + place * output_step);
    }
}

void sum_tile(const int8_t* weights, const TilePlaces& places, const int32_t* bias, int32_t* sums) {
  for (uint32_t place = 0; place < places.count; ++place, sums += kBlock) {
    if (bias != nullptr) memcpy(sums, bias, kBlock * sizeof *sums);
    add_taps(weights, places.planes + place * places.step, places.words, sums);
  }
}

#endif

}  // namespace mote::armv8_1_m_mve
