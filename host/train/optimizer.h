// Adam with decoupled weight decay (Loshchilov and Hutter 2019), and the learning rate's way.
#pragma once

#include <vector>

#include "host/train/layer.h"

namespace mote {

class Adam {
 public:
  Adam(std::vector<Parameter*> parameters, double decay);
  // One step with the gradients that Network::train left.
  void step(double rate);

 private:
  struct Moments {
    std::vector<float> first, second;
  };
  std::vector<Parameter*> parameters_;
  std::vector<Moments> moments_;
  double decay_;
  uint64_t steps_ = 0;
};

// Linear from 0 to `highest` over `warmup` steps, then half a cosine wave down to 0 at `total`.
double cosine_rate(double highest, uint64_t step, uint64_t warmup, uint64_t total);

}  // namespace mote
