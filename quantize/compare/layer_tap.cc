// Takes rows out of the arena as soon as a kernel has made them: a ring, or an output that lies over it, has them no longer
// later.
#include "quantize/compare/layer_tap.h"

#include "device/model/lives.h"

namespace mote {

Result<LayerTap> LayerTap::open(ByteView model, const std::string& where) {
  TRY(ModelFile file, read_model(model, where));
  TRY(LoadedModel loaded, LoadedModel::open(model, where));
  return LayerTap(std::move(file), std::move(loaded));
}

LayerTap::LayerTap(ModelFile file, LoadedModel model) : file_(std::move(file)), model_(std::move(model)) {
  for (const NodeRecord& node : file_.nodes) layers_.emplace_back(byte_count(file_.tensors[node.output]));
}

void LayerTap::run(ByteView inputs) {
  const auto hook = [](void* tap, mote_moment moment, const mote_call* call) {
    if (moment == MOTE_CALL_ENDS) static_cast<LayerTap*>(tap)->take(*call);
  };
  Bytes outputs(model_.output_bytes());
  model_.set_hook(hook, this);
  model_.run(inputs, outputs);
  model_.set_hook(nullptr, nullptr);
}

void LayerTap::take(const mote_call& call) {
  const uint16_t tensor = file_.nodes[call.node].output;
  const uint32_t row_bytes = byte_count(file_.tensors[tensor]) / file_.tensors[tensor].shape[1];
  const uint8_t* place = model_.arena() + file_.offsets[tensor];
  for (uint32_t row = call.first_row; row < call.end_row; ++row)
    std::memcpy(layers_[call.node].data() + row * row_bytes, place + row % file_.held[tensor] * row_bytes, row_bytes);
}

}  // namespace mote
