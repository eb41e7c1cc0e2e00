// Fuzzes the reader of WAV files: with the bytes as a file, and with a good file that they damage.
#include "host/data/test/any_recording.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t count) {
  mote::read_any_wav(mote::Bytes(bytes, bytes + count));
  mote::read_any_wav(mote::damaged(mote::make_wav(8000, 1, {1, -2, 3, 4, 5, 6}), {bytes, count}));
  return 0;
}
