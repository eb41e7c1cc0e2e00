// The stages of the verifier after the container, in their order: the two that read fill their part of `model`, and each may rely
// on those before it.
#pragma once

#include "device/model/model.h"
#include "device/model/verdict.h"

namespace mote {

Verdict read_graph(Model* model);             // M8 and M9: the FlatBuffer and the number of what is in it
Verdict check_graph(const Model& model);      // M10 to M14: tensors, the graph's own ends
Verdict check_order(const Model& model);      // M15 to M18: which node reads and writes what, and when
Verdict check_operators(const Model& model);  // M19, M24 to M34, M38: each node by the rules of its operator
Verdict check_operator(const Model& model, uint32_t node);
Verdict read_plan(Model* model);              // M8 and M20: the FlatBuffer, and that it is one for this graph
Verdict check_plan(const Model& model);       // M20 to M23, M60: where activations lie, and that no run overwrites what it needs
Verdict check_labels(const Model& model);     // M35
Verdict check_baseline(const Model& model);   // M36
Verdict check_self_test(const Model& model);  // M37

}  // namespace mote
