// Fuzzes the reader of TensorFlow Lite files; the identifier is put in its place, or hardly an input would get past it.
#include <cstring>

#include "quantize/calibrate/float_model.h"
#include "quantize/import/import.h"
#include "quantize/import/tflite.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t count) {
  mote::Bytes file(bytes, bytes + count);
  if (count >= 8) std::memcpy(file.data() + 4, "TFL3", 4);
  (void)mote::import_tflite(file, "fuzz");
  const mote::Result<mote::Graph> floats = mote::read_float_tflite(file, "fuzz");
  if (floats.ok() && mote::input_count(*floats) < 4096) {
    mote::NoProgress progress;
    const mote::TensorFile data{.values = std::vector<float>(mote::input_count(*floats), 0.5f), .rows = 0, .where = "fuzz"};
    (void)mote::import_float_tflite(file, "fuzz", data, {}, progress);
  }
  return 0;
}
