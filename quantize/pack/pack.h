// Rearranges the weighted nodes of a quantized graph for the kernels of a target.
#pragma once

#include <optional>
#include <string_view>

#include "device/model/container.h"
#include "quantize/graph/graph.h"

namespace mote {

// "armv7e-m", ...; the names of --target.
std::string_view target_name(Target target);
std::optional<Target> find_target(std::string_view name);
std::string target_names();  // all, for messages

// Nodes that the target has no kernel for, or whose constants do not suit it, stay portable. The packed graph is for writing
// only: its packed nodes have inputs x, weights and constants, and their attributes in Node::numbers.
Graph pack_for(Target target, const Graph& graph);

}  // namespace mote
