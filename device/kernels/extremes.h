// The larger and the smaller of two int8 operands, some elements at once: for maximum and minimum.
#pragma once

#include "device/kernels/maximum/maximum.h"
#include "device/kernels/minimum/minimum.h"

namespace mote {

// maximum_reference and minimum_reference, to the byte: the four elements of a word at once.
void larger_by_words(const int8_t* first, const int8_t* second, uint32_t count, int8_t* output);
void smaller_by_words(const int8_t* first, const int8_t* second, uint32_t count, int8_t* output);

namespace armv8_1_m_mve {

// Likewise, sixteen at once with Helium.
void larger_of(const int8_t* first, const int8_t* second, uint32_t count, int8_t* output);
void smaller_of(const int8_t* first, const int8_t* second, uint32_t count, int8_t* output);

}  // namespace armv8_1_m_mve

// The fastest of this core.
#if !MOTE_SMALL && defined(__ARM_FEATURE_MVE)
static constexpr auto& kLarger = armv8_1_m_mve::larger_of;
static constexpr auto& kSmaller = armv8_1_m_mve::smaller_of;
#elif !MOTE_SMALL && defined(__ARM_FEATURE_UNALIGNED)
static constexpr auto& kLarger = larger_by_words;
static constexpr auto& kSmaller = smaller_by_words;
#else
static constexpr auto& kLarger = maximum_reference;
static constexpr auto& kSmaller = minimum_reference;
#endif

}  // namespace mote
