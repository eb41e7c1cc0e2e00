// Fuzzes the reader of TensorFlow Lite files; the identifier is put in its place, or hardly an input would get past it.
#include <cstring>

#include "quantize/import/import.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t count) {
  mote::Bytes file(bytes, bytes + count);
  if (count >= 8) std::memcpy(file.data() + 4, "TFL3", 4);
  (void)mote::import_tflite(file, "fuzz");
  return 0;
}
