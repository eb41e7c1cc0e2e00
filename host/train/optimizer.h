// Optimizers, and the learning rate's way.
#pragma once

#include <memory>
#include <vector>

#include "host/train/config.h"
#include "host/train/layer.h"

namespace mote {

class Optimizer {
 public:
  virtual ~Optimizer() = default;
  // One step with the gradients that Network::train left.
  virtual void step(double rate) = 0;

  // What the next step depends on, besides the weights.
  virtual std::vector<std::vector<float>*> state() = 0;
  uint64_t steps = 0;  // taken
};

// Adam with decoupled weight decay (Loshchilov and Hutter 2019).
class Adam final : public Optimizer {
 public:
  Adam(std::vector<Parameter*> parameters, double decay);
  void step(double rate) override;
  std::vector<std::vector<float>*> state() override;

 private:
  struct Moments {
    std::vector<float> first, second;
  };
  std::vector<Parameter*> parameters_;
  std::vector<Moments> moments_;
  double decay_;
};

// Stochastic gradient descent with Nesterov's momentum (Sutskever et al. 2013) and decoupled weight decay.
class Sgd final : public Optimizer {
 public:
  Sgd(std::vector<Parameter*> parameters, double decay, double momentum);
  void step(double rate) override;
  std::vector<std::vector<float>*> state() override;

 private:
  std::vector<Parameter*> parameters_;
  std::vector<std::vector<float>> velocity_;
  double decay_, momentum_;
};

std::unique_ptr<Optimizer> make_optimizer(const FitConfig& config, std::vector<Parameter*> parameters);

// Linear from 0 to `highest` over `warmup` steps, then half a cosine wave down to 0 at `total`.
double cosine_rate(double highest, uint64_t step, uint64_t warmup, uint64_t total);

}  // namespace mote
