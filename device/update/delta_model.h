// What coder and decoder of a delta share: adaptive binary probabilities and the contexts that they are kept for
// (docs/spec/delta.md).
//
// A probability is that of a 0 bit, in 1/4096; it moves by 1/32 of the way to each bit seen. Bits are coded by a binary range coder of 32
// bits (Martin, "Range encoding", 1979; the carry-propagating form with an 11- or 12-bit probability is widely used since LZMA).
#pragma once

#include <stdint.h>

namespace mote {

using Probability = uint16_t;
constexpr uint32_t kProbabilityBits = 12;
constexpr uint32_t kAdaptShift = 5;
constexpr uint32_t kRangeTop = 1u << 24;

inline void adapt(Probability* probability, uint32_t bit) {
  if (bit == 0)
    *probability = static_cast<Probability>(*probability + (((1u << kProbabilityBits) - *probability) >> kAdaptShift));
  else
    *probability = static_cast<Probability>(*probability - (*probability >> kAdaptShift));
}

constexpr uint32_t kGammaBits = 32;

// A number from 1 on: how many bits it has, in unary, then the bits below the highest.
struct GammaModel {
  Probability more[kGammaBits];
  Probability low[kGammaBits];
};

// A byte, from its highest bit on: node 1 is the root, its children are 2 and 3.
struct ByteModel {
  Probability node[256];
};

struct DeltaModel {
  Probability is_copy;   // a segment that adds to the base, or one that does not
  Probability is_moved;  // its base is not where the last one ended
  Probability is_back;
  GammaModel length, move;
  Probability is_zero[16];  // the difference, after four differences of which these were zero
  ByteModel difference;     // that is not zero
  ByteModel literal;
};

inline void delta_model_reset(DeltaModel* model) {
  auto* probability = reinterpret_cast<Probability*>(model);
  for (uint32_t i = 0; i < sizeof *model / sizeof *probability; ++i) probability[i] = 1u << (kProbabilityBits - 1);
}

// The last four flags of `is_zero`.
inline uint32_t next_history(uint32_t history, bool zero) { return (history << 1 | (zero ? 1u : 0u)) & 15u; }

}  // namespace mote
