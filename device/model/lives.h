// When each activation lives, and which outputs lie over inputs that nobody reads afterwards.
#pragma once

#include "device/kernels/operators.h"
#include "device/model/verdict.h"

namespace mote {

// In moments, both ends included: stage i is moment i + 1, what the caller gives lives from 0 on, what the caller is given
// outlives the last stage, and a state does both.
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

inline bool meet(const Life& a, const Life& b) { return a.first <= b.last && b.first <= a.last; }

// `above` is first written in the stage that reads `below` for the last time, so it may lie over it: an overlay, if they share a
// byte.
inline bool may_lie_over(const Life& above, const Life& below) { return below.last == above.first && below.first < above.first; }

bool share_bytes(const Model& model, uint16_t a, uint16_t b);

// Of a model whose order has been checked and whose plan has been read. Life i is that of node i's output; then what the caller
// gives follows.
class Lives {
 public:
  explicit Lives(const Model& model);

  uint32_t count() const { return model_.node_count + given_count(); }
  Life at(uint32_t i) const { return {tensor(i), first_[i], last_[i]}; }

  // What the output of `node` lies over; kNoTensor when nothing.
  uint16_t below(uint32_t node) const;

 private:
  uint32_t given_count() const { return has_front_end(model_) ? 1 : model_.input_count; }
  uint16_t tensor(uint32_t i) const;
  void lasts(uint16_t tensor, uint32_t moment);

  const Model& model_;
  uint8_t first_[kMaxLives], last_[kMaxLives];
};
static_assert(kMaxNodes + 1 <= UINT8_MAX, "so that a moment fits");

// M22 for overlays, M60 for rings and for the stages that roll.
Verdict check_rows(const Model& model, const Lives& lives);

}  // namespace mote
