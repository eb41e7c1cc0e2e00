// Fuzzes the reader of ONNX files: the bytes as a file, and as the graph in one, or hardly an input would get that far.
#include "quantize/import/onnx.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t count) {
  (void)mote::read_onnx({bytes, count}, "fuzz");
  (void)mote::read_onnx_tensor({bytes, count}, "fuzz");
  mote::Bytes file = {0x42, 2, 0x10, 13};  // opset_import { version: 13 }
  file.push_back(0x3A);                    // graph, and its length in groups of seven bits
  for (size_t rest = count; file.size() < 9; rest >>= 7)
    file.push_back(static_cast<uint8_t>((rest & 127) | (file.size() < 8 ? 128 : 0)));
  file.insert(file.end(), bytes, bytes + count);
  (void)mote::read_onnx(file, "fuzz");
  return 0;
}
