// mean_int16 as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/mean/mean_of.h"
#include "device/kernels/mean_int16/mean_int16.h"
#include "device/kernels/operators.h"

namespace mote {

const char* check_mean_int16(const NodeView& node) { return check_mean_of<int16_t>(node); }

void run_mean_int16(const NodeView& node) {
  mean_int16_reference(mean_of_node<int16_t>(node), node.data<int16_t>(0), node.result<int16_t>());
}

}  // namespace mote
