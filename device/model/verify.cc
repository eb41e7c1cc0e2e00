// Runs the stages of the verifier in their order.
#include "device/model/verify.h"

#include "device/kernels/operators.h"
#include "device/model/check.h"
#include "device/model/sections.h"

namespace mote {

Verdict verify(const uint8_t* bytes, size_t count, Model* model) {
  if (const Verdict verdict = check_container(bytes, count); !verdict.good()) return verdict;
  *model = Model{};
  model->file = bytes;
  if (const Verdict verdict = read_graph(model); !verdict.good()) return verdict;
  if (const Verdict verdict = check_graph(*model); !verdict.good()) return verdict;
  if (const Verdict verdict = check_order(*model); !verdict.good()) return verdict;
  if (const Verdict verdict = check_operators(*model); !verdict.good()) return verdict;
  if (const Verdict verdict = read_plan(model); !verdict.good()) return verdict;
  if (const Verdict verdict = check_plan(*model); !verdict.good()) return verdict;
  if (const Verdict verdict = check_labels(*model); !verdict.good()) return verdict;
  if (const Verdict verdict = check_baseline(*model); !verdict.good()) return verdict;
  return check_self_test(*model);
}

Verdict find_parts(const uint8_t* bytes, size_t count, Model* model) {
  if (const Verdict verdict = check_container(bytes, count); !verdict.good()) return verdict;
  *model = Model{};
  model->file = bytes;
  if (const Verdict verdict = read_graph(model); !verdict.good()) return verdict;
  for (uint32_t i = 0; i < model->node_count; ++i)
    if (find_kernel(*model, model->nodes[i]) == nullptr) return refused(MOTE_UNKNOWN_OPERATOR);
  return read_plan(model);
}

}  // namespace mote

extern "C" mote_status mote_check(const void* bytes, size_t count, uint32_t* arena_bytes, const char** rule) {
  mote::Model model;
  const mote::Verdict verdict = mote::verify(static_cast<const uint8_t*>(bytes), count, &model);
  if (rule != nullptr) *rule = verdict.rule();
  if (arena_bytes != nullptr) *arena_bytes = verdict.good() ? model.arena_bytes : 0;
  return verdict.status();
}
