// The verdict on a fleet: two questions for each scalar of each device, answered together (docs/drift.md).
//
//     differs from training         against the baseline that the model brought along; healthy machines differ, so it is told
//     only changed since installation    against the device's own first windows with this model; the alarm is on this one
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "host/drift/effect.h"
#include "host/drift/policy.h"
#include "host/drift/sample.h"
#include "host/drift/significance.h"

namespace mote::drift {

// One scalar of one device.
struct Evidence {
  std::string device, scalar;
  Edges edges{};
  Sample training;                  // the baseline
  Sample latest;                    // what the device saw last
  Sample gathering;                 // its own first windows with the model, so far
  std::optional<Sample> reference;  // the same, once they are complete
  Sample recent;                    // what the last look compares with them
  uint32_t look = 0;
};

enum class Finding { not_enough_data, alike, different };

struct Comparison {
  Finding finding = Finding::not_enough_data;
  uint64_t n_before = 0, n_after = 0;
  ChiSquare bins;
  MeanTest mean;
  double p = 1;          // of both tests: twice the smaller one, at most 1
  double adjusted = 1;   // for all that was asked, and for all earlier looks
  double shift = 0;      // of the mean, in standard deviations before
  double stability = 0;  // bias-corrected stability index
  double distance = 0;   // Wasserstein, in standard deviations before
};

struct ScalarVerdict {
  std::string device, scalar;
  uint32_t look = 0;
  Comparison training, installation;
};

// In the order of `evidence`. `different` needs an adjusted p below q and an effect of at least the policy's.
std::vector<ScalarVerdict> judge(std::span<const Evidence> evidence, const Policy& policy);

const char* name_of(Finding finding);  // "not enough data", "alike", "different"

}  // namespace mote::drift
