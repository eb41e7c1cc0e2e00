// One WAV file: 16-bit PCM.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace mote {

struct Wav {
  uint32_t sample_rate_hz = 0;
  uint32_t channels = 0;
  std::vector<int16_t> samples;  // [samples][channels]
};

// Refuses other forms than 16-bit PCM, and what is cut short.
Result<Wav> parse_wav(ByteView bytes, const std::string& where);

}  // namespace mote
