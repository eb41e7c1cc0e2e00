// mean as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/mean/mean_of.h"
#include "device/kernels/operators.h"

namespace mote {

const char* check_mean(const NodeView& node) { return check_mean_of<int8_t>(node); }

void run_mean(const NodeView& node) { mean_reference(mean_of_node<int8_t>(node), node.data<int8_t>(0), node.result<int8_t>()); }

}  // namespace mote
