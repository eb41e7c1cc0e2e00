// Fuzzes the reader of the HAPT form: the first byte chooses the file that the others stand for.
#include "host/data/test/any_table.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t count) {
  if (count == 0) return 0;
  constexpr const char* kFiles[] = {"activity_labels.csv", "experiments.csv", "labels.csv", "exp01_user40.i16"};
  mote::read_any_hapt(kFiles[bytes[0] % 4], {bytes + 1, count - 1});
  return 0;
}
