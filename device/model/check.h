// The stages of the verifier after the container, in their order. Each fills its part of `model` and may rely on those before it.
#pragma once

#include "device/model/model.h"
#include "device/model/verdict.h"

namespace mote {

Verdict check_graph(Model* model);            // M8 to M14: the FlatBuffer, tensors, the graph's own ends
Verdict check_order(const Model& model);      // M15 to M18: which node reads and writes what, and when
Verdict check_operators(const Model& model);  // M19, M24 to M34, M38: each node by the rules of its operator
Verdict check_plan(Model* model);             // M20 to M23, M60: where activations lie, and that no run overwrites what it needs
Verdict check_labels(const Model& model);     // M35
Verdict check_baseline(const Model& model);   // M36
Verdict check_self_test(const Model& model);  // M37

}  // namespace mote
