// RESHAPE.
#include "quantize/import/tflite_node.h"

namespace mote::from_tflite {

Result<void> reshape(TfliteNode& node) {
  TRY(const ValueId input, node.elements(0));
  return node.alias(0, input);
}

}  // namespace mote::from_tflite
