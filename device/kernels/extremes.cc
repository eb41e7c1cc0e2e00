// The larger and the smaller of two int8 operands, in words and in registers of Helium.
#include "device/kernels/extremes.h"

#include "device/kernels/packed/mve_bytes.h"
#include "device/kernels/packed/simd32.h"

namespace mote {
namespace {

// In `count` elements the whole words, of which it returns how many elements they are.
template <typename Choose>
uint32_t by_words(const int8_t* first, const int8_t* second, uint32_t count, int8_t* output, Choose choose) {
  const uint32_t whole = count / 4 * 4;
  for (const int8_t* const end = first + whole; first != end; first += 4, second += 4, output += 4)
    simd32::store(output, choose(simd32::load(first), simd32::load(second)));
  return whole;
}

}  // namespace

void larger_by_words(const int8_t* first, const int8_t* second, uint32_t count, int8_t* output) {
  const uint32_t done = by_words(first, second, count, output, simd32::smax8);
  maximum_reference(first + done, second + done, count - done, output + done);
}

void smaller_by_words(const int8_t* first, const int8_t* second, uint32_t count, int8_t* output) {
  const uint32_t done = by_words(first, second, count, output, simd32::smin8);
  minimum_reference(first + done, second + done, count - done, output + done);
}

namespace armv8_1_m_mve {
namespace {

template <typename Choose>
void by_bytes(const int8_t* first, const int8_t* second, uint32_t count, int8_t* output, Choose choose) {
  for (uint32_t at = 0; at < count; at += kBytes) {
    const ByteMask mask = first_bytes(count - at);
    store(output + at, choose(load(first + at, mask), load(second + at, mask)), mask);
  }
}

}  // namespace

void larger_of(const int8_t* first, const int8_t* second, uint32_t count, int8_t* output) {
  by_bytes(first, second, count, output, [](Bytes a, Bytes b) { return larger(a, b); });
}

void smaller_of(const int8_t* first, const int8_t* second, uint32_t count, int8_t* output) {
  by_bytes(first, second, count, output, [](Bytes a, Bytes b) { return smaller(a, b); });
}

}  // namespace armv8_1_m_mve
}  // namespace mote
