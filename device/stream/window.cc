// Finds how far into a model its frames are computed one by one.
#include "device/stream/window.h"

namespace mote {
namespace {

bool is_output(const Model& model, uint16_t tensor) {
  for (uint32_t i = 0; i < model.output_count; ++i)
    if (model.outputs[i] == tensor) return true;
  return false;
}

// Whether anybody but the nodes before `node` reads the tensor.
bool is_read_from(const Model& model, uint16_t tensor, uint32_t node) {
  for (; node < model.node_count; ++node)
    for (uint32_t place = 0; place < model.nodes[node].input_count; ++place)
      if (model.nodes[node].inputs[place] == tensor) return true;
  return tensor == model.statistics || is_output(model, tensor);
}

// Whether `window` may go on through the next node, of that operator: nobody needs what the node reads besides.
bool continues_as(const Model& model, const StreamWindow& window, OperatorCode code) {
  if (window.nodes >= model.node_count || model.stages[window.nodes] != 1) return false;
  const NodeRecord& node = model.nodes[window.nodes];
  return node.operator_code == static_cast<uint16_t>(code) && node.inputs[0] == window.rows &&
         !is_read_from(model, window.rows, window.nodes + 1u);
}

void go_on(const Model& model, StreamWindow* window) {
  window->rows = model.nodes[window->nodes].output;
  ++window->nodes;
}

}  // namespace

bool find_window(const Model& model, StreamWindow* window) {
  const bool front = has_front_end(model);
  *window = {};
  window->source = window->rows = front ? model.raw_input : model.inputs[0];
  const TensorRecord& source = model.tensors[window->source];
  if (model.input_count != 1 || source.type != static_cast<uint8_t>(TensorType::int16) || source.shape[0] != 1) return false;
  if (!continues_as(model, *window, OperatorCode::log_mel)) return true;
  go_on(model, window);
  if ((!front || window->rows != model.inputs[0]) && continues_as(model, *window, OperatorCode::dct)) go_on(model, window);
  return true;
}

}  // namespace mote
