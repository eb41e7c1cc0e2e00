// SOFTMAX.
#include "quantize/import/tflite_node.h"

namespace mote::from_tflite {

Result<void> softmax(TfliteNode& node) {
  TRY(const tflite::SoftmaxOptions* options, node.options<tflite::SoftmaxOptions>());
  if (options->beta() != 1.0f) return unsupported("has a beta other than 1");
  TRY(const ValueId input, node.input(0));
  return node.add({.op = Op::softmax, .inputs = {input}});
}

}  // namespace mote::from_tflite
