// Logarithms of power in bands, one frame at a time: no spectrum outlives its frame.
#include "device/kernels/log_mel/log_mel.h"
#include "device/kernels/signal/logarithm.h"
#include "device/kernels/signal/spectrum.h"

namespace mote {

void log_mel_frame(const LogMel& mel, const int16_t* samples, int16_t* output, Complex* spectrum) {
  const Piece piece = {samples, 1, mel.frame, 0, mel.window, mel.order};
  const uint32_t bits = piece_bits(piece);
  spectrum_of(piece, bits, spectrum);
  const int32_t offset = power_offset(bits, mel.order);
  const int16_t* weights = mel.weights;
  for (uint32_t band = 0; band < mel.bands; ++band) {
    const Complex* bin = spectrum + mel.places[band];
    uint64_t sum = 0;
    for (int32_t i = 0; i < mel.places[mel.bands + band]; ++i) sum += scaled_power(*bin++) * static_cast<uint64_t>(*weights++);
    const int32_t logarithm = sum == 0 ? mel.floor : log2_of(sum) + offset;
    output[band] = logarithm > mel.floor ? static_cast<int16_t>(logarithm) : mel.floor;
  }
}

void log_mel_reference(const LogMel& mel, const int16_t* input, int16_t* output, Complex* spectrum) {
  for (uint32_t frame = 0; frame < mel.frames; ++frame)
    log_mel_frame(mel, input + size_t{frame} * mel.hop, output + size_t{frame} * mel.bands, spectrum);
}

}  // namespace mote
