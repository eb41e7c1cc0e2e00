// The strips of the packed kernels with AVX2.
#if defined(__x86_64__)

#include <immintrin.h>

#include "device/kernels/packed/x86_64/instructions.h"

#define MOTE_TARGET __attribute__((target("avx2"), always_inline)) inline
#define MOTE_TARGET_OUTLINE __attribute__((target("avx2"), noinline))

namespace mote::x86_64 {
namespace {

struct SignedActivations {
  __m256i value, magnitude;
};

// VPMADDUBSW multiplies unsigned by signed: |x| by w with the sign of x. Two products are at most 2 * 128 * 127, so their sum
// does not saturate, since no weight is -128.
struct Multiply {
  static constexpr ConstantRow kRow = kBias;
  static constexpr int kBusy = 4;
  MOTE_TARGET static SignedActivations prepared(__m256i x) { return {x, _mm256_abs_epi8(x)}; }
  MOTE_TARGET static __m256i add(__m256i sums, const SignedActivations& x, __m256i weights) {
    const __m256i pairs = _mm256_maddubs_epi16(x.magnitude, _mm256_sign_epi8(weights, x.value));
    return _mm256_add_epi32(sums, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)));
  }
};

}  // namespace
}  // namespace mote::x86_64

#include "device/kernels/packed/x86_64/strip_256.h"

namespace mote::x86_64 {
namespace {

bool is_here() { return __builtin_cpu_supports("avx2"); }

}  // namespace

const Instructions kAvx2 = {"AVX2", is_here, 0, 4, 4, run_strip<true>, run_strip<false>, add_256};

}  // namespace mote::x86_64

#endif
