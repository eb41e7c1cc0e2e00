// Outputs that lie over inputs nobody reads afterwards, and the proof, row by row, that a run reads before it overwrites.
#pragma once

#include "device/kernels/operators.h"
#include "device/model/verdict.h"

namespace mote {

// When a tensor is alive, in moments, both ends included.
struct Life {
  uint16_t tensor;
  uint8_t first, last;
};
constexpr uint32_t kMaxLives = kMaxNodes + kMaxEnds;  // each node writes one, the caller gives the inputs

inline uint32_t held_bytes(const Model& model, uint16_t tensor) {
  const TensorRecord& record = model.tensors[tensor];
  return byte_count(record) / record.shape[1] * model.held[tensor];
}

inline uint32_t scratch_bytes(const Model& model, uint32_t node) {
  const NodeRecord& record = model.nodes[node];
  const Kernel* kernel = find_kernel(model, record);
  return kernel->scratch == nullptr ? 0 : kernel->scratch({&model, &record, {}});
}

constexpr uint32_t kMostOverlays = 64;  // of a model, at most one for each output

class Overlays {
 public:
  // False when there is no room, or `above` lies over another tensor already.
  bool add(uint16_t above, uint16_t below) {
    if (count_ == kMostOverlays || below_of(above) != kNoTensor) return false;
    pairs_[count_++] = {above, below};
    return true;
  }

  // What `above` lies over; kNoTensor when nothing.
  uint16_t below_of(uint16_t above) const {
    for (uint32_t i = 0; i < count_; ++i)
      if (pairs_[i].above == above) return pairs_[i].below;
    return kNoTensor;
  }

 private:
  struct Pair {
    uint16_t above, below;
  };
  Pair pairs_[kMostOverlays];
  uint32_t count_ = 0;
};

// M22 for overlays, M60 for rings and for the stages that roll.
Verdict check_rows(const Model& model, const Overlays& overlays);

}  // namespace mote
