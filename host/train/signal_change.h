// Changes to signals along time, and stretches of them that are hidden.
#pragma once

#include <cstdint>
#include <vector>

#include "base/random.h"

namespace mote {

// Runs the signal, [samples][channels], faster or slower about its middle: its speed times exp(stretch * normal). What lies
// outside repeats its end.
void change_speed(size_t channels, double stretch, Random& random, std::vector<float>& signal);

// SpecAugment (Park et al. 2019): up to `samples` samples in a row, and up to `width` channels side by side, become 0, which is
// the mean once a window is standardized.
void hide(size_t channels, uint32_t samples, uint32_t width, Random& random, float* signal, size_t values);

// A share in (0, 1) from the Beta distribution of (alpha, alpha), by Jöhnk's method; 0 < alpha <= 1.
double draw_share(double alpha, Random& random);

}  // namespace mote
