// Fuzzes the reader of IDX files: with the bytes as images or labels, and with good files that they damage.
#include "host/data/test/any_recording.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t count) {
  const mote::Bytes any(bytes, bytes + count);
  const mote::Bytes images = mote::make_idx_images(3, 2, 3), labels = mote::make_idx_labels({2, 0, 1});
  mote::read_any_idx(any, labels);
  mote::read_any_idx(images, any);
  mote::read_any_idx(mote::damaged(images, any), labels);
  mote::read_any_idx(images, mote::damaged(labels, any));
  return 0;
}
