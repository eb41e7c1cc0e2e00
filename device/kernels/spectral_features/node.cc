// spectral_features as a node of a model: its rules, and its way from the file to the kernel.
#include "device/kernels/operators.h"
#include "device/kernels/signal/bands.h"
#include "device/kernels/spectral_features/spectral_features.h"

namespace mote {

using attribute::kSpectralFloor;
using attribute::kSpectralOrder;
using input_place::kBandPlaces;
using input_place::kSignalWindow;

const char* check_spectral_features(const NodeView& node) {
  const TensorRecord& raw = node.input(0);
  const TensorRecord& window = node.input(kSignalWindow);
  const TensorRecord& places = node.input(kBandPlaces);
  if (!is_activation(raw, TensorType::int16) || !is_constant(window, TensorType::int16) ||
      !is_constant(places, TensorType::int16) || !is_activation(node.output(), TensorType::int16))
    return "M19";
  const int32_t order = node.attribute(kSpectralOrder), floor = node.attribute(kSpectralFloor);
  if (!rest_is_zero(node, kSpectralFloor + 1)) return "M27";
  if (order < int32_t{kLeastFftOrder} || order > int32_t{kMostFftOrder} || floor < INT16_MIN || floor > INT16_MAX) return "M64";
  if (!has_shape(window, 1, 1, 1, 1u << order) || !has_shape(places, 1, 1, 2, places.shape[3])) return "M24";
  const uint32_t bands = places.shape[3];
  if (raw.shape[1] != 1 || !has_shape(node.output(), 1, 1, 1, raw.shape[3] * (kFeatureBands + bands))) return "M26";
  return bins_of_bands(node.constant<int16_t>(kBandPlaces), bands, fft_bins(static_cast<uint32_t>(order))) != 0 ? nullptr : "M64";
}

uint32_t scratch_spectral_features(const NodeView& node) {
  return fft_bins(static_cast<uint32_t>(node.attribute(kSpectralOrder))) *
         static_cast<uint32_t>(sizeof(Complex) + sizeof(uint64_t));
}

void run_spectral_features(const NodeView& node) {
  const TensorRecord& raw = node.input(0);
  SpectralFeatures features;
  features.samples = raw.shape[2];
  features.channels = raw.shape[3];
  features.order = static_cast<uint32_t>(node.attribute(kSpectralOrder));
  features.bands = node.input(kBandPlaces).shape[3];
  features.window = node.constant<int16_t>(kSignalWindow);
  features.places = node.constant<int16_t>(kBandPlaces);
  features.floor = static_cast<int16_t>(node.attribute(kSpectralFloor));
  auto* const powers = reinterpret_cast<uint64_t*>(node.scratch());
  auto* const spectrum = reinterpret_cast<Complex*>(powers + fft_bins(features.order));
  spectral_features_reference(features, node.data<int16_t>(0), node.result<int16_t>(), spectrum, powers);
}

}  // namespace mote
