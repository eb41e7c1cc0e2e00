// One pass over each parameter, in their order.
#include "host/train/optimizer.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace mote {
namespace {

constexpr double kFirst = 0.9, kSecond = 0.999;
constexpr float kAdamEpsilon = 1e-8f;

}  // namespace

Adam::Adam(std::vector<Parameter*> parameters, double decay) : parameters_(std::move(parameters)), decay_(decay) {
  for (const Parameter* parameter : parameters_) {
    const size_t count = parameter->value.size();
    moments_.push_back({std::vector<float>(count, 0), std::vector<float>(count, 0)});
  }
}

void Adam::step(double rate) {
  ++steps;
  const double first_correction = 1 - std::pow(kFirst, static_cast<double>(steps));
  const double second_correction = 1 - std::pow(kSecond, static_cast<double>(steps));
  const auto scale = static_cast<float>(rate / first_correction);
  const auto root_scale = static_cast<float>(1 / std::sqrt(second_correction));
  for (size_t p = 0; p < parameters_.size(); ++p) {
    Parameter& parameter = *parameters_[p];
    const float kept = parameter.decays ? static_cast<float>(1 - rate * decay_) : 1.0f;
    const float* __restrict gradient = parameter.gradient[0].data();
    float* __restrict value = parameter.value.data();
    float* __restrict first = moments_[p].first.data();
    float* __restrict second = moments_[p].second.data();
    for (size_t i = 0; i < parameter.value.size(); ++i) {
      first[i] = static_cast<float>(kFirst) * first[i] + static_cast<float>(1 - kFirst) * gradient[i];
      second[i] = static_cast<float>(kSecond) * second[i] + static_cast<float>(1 - kSecond) * gradient[i] * gradient[i];
      value[i] = kept * value[i] - scale * first[i] / (std::sqrt(second[i]) * root_scale + kAdamEpsilon);
    }
  }
}

std::vector<std::vector<float>*> Adam::state() {
  std::vector<std::vector<float>*> all;
  for (Moments& moments : moments_) all.insert(all.end(), {&moments.first, &moments.second});
  return all;
}

Sgd::Sgd(std::vector<Parameter*> parameters, double decay, double momentum)
    : parameters_(std::move(parameters)), decay_(decay), momentum_(momentum) {
  for (const Parameter* parameter : parameters_) velocity_.emplace_back(parameter->value.size(), 0.0f);
}

void Sgd::step(double rate) {
  ++steps;
  const auto momentum = static_cast<float>(momentum_), scale = static_cast<float>(rate);
  for (size_t p = 0; p < parameters_.size(); ++p) {
    Parameter& parameter = *parameters_[p];
    const float kept = parameter.decays ? static_cast<float>(1 - rate * decay_) : 1.0f;
    const float* __restrict gradient = parameter.gradient[0].data();
    float* __restrict value = parameter.value.data();
    float* __restrict velocity = velocity_[p].data();
    for (size_t i = 0; i < parameter.value.size(); ++i) {
      velocity[i] = momentum * velocity[i] + gradient[i];
      value[i] = kept * value[i] - scale * (gradient[i] + momentum * velocity[i]);
    }
  }
}

std::vector<std::vector<float>*> Sgd::state() {
  std::vector<std::vector<float>*> all;
  for (std::vector<float>& velocity : velocity_) all.push_back(&velocity);
  return all;
}

std::unique_ptr<Optimizer> make_optimizer(const FitConfig& config, std::vector<Parameter*> parameters) {
  if (config.optimizer == OptimizerKind::sgd) return std::make_unique<Sgd>(std::move(parameters), config.decay, config.momentum);
  return std::make_unique<Adam>(std::move(parameters), config.decay);
}

double cosine_rate(double highest, uint64_t step, uint64_t warmup, uint64_t total) {
  if (step < warmup) return highest * static_cast<double>(step + 1) / static_cast<double>(warmup);
  if (step >= total) return 0;
  const double done = static_cast<double>(step - warmup) / static_cast<double>(total - warmup);
  return highest * 0.5 * (1 + std::cos(std::numbers::pi * done));
}

}  // namespace mote
