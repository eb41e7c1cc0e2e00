// What a kernel adds up before it scales the sum to its output, in training: the bias is a whole number of steps S_in * S_w, and
// the sum is rounded twice on its way to the output's scale, by TensorFlow Lite's double rounding
// (docs/spec/operators/arithmetic.md O1). With weights of 4 bits the first rounding is coarse, and moves up to a quarter of the
// outputs by a step.
#pragma once

#include <memory>
#include <vector>

#include "host/train/fake_quantize.h"

namespace mote {

class AccumulatorGrid {
 public:
  // `bias` is the layer's, or null for a mean over `count` places, whose division is part of its scaling.
  AccumulatorGrid(Parameter* bias, uint32_t count, std::shared_ptr<ActivationGrid> input, std::shared_ptr<ActivationGrid> output);

  // Sets the bias that the layer uses, and the steps of the first rounding. The scales of the layer's weights: one per channel.
  void put(const std::vector<float>& weight_scales) const;
  void pull();  // the gradient of the bias that is trained
  Parameter* trained() { return &trained_; }
  const Parameter* used() const { return used_; }

  // The first rounding, as a layer behind the one that sums. Its way back takes it as if it were not there.
  std::unique_ptr<Layer> make_first_rounding(const Shape& shape) const;

 private:
  Parameter* used_;
  Parameter trained_{false};
  uint32_t count_;
  std::shared_ptr<ActivationGrid> input_, output_;
  std::shared_ptr<std::vector<float>> steps_;  // per channel
};

}  // namespace mote
