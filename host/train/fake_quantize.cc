// Grids, and gradients past them.
#include "host/train/fake_quantize.h"

#include <algorithm>
#include <cmath>

namespace mote {
namespace {

// To the nearest integer, ties away from zero, as the device has it in the second rounding of a sum. The first makes ties common;
// one counts even where the float product falls a little short of it.
float nearest_output(float value) {
  constexpr float kHalf = 0.5001f;
  return static_cast<float>(static_cast<int32_t>(value + std::copysign(kHalf, value)));
}

// Esser et al. 2020, section 2.2: keeps the steps of scales and of weights of one size.
float share_of(size_t count, float limit) { return 1 / std::sqrt(static_cast<float>(count) * limit); }

class FakeQuantize final : public Layer {
 public:
  FakeQuantize(const Shape& shape, std::shared_ptr<ActivationGrid> grid, bool owns)
      : Layer(shape, shape), grid_(std::move(grid)), owns_(owns) {}

  void forward(uint32_t, const Batch& x, Batch& y, Mode) override {
    y.resize(x.count, count_of(output_));
    const float scale = grid_->affine().scale, inverse = 1 / scale, low = low_end(), high = high_end();
    const float* __restrict from = x.values.data();
    float* __restrict to = y.values.data();
    for (size_t i = 0; i < x.values.size(); ++i) to[i] = scale * nearest_output(std::min(std::max(from[i] * inverse, low), high));
  }

  // y = s * (round(clamp(x / s))): within the grid dy/dx = 1 and dy/ds = round(x / s) - x / s; beyond it 0 and the end.
  void backward(uint32_t shard, const Batch& x, const Batch& y, const Batch& dy, Batch* dx) override {
    const float scale = grid_->affine().scale, inverse = 1 / scale, low = low_end(), high = high_end();
    if (dx != nullptr) {
      dx->resize(x.count, count_of(input_));
      for (size_t i = 0; i < x.values.size(); ++i) {
        const float steps = x.values[i] * inverse;
        dx->values[i] = ((steps >= low) & (steps <= high)) ? dy.values[i] : 0.0f;
      }
    }
    if (!grid_->scale.learned()) return;
    double sum = 0;
    for (size_t i = 0; i < x.values.size(); ++i) {
      const float steps = x.values[i] * inverse;
      const float inside = ((steps >= low) & (steps <= high)) ? x.values[i] : 0.0f;
      sum += static_cast<double>(dy.values[i] * (y.values[i] - inside));  // times scale / scale: of the logarithm
    }
    grid_->scale.gradient(shard)[0] += static_cast<float>(sum) * share_of(count_of(output_), 127);
  }

  std::vector<Parameter*> parameters() override {
    Parameter* parameter = owns_ ? grid_->scale.parameter() : nullptr;
    return parameter == nullptr ? std::vector<Parameter*>() : std::vector<Parameter*>{parameter};
  }

  ValueId write(Graph&, ValueId x, const std::string&) const override { return x; }

 private:
  float low_end() const { return static_cast<float>(-128 - grid_->zero_point); }
  float high_end() const { return static_cast<float>(127 - grid_->zero_point); }

  std::shared_ptr<ActivationGrid> grid_;
  bool owns_;
};

double error_of(const std::vector<float>& weights, uint32_t channel, uint32_t channels, uint32_t inner, float scale,
                float limit) {
  double error = 0;
  for (size_t i = 0; i < weights.size(); ++i) {
    if (i / inner % channels != channel) continue;
    const float off = scale * nearest(std::clamp(weights[i] / scale, -limit, limit)) - weights[i];
    error += static_cast<double>(off * off);
  }
  return error;
}

}  // namespace

Scale::Scale(std::vector<float> scale, bool learned) : learned_(learned), fixed_(std::move(scale)) {
  log_.resize(fixed_.size());
  for (size_t i = 0; i < fixed_.size(); ++i) log_.value[i] = static_cast<float>(std::log(static_cast<double>(fixed_[i])));
}

std::vector<float> Scale::values() const {
  if (!learned_) return fixed_;
  std::vector<float> scales;
  for (const float log : log_.value)
    scales.push_back(static_cast<float>(std::exp(std::clamp(static_cast<double>(log), -60.0, 60.0))));
  return scales;
}

std::unique_ptr<Layer> make_fake_quantize(const Shape& shape, std::shared_ptr<ActivationGrid> grid, bool owns) {
  return std::make_unique<FakeQuantize>(shape, std::move(grid), owns);
}

WeightGrid::WeightGrid(std::string name, Parameter* used, Scale scale, uint32_t inner, uint32_t bits, bool keep)
    : name_(std::move(name)), used_(used), scale_(std::move(scale)), inner_(inner), bits_(bits) {
  trained_.resize(used->value.size());
  if (keep) {
    base_ = used->value;
  } else {
    base_.assign(used->value.size(), 0);
    trained_.value = used->value;
  }
  put();
}

void WeightGrid::put() const {
  const std::vector<float> scales = scale_.values();
  for (size_t i = 0; i < trained_.value.size(); ++i) {
    const float scale = scales[i / inner_ % scales.size()];
    used_->value[i] = scale * nearest(std::clamp((base_[i] + trained_.value[i]) / scale, -limit(), limit()));
  }
}

void WeightGrid::pull() {
  const std::vector<float> scales = scale_.values();
  std::vector<double> sums(scales.size(), 0);
  for (size_t i = 0; i < trained_.value.size(); ++i) {
    const size_t channel = i / inner_ % scales.size();
    const float real = base_[i] + trained_.value[i], gradient = used_->gradient[0][i];
    const bool inside = std::fabs(real / scales[channel]) <= limit();
    trained_.gradient[0][i] = inside ? gradient : 0.0f;
    sums[channel] += static_cast<double>(gradient * (used_->value[i] - (inside ? real : 0.0f)));
  }
  if (!scale_.learned()) return;
  const float share = share_of(trained_.value.size() / scales.size(), limit());
  for (size_t c = 0; c < sums.size(); ++c) scale_.gradient(0)[c] = static_cast<float>(sums[c]) * share;
}

std::vector<Parameter*> WeightGrid::parameters() {
  if (scale_.learned()) return {&trained_, scale_.parameter()};
  return {&trained_};
}

std::vector<float> first_weight_scales(const std::vector<float>& weights, uint32_t channels, uint32_t inner, uint32_t bits) {
  const float limit = bits == 4 ? 7.0f : 127.0f;
  std::vector<float> scales(channels, 0);
  for (size_t i = 0; i < weights.size(); ++i) {
    float& largest = scales[i / inner % channels];
    largest = std::max(largest, std::fabs(weights[i]));
  }
  for (uint32_t c = 0; c < channels; ++c) {
    const float widest = std::max(scales[c], 1e-8f) / limit;
    scales[c] = widest;
    if (bits != 4) continue;
    double least = error_of(weights, c, channels, inner, widest, limit);
    for (float share = 0.95f; share > 0.3f; share -= 0.05f) {
      const double error = error_of(weights, c, channels, inner, widest * share, limit);
      if (error < least) least = error, scales[c] = widest * share;
    }
  }
  return scales;
}

}  // namespace mote
