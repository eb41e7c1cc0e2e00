// The measurements as JSON and as the README's tables.
#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "bench/runtime/measure.h"

namespace mote::bench {

struct Measured {
  std::string name;
  std::vector<OnBoard> boards;
  OnHost host;
};

Json to_json(const std::vector<Measured>& models);

// From that JSON.
std::string tables_of(const Json& json);

// `text` with what stands between its two marks replaced; unchanged when it has none.
std::string with_tables(const std::string& text, const std::string& tables);

}  // namespace mote::bench
