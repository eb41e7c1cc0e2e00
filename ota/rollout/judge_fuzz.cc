// Feeds any bytes as a state, as they would come out of an envelope.
#include "ota/rollout/judge.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto state = mote::parse_state({data, size});
  if (state) (void)mote::judge(*state, {.sequence = 1, .release = 1});
  return 0;
}
