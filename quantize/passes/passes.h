// Rewrites of a float graph. Each keeps what the graph computes, returns how many things it changed, and changes nothing when it
// is run again.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "quantize/graph/graph.h"

namespace mote {

struct Pass {
  const char* name;
  int (*run)(Graph& graph);
};

std::span<const Pass> float_passes();

// All of them in order; the graph is verified after each.
Result<void> run_passes(Graph& graph, const std::string& where);

#define MOTE_FLOAT_PASS(name) int name(Graph& graph);
#include "quantize/passes/passes.def"
#undef MOTE_FLOAT_PASS

// How often a value is read: by nodes, as the graph's output, as its statistics.
uint32_t uses(const Graph& graph, ValueId id);
// The node that makes `id`, or null for a constant or an input.
Node* producer(Graph& graph, ValueId id);
// Whoever reads `from` reads `to` from now on.
void replace_uses(Graph& graph, ValueId from, ValueId to);

}  // namespace mote
