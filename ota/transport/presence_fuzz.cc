// Fuzzes what is read from state topics.
#include <cstdlib>

#include "ota/transport/presence.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t count) {
  const mote::StateMessage said = mote::parse_state_or_will({bytes, count});
  if (said.kind == mote::StateKind::will) {
    const mote::Bytes again = mote::make_will(said.boot);
    if (again != mote::Bytes(bytes, bytes + count)) std::abort();
  }
  if (said.kind == mote::StateKind::state && said.envelope.size() != count) std::abort();
  if (said.kind != mote::StateKind::will && mote::says_gone(said, 0)) std::abort();
  return 0;
}
