// ADD.
#include "quantize/import/tflite_node.h"

namespace mote::from_tflite {

Result<void> add(TfliteNode& node) {
  TRY(const tflite::AddOptions* options, node.options<tflite::AddOptions>());
  TRY(const ValueId first, node.input(0));
  TRY(const ValueId second, node.input(1));
  Node to{.op = Op::add, .inputs = {first, second}};
  TRY_DO(fuse(options->fused_activation_function(), to));
  return node.add(std::move(to));
}

}  // namespace mote::from_tflite
