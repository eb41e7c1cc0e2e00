// The name of JSON, for headers that only pass it on: reading nlohmann's own header takes longer than most of our files.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace mote {

using Json = nlohmann::ordered_json;

}  // namespace mote
