// Steps of sums and biases, from the scales as they stand.
#include "host/train/accumulator_grid.h"

#include <algorithm>
#include <cmath>

namespace mote {
namespace {

class FirstRounding final : public Layer {
 public:
  FirstRounding(const Shape& shape, std::shared_ptr<const std::vector<float>> steps)
      : Layer(shape, shape), steps_(std::move(steps)) {}

  void forward(uint32_t, const Batch& x, Batch& y, Mode) override {
    y.resize(x.count, count_of(output_));
    const size_t channels = output_[3];
    const float* __restrict step = steps_->data();
    for (size_t at = 0; at < x.values.size(); at += channels) {
      const float* __restrict from = x.values.data() + at;
      float* __restrict to = y.values.data() + at;
      for (size_t c = 0; c < channels; ++c) to[c] = step[c] * nearest(from[c] / step[c]);
    }
  }
  void backward(uint32_t, const Batch&, const Batch&, const Batch& dy, Batch* dx) override {
    if (dx != nullptr) *dx = dy;
  }
  ValueId write(Graph&, ValueId x, const std::string&) const override { return x; }

 private:
  std::shared_ptr<const std::vector<float>> steps_;
};

}  // namespace

AccumulatorGrid::AccumulatorGrid(Parameter* bias, uint32_t count, std::shared_ptr<ActivationGrid> input,
                                 std::shared_ptr<ActivationGrid> output)
    : used_(bias),
      count_(count),
      input_(std::move(input)),
      output_(std::move(output)),
      steps_(std::make_shared<std::vector<float>>()) {
  if (used_ == nullptr) return;
  trained_.resize(used_->value.size());
  trained_.value = used_->value;
}

void AccumulatorGrid::put(const std::vector<float>& weight_scales) const {
  const float in = input_->affine().scale, out = output_->affine().scale;
  steps_->resize(weight_scales.size());
  for (size_t c = 0; c < weight_scales.size(); ++c) {
    const double sum = static_cast<double>(in) * static_cast<double>(weight_scales[c]);
    if (used_ != nullptr) used_->value[c] = static_cast<float>(sum * std::round(static_cast<double>(trained_.value[c]) / sum));
    const Multiplier multiplier = divide(quantize_multiplier(sum / static_cast<double>(out)), count_);
    (*steps_)[c] = std::ldexp(out, std::min(multiplier.shift, 0));
  }
}

void AccumulatorGrid::pull() { trained_.gradient[0] = used_->gradient[0]; }

std::unique_ptr<Layer> AccumulatorGrid::make_first_rounding(const Shape& shape) const {
  return std::make_unique<FirstRounding>(shape, steps_);
}

}  // namespace mote
