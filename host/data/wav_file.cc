// RIFF chunks, as "Multimedia Programming Interface and Data Specifications 1.0" (1991) has them.
#include "host/data/wav_file.h"

#include <cstring>

namespace mote {
namespace {

constexpr uint32_t kPcm = 1, kExtensible = 0xfffe;

uint32_t little_endian(ByteView bytes, size_t at, size_t count) {
  uint32_t value = 0;
  for (size_t i = count; i-- > 0;) value = value << 8 | bytes[at + i];
  return value;
}

bool says(ByteView bytes, size_t at, const char* four) { return std::memcmp(bytes.data() + at, four, 4) == 0; }

Error corrupt(const std::string& where, const std::string& what) {
  return Error{.cause = Cause::usage, .what = what, .where = where, .todo = "mend the file, or take it away"};
}

Result<void> read_format(ByteView chunk, const std::string& where, Wav& wav) {
  if (chunk.size() < 16) return corrupt(where, "is a corrupt WAV file: its format chunk is too short");
  const uint32_t format = little_endian(chunk, 0, 2), bits = little_endian(chunk, 14, 2);
  wav.channels = little_endian(chunk, 2, 2);
  wav.sample_rate_hz = little_endian(chunk, 4, 4);
  if ((format != kPcm && format != kExtensible) || bits != 16) return corrupt(where, "is no WAV file of 16-bit PCM");
  if (wav.channels == 0 || wav.channels > 64 || wav.sample_rate_hz == 0)
    return corrupt(where, "is a corrupt WAV file: it has no channels or no sample rate");
  return {};
}

}  // namespace

Result<Wav> parse_wav(ByteView bytes, const std::string& where) {
  if (bytes.size() < 12 || !says(bytes, 0, "RIFF") || !says(bytes, 8, "WAVE")) return corrupt(where, "is no WAV file");
  Wav wav;
  for (size_t at = 12; at + 8 <= bytes.size();) {
    const size_t size = little_endian(bytes, at + 4, 4), begin = at + 8;
    if (size > bytes.size() - begin) return corrupt(where, "is a corrupt WAV file: a chunk ends behind the file's end");
    const ByteView chunk = bytes.subspan(begin, size);
    if (says(bytes, at, "fmt ")) TRY_DO(read_format(chunk, where, wav));
    if (says(bytes, at, "data")) {
      if (wav.channels == 0) return corrupt(where, "is a corrupt WAV file: its samples come before their format");
      if (size % (2 * size_t{wav.channels}) != 0) return corrupt(where, "is a corrupt WAV file: its last sample is cut");
      wav.samples.resize(size / 2);
      if (size > 0) std::memcpy(wav.samples.data(), chunk.data(), size);
      return wav;
    }
    at = begin + size + size % 2;
  }
  return corrupt(where, "is a corrupt WAV file: it holds no samples");
}

}  // namespace mote
