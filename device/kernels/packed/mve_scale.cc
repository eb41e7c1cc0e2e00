// From sums of many channels to int8.
#include "device/kernels/packed/mve_scale.h"

#include "device/kernels/packed/mve_lanes.h"

namespace mote::armv8_1_m_mve {
namespace {

struct Range {
  int32_t zero_point;
  Lanes low, high;
  explicit Range(const Ending& ending) : zero_point(ending.zero_point), low(lanes_of(ending.low)), high(lanes_of(ending.high)) {}
};

Lanes scale(Scaled scaled, Lanes sums, Lanes multipliers, Lanes shifts, const Range& range) {
  Lanes value = scaled == Scaled::single_rounding ? upper_half(sums, multipliers) : multiply_high(sums, multipliers);
  if (scaled == Scaled::double_rounding) value = plus(value, sign(value));
  return between(range.low, plus(round_shift(value, shifts), range.zero_point), range.high);
}

}  // namespace

#ifdef __ARM_FEATURE_MVE

// clang-format off
// Loops over blocks that are predicated at the tail: lanes past the last channel are not stored. Zero point, low and high are the
// first three words of Ending.
#define MOTE_RANGE                                \
      "   ldr       r12, [%[ending], #4]\n"       \
      "   vdup.32   q4, r12\n"                    \
      "   ldr       r12, [%[ending], #8]\n"       \
      "   vdup.32   q5, r12\n"                    \
      "   ldr       r12, [%[ending]]\n"

#define MOTE_SCALE(q, multiply, ties)             \
      "   " multiply ".s32 " q ", " q ", q0\n"    \
      ties(q)                                     \
      "   vrshl.s32 " q ", " q ", q1\n"           \
      "   vadd.i32  " q ", " q ", r12\n"          \
      "   vmax.s32  " q ", " q ", q4\n"           \
      "   vmin.s32  " q ", " q ", q5\n"

#define MOTE_TIES_UP(q)
#define MOTE_TIES_AWAY(q)                         \
      "   vshr.s32  q6, " q ", #31\n"             \
      "   vadd.i32  " q ", " q ", q6\n"

#define MOTE_SCALE_ONE(multiply, ties)            \
  asm volatile(                                   \
      MOTE_RANGE                                  \
      "   dlstp.32  lr, %[channels]\n"            \
      "1: vldrw.32  q0, [%[scales]], #16\n"       \
      "   vldrw.32  q2, [%[sums]], #16\n"         \
      "   vldrw.32  q1, [%[scales]], #16\n"       \
      MOTE_SCALE("q2", multiply, ties)            \
      "   vstrb.32  q2, [%[output]], #4\n"        \
      "   letp      lr, 1b\n"                     \
      : [sums] "+r"(sums), [scales] "+r"(scales), [output] "+l"(output)                \
      : [channels] "r"(channels), [ending] "r"(&ending)                                \
      : "r12", "lr", "q0", "q1", "q2", "q4", "q5", "q6", "memory")

#define MOTE_SCALE_PAIRS(multiply, ties)          \
  asm volatile(                                   \
      MOTE_RANGE                                  \
      "1: mov       r10, %[scales]\n"             \
      "   dlstp.32  lr, %[channels]\n"            \
      "2: vldrw.32  q0, [r10], #16\n"             \
      "   vldrw.32  q2, [%[sums]], #16\n"         \
      "   vldrw.32  q1, [r10], #16\n"             \
      MOTE_SCALE("q2", multiply, ties)            \
      "   vldrw.32  q3, [%[sums]], #16\n"         \
      "   vstrb.32  q2, [%[output]], #4\n"        \
      MOTE_SCALE("q3", multiply, ties)            \
      "   vstrb.32  q3, [%[second]], #4\n"        \
      "   letp      lr, 2b\n"                     \
      "   add       %[output], %[output], %[advance]\n"                                \
      "   subs      %[pairs], %[pairs], #1\n"     \
      "   add       %[second], %[second], %[advance]\n"                                \
      "   bne       1b\n"                         \
      : [sums] "+r"(sums), [output] "+l"(output), [second] "+l"(second), [pairs] "+r"(pairs)                     \
      : [scales] "r"(scales), [channels] "r"(channels), [advance] "r"(advance), [ending] "r"(&ending)            \
      : "r10", "r12", "lr", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "cc", "memory")
// clang-format on

void scale_one(const int32_t* sums, const int32_t* scales, uint32_t channels, const Ending& ending, int8_t* output) {
  switch (scaled_as(ending)) {
    case Scaled::double_rounding:
      MOTE_SCALE_ONE("vqrdmulh", MOTE_TIES_AWAY);
      return;
    case Scaled::double_rounding_relu:
      MOTE_SCALE_ONE("vqrdmulh", MOTE_TIES_UP);
      return;
    case Scaled::single_rounding:
      MOTE_SCALE_ONE("vmulh", MOTE_TIES_UP);
      return;
  }
}

void scale_pairs(const int32_t* sums, const int32_t* scales, uint32_t channels, uint32_t pairs, const Ending& ending,
                 int8_t* output, uint32_t step) {
  int8_t* second = output + step;
  const uint32_t advance = 2 * step - round_up(channels, kBlock);
  switch (scaled_as(ending)) {
    case Scaled::double_rounding:
      MOTE_SCALE_PAIRS("vqrdmulh", MOTE_TIES_AWAY);
      return;
    case Scaled::double_rounding_relu:
      MOTE_SCALE_PAIRS("vqrdmulh", MOTE_TIES_UP);
      return;
    case Scaled::single_rounding:
      MOTE_SCALE_PAIRS("vmulh", MOTE_TIES_UP);
      return;
  }
}

#undef MOTE_SCALE_PAIRS
#undef MOTE_SCALE_ONE
#undef MOTE_TIES_AWAY
#undef MOTE_TIES_UP
#undef MOTE_SCALE
#undef MOTE_RANGE

#else

namespace {

// The sums of a place are `next` apart from block to block.
void scale_place(const int32_t* sums, uint32_t next, const int32_t* scales, uint32_t channels, const Ending& ending,
                 int8_t* output) {
  const Range range(ending);
  for (uint32_t channel = 0; channel < channels; channel += kBlock, sums += next, scales += 2 * kBlock) {
    const uint32_t left = channels - channel;
    store_some(output + channel, scale(scaled_as(ending), load(sums), load(scales), load(scales + kBlock), range),
               left < kBlock ? left : kBlock);
  }
}

}  // namespace

void scale_one(const int32_t* sums, const int32_t* scales, uint32_t channels, const Ending& ending, int8_t* output) {
  scale_place(sums, kBlock, scales, channels, ending, output);
}

void scale_pairs(const int32_t* sums, const int32_t* scales, uint32_t channels, uint32_t pairs, const Ending& ending,
                 int8_t* output, uint32_t step) {
  for (; pairs > 0; --pairs, sums += 2 * round_up(channels, kBlock), output += 2 * size_t{step}) {
    scale_place(sums, 2 * kBlock, scales, channels, ending, output);
    scale_place(sums + kBlock, 2 * kBlock, scales, channels, ending, output + step);
  }
}

#endif

void scale_places(const int32_t* sums, const int32_t* scales, uint32_t places, uint32_t channels, const Ending& ending,
                  int8_t* output, uint32_t step) {
  const Range range(ending);
  const Scaled scaled = scaled_as(ending);
  const Lanes multipliers = load(scales), shifts = load(scales + kBlock);
  const uint32_t count = channels < kBlock ? channels : kBlock;
  for (uint32_t place = places; place > 0; --place, sums += kBlock, output += step)
    store_some(output, scale(scaled, load(sums), multipliers, shifts, range), count);
}

}  // namespace mote::armv8_1_m_mve
