// Runs the kernels of log_mel and dct on one frame.
#include "device/stream/frame.h"

#include "device/kernels/dct/node.h"
#include "device/kernels/log_mel/node.h"

namespace mote {
namespace {

// Whether this firmware has log_mel. One that has not refuses its models, so that nothing of it needs to be linked.
constexpr bool has_log_mel() {
  return false
#define MOTE_OPERATOR(code, name, inputs, since, access) || OperatorCode::name == OperatorCode::log_mel
#define MOTE_PACKED_OPERATOR MOTE_OPERATOR
#ifdef MOTE_OPERATOR_SET
#include MOTE_OPERATOR_SET
#else
#include "device/model/operators.def"
#endif
#undef MOTE_PACKED_OPERATOR
#undef MOTE_OPERATOR
      ;
}

void show(const OpenModel& open, mote_moment moment, uint16_t node) {
  if (open.hook == nullptr) return;
  const mote_call call = {node, open.model.nodes[node].operator_code, 0, 1};
  open.hook(open.context, moment, &call);
}

NodeView view_of(const OpenModel& open, uint32_t node) { return {&open.model, &open.model.nodes[node], {}}; }

}  // namespace

void make_row(const OpenModel& open, uint32_t nodes, const int16_t* frame, int16_t* row, const FrameWork& work) {
  if (!has_log_mel()) return;
  int16_t* const logarithms = nodes == 1 ? row : work.logarithms;
  show(open, MOTE_CALL_BEGINS, 0);
  log_mel_frame(log_mel_of(view_of(open, 0)), frame, logarithms, work.spectrum);
  show(open, MOTE_CALL_ENDS, 0);
  if (nodes == 1) return;
  Dct dct = dct_of(view_of(open, 1));
  dct.rows = 1;
  show(open, MOTE_CALL_BEGINS, 1);
  dct_reference(dct, logarithms, row);
  show(open, MOTE_CALL_ENDS, 1);
}

}  // namespace mote
