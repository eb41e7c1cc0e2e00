// What must hold for any bytes that are read as the text of a graph.
#pragma once

#include <cstdlib>

#include "quantize/graph/text.h"

namespace mote {

// A text that is read gives a graph that is written and read again as itself.
inline void read_any_text(const uint8_t* bytes, size_t count) {
  const Result<Graph> graph = from_text(std::string_view(reinterpret_cast<const char*>(bytes), count), "fuzz");
  if (!graph.ok()) return;
  const std::string text = to_text(*graph);
  const Result<Graph> again = from_text(text, "again");
  if (!again.ok() || to_text(*again) != text) std::abort();
}

}  // namespace mote
