// The text form of a graph: what tests are written in and what a run keeps of its float model (docs/spec/graph-text.md).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "quantize/graph/graph.h"

namespace mote {

// Constants with their values, so that from_text(to_text(g)) is g bit for bit.
std::string to_text(const Graph& graph);

// `where` names the source in errors, which also name the line. The result is verified.
Result<Graph> from_text(std::string_view text, const std::string& where);

// Checks that shapes agree, values are made before they are read, constants have their counts. The error names the node.
Result<void> verify(const Graph& graph, const std::string& where);

// "node 3, conv_2d 'conv1'": how errors name a node, which must be one of the graph's own.
std::string describe(const Graph& graph, const Node& node);

// "int8", "int16", "int32", "float32".
std::string_view type_name(Type type);

}  // namespace mote
