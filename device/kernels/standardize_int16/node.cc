// standardize_int16 as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/operators.h"
#include "device/kernels/standardize/node.h"
#include "device/kernels/standardize_int16/standardize_int16.h"

namespace mote {

const char* check_standardize_int16(const NodeView& node) { return check_standardize_to(node, TensorType::int16); }

void run_standardize_int16(const NodeView& node) {
  standardize_int16_reference(standardize_of(node), node.data<int16_t>(input_place::kRaw), node.result<int16_t>());
}

}  // namespace mote
