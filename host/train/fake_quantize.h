// Rounding to an int8 or int4 grid in the middle of training (Jacob et al. 2018; Krishnamoorthi 2018). The way back takes the
// rounding as if it were not there, and is cut where a value saturates. Scales are learned with the weights (Esser et al. 2020,
// "Learned step size quantization"), as their logarithms (Jain et al. 2020), so that a step of the optimizer is a share of them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "host/train/layer.h"
#include "quantize/calibrate/affine.h"

namespace mote {

// To the nearest integer, ties to even, for |value| < 2^22, and one beside it beyond; a compiler makes vectors of it.
inline float nearest(float value) {
  constexpr float kOneAndAHalf = 12582912.0f;  // 1.5 * 2^23: no bit is left for a fraction
  return value + kOneAndAHalf - kOneAndAHalf;
}

// A scale that is learned, or stays as it is.
class Scale {
 public:
  Scale(std::vector<float> scale, bool learned);
  Parameter* parameter() { return learned_ ? &log_ : nullptr; }
  bool learned() const { return learned_; }
  std::vector<float> values() const;
  std::vector<float>& gradient(uint32_t shard) { return log_.gradient[shard]; }  // of the logarithms

 private:
  bool learned_;
  std::vector<float> fixed_;
  Parameter log_{false};
};

// Of the activations that share one int8 scale.
struct ActivationGrid {
  Scale scale;
  int32_t zero_point = 0;
  Affine affine() const { return {scale.values()[0], zero_point}; }
};

// A layer that puts activations on their grid. `owns`: it is the one of those that share the grid that hands out its parameter.
std::unique_ptr<Layer> make_fake_quantize(const Shape& shape, std::shared_ptr<ActivationGrid> grid, bool owns);

// The weights of one layer: the trained ones, and those on the grid that the layer multiplies with.
class WeightGrid {
 public:
  // `used` are the layer's weights, as they are now. Element i belongs to output channel i / inner % scales. Bits: 8 or 4.
  // With `keep`, what is trained is the difference from the weights as they are now, so that weight decay draws it to 0.
  WeightGrid(std::string name, Parameter* used, Scale scale, uint32_t inner, uint32_t bits, bool keep);

  void put() const;  // sets the weights that the layer uses
  void pull();       // from the gradient of those, summed over the shards, makes that of the parameters
  std::vector<Parameter*> parameters();
  const Parameter* used() const { return used_; }
  const std::string& name() const { return name_; }
  std::vector<float> scales() const { return scale_.values(); }
  uint32_t bits() const { return bits_; }

 private:
  float limit() const { return bits_ == 4 ? 7.0f : 127.0f; }

  std::string name_;
  Parameter* used_;
  Scale scale_;
  uint32_t inner_, bits_;
  std::vector<float> base_;  // empty: zeros
  Parameter trained_{true};
};

// Scales of weights to begin with, one per channel: the largest / 127 for 8 bits, of least squared error for 4.
std::vector<float> first_weight_scales(const std::vector<float>& weights, uint32_t channels, uint32_t inner, uint32_t bits);

}  // namespace mote
