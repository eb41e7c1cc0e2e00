// Keys for tests: made anew each time.
#pragma once

#include "ota/trust/keys.h"

namespace mote {

inline KeyPair sure_key() { return std::move(generate_key()).value(); }

}  // namespace mote
