// log_mel as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/log_mel/node.h"

#include "device/kernels/operators.h"

namespace mote {
namespace {

using attribute::kLogMelFloor;
using attribute::kLogMelHop;
using attribute::kLogMelOrder;
using input_place::kBandPlaces;
using input_place::kBandWeights;
using input_place::kSignalWindow;

// M62. That every band lies in the spectrum, and that the weights are theirs.
bool are_bands_right(const NodeView& node) {
  const int16_t* places = node.constant<int16_t>(kBandPlaces);
  const uint32_t bands = node.input(kBandPlaces).shape[3];
  const auto bins = static_cast<int32_t>(fft_bins(static_cast<uint32_t>(node.attribute(kLogMelOrder))));
  uint32_t total = 0;
  for (uint32_t band = 0; band < bands; ++band) {
    const int32_t first = places[band], count = places[bands + band];
    if (first < 0 || count < 1 || first + count > bins) return false;
    total += static_cast<uint32_t>(count);
  }
  if (total != element_count(node.input(kBandWeights))) return false;
  const int16_t* weights = node.constant<int16_t>(kBandWeights);
  for (uint32_t i = 0; i < total; ++i)
    if (weights[i] < 0) return false;
  return true;
}

}  // namespace

LogMel log_mel_of(const NodeView& node) {
  LogMel mel;
  mel.frames = node.output().shape[2];
  mel.frame = node.input(kSignalWindow).shape[3];
  mel.hop = static_cast<uint32_t>(node.attribute(kLogMelHop));
  mel.order = static_cast<uint32_t>(node.attribute(kLogMelOrder));
  mel.bands = node.output().shape[3];
  mel.window = node.constant<int16_t>(kSignalWindow);
  mel.places = node.constant<int16_t>(kBandPlaces);
  mel.weights = node.constant<int16_t>(kBandWeights);
  mel.floor = static_cast<int16_t>(node.attribute(kLogMelFloor));
  return mel;
}

const char* check_log_mel(const NodeView& node) {
  const TensorRecord& raw = node.input(0);
  const TensorRecord& window = node.input(kSignalWindow);
  if (!is_activation(raw, TensorType::int16) || !is_activation(node.output(), TensorType::int16)) return "M19";
  for (uint32_t place = kSignalWindow; place <= kBandWeights; ++place)
    if (!is_constant(node.input(place), TensorType::int16)) return "M19";
  const uint32_t frame = window.shape[3], bands = node.output().shape[3];
  if (!has_shape(window, 1, 1, 1, frame) || !has_shape(node.input(kBandPlaces), 1, 1, 2, bands)) return "M24";
  if (!has_shape(node.input(kBandWeights), 1, 1, 1, node.input(kBandWeights).shape[3])) return "M24";
  if (!rest_is_zero(node, kLogMelFloor + 1)) return "M27";
  const int32_t hop = node.attribute(kLogMelHop), order = node.attribute(kLogMelOrder), floor = node.attribute(kLogMelFloor);
  if (hop < 1 || hop > 65535 || order < int32_t{kLeastFftOrder} || order > int32_t{kMostFftOrder}) return "M62";
  if (frame > 1u << order || floor < INT16_MIN || floor > INT16_MAX) return "M62";
  if (!has_shape(raw, 1, 1, raw.shape[2], 1) || raw.shape[2] < frame) return "M26";
  if (!has_shape(node.output(), 1, 1, (raw.shape[2] - frame) / static_cast<uint32_t>(hop) + 1, bands)) return "M26";
  return are_bands_right(node) ? nullptr : "M62";
}

uint32_t scratch_log_mel(const NodeView& node) {
  return fft_bins(static_cast<uint32_t>(node.attribute(kLogMelOrder))) * static_cast<uint32_t>(sizeof(Complex));
}

void run_log_mel(const NodeView& node) {
  log_mel_reference(log_mel_of(node), node.data<int16_t>(0), node.result<int16_t>(), reinterpret_cast<Complex*>(node.scratch()));
}

}  // namespace mote
