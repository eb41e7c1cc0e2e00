// The strips of the packed kernels with AVX-VNNI, which multiplies and adds four taps of eight channels in one instruction.
#if defined(__x86_64__)

#include <immintrin.h>

#include "device/kernels/packed/x86_64/instructions.h"

#define MOTE_TARGET __attribute__((target("avx2,avxvnni"), always_inline)) inline
#define MOTE_TARGET_OUTLINE __attribute__((target("avx2,avxvnni"), noinline))

namespace mote::x86_64 {
namespace {

struct Multiply {
  static constexpr ConstantRow kRow = kBiasOfUnsigned;
  static constexpr int kBusy = 10;
  MOTE_TARGET static __m256i prepared(__m256i x) { return x; }
  MOTE_TARGET static __m256i add(__m256i sums, __m256i x, __m256i weights) { return _mm256_dpbusd_avx_epi32(sums, x, weights); }
};

}  // namespace
}  // namespace mote::x86_64

#include "device/kernels/packed/x86_64/strip_256.h"

namespace mote::x86_64 {
namespace {

bool is_here() {
#if defined(__clang__) && __clang_major__ < 15  // cannot ask for it
  return false;
#else
  return __builtin_cpu_supports("avxvnni");
#endif
}

}  // namespace

const Instructions kAvxVnni = {"AVX-VNNI", is_here, 0x80, 6, 6, run_strip<true>, run_strip<false>, add_256};

}  // namespace mote::x86_64

#endif
