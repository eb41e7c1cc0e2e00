// Is a difference more than chance? Two tests on two samples, and the correction for asking many times (docs/drift.md).
#pragma once

#include <span>
#include <vector>

#include "host/drift/sample.h"

namespace mote::drift {

struct ChiSquare {
  double statistic = 0;
  int degrees = 0;  // 0: everything lies in one bin, and nothing can be said
  double p = 1;
};

// Pearson's test of homogeneity on two histograms. Neighbouring bins are merged, from the lowest on, until each has an expected
// count of at least 5 in both samples; what is left over at the top joins the last. Without Yates's correction.
ChiSquare chi_square(const Bins& before, const Bins& after);

struct MeanTest {
  double t = 0;
  double degrees = 0;
  double p = 1;  // two-sided
};

// Welch's test on the exact means (Biometrika, 1947): it sees a shift inside of one bin, to which the first test is blind.
// n < 2 in either sample: p = 1. Variances count as at least that of rounding.
MeanTest mean_test(const Sample& before, const Sample& after);

// The adjusted p-values of Benjamini and Hochberg (1995), in the order of `p`: rejecting those below q keeps the expected share
// of false rejections below q.
std::vector<double> benjamini_hochberg(std::span<const double> p);

// P(X > statistic) of a chi-square variable.
double chi_square_tail(double statistic, int degrees);

}  // namespace mote::drift
