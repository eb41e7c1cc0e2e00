// Fuzzes the reader of CSV recordings, with and without a header.
#include "host/data/test/any_table.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t count) {
  mote::read_any_csv({bytes, count});
  return 0;
}
