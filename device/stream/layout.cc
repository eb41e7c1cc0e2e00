// One part after the other: rows, the frame that is being filled, and what its kernels work in.
#include "device/stream/layout.h"

#include "device/kernels/log_mel/node.h"

namespace mote {
namespace {

uint32_t place(StreamLayout* layout, uint32_t bytes) {
  const uint32_t at = layout->bytes;
  layout->bytes += round_up(bytes);
  return at;
}

}  // namespace

StreamLayout lay_out(const Model& model, const StreamWindow& window) {
  StreamLayout layout{};
  layout.ring = place(&layout, byte_count(model.tensors[window.rows]));
  if (window.nodes == 0) return layout;
  const LogMel mel = log_mel_of({&model, &model.nodes[0], {}});
  layout.frame = place(&layout, mel.frame * static_cast<uint32_t>(sizeof(int16_t)));
  if (window.nodes > 1) layout.logarithms = place(&layout, mel.bands * static_cast<uint32_t>(sizeof(int16_t)));
  layout.spectrum = place(&layout, fft_bins(mel.order) * static_cast<uint32_t>(sizeof(Complex)));
  return layout;
}

}  // namespace mote
