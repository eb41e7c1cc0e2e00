// Pearson, Welch, and Benjamini and Hochberg; distribution functions by Boost.Math.
#include "host/drift/significance.h"

#include <algorithm>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

namespace mote::drift {
namespace {

constexpr double kLeastExpected = 5;

struct Pair {
  double before = 0, after = 0;
  double total() const { return before + after; }
};

std::vector<Pair> merged(const Bins& before, const Bins& after, double smaller_share) {
  std::vector<Pair> groups;
  Pair open;
  for (size_t i = 0; i < before.size(); ++i) {
    open.before += static_cast<double>(before[i]);
    open.after += static_cast<double>(after[i]);
    if (open.total() * smaller_share < kLeastExpected) continue;
    groups.push_back(open);
    open = {};
  }
  if (!groups.empty()) {
    groups.back().before += open.before;
    groups.back().after += open.after;
  }
  return groups;
}

}  // namespace

double chi_square_tail(double statistic, int degrees) {
  const boost::math::chi_squared_distribution<double> distribution(degrees);
  return boost::math::cdf(boost::math::complement(distribution, statistic));
}

ChiSquare chi_square(const Bins& before, const Bins& after) {
  ChiSquare result;
  const double n = total_of(before), m = total_of(after);
  if (n == 0 || m == 0) return result;
  const std::vector<Pair> groups = merged(before, after, std::min(n, m) / (n + m));
  if (groups.size() < 2) return result;
  for (const Pair& group : groups) {
    const double expected_before = group.total() * n / (n + m), expected_after = group.total() * m / (n + m);
    result.statistic += std::pow(group.before - expected_before, 2) / expected_before;
    result.statistic += std::pow(group.after - expected_after, 2) / expected_after;
  }
  result.degrees = static_cast<int>(groups.size()) - 1;
  result.p = chi_square_tail(result.statistic, result.degrees);
  return result;
}

MeanTest mean_test(const Sample& before, const Sample& after) {
  MeanTest result;
  if (before.n < 2 || after.n < 2) return result;
  const auto n = static_cast<double>(before.n), m = static_cast<double>(after.n);
  const double a = std::max(before.variance, kRoundingVariance) / n, b = std::max(after.variance, kRoundingVariance) / m;
  result.t = (after.mean - before.mean) / std::sqrt(a + b);
  result.degrees = (a + b) * (a + b) / (a * a / (n - 1) + b * b / (m - 1));
  const boost::math::students_t_distribution<double> distribution(result.degrees);
  result.p = 2 * boost::math::cdf(boost::math::complement(distribution, std::abs(result.t)));
  return result;
}

std::vector<double> benjamini_hochberg(std::span<const double> p) {
  std::vector<size_t> order(p.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return p[a] > p[b]; });
  std::vector<double> adjusted(p.size());
  double least = 1;
  const auto count = static_cast<double>(p.size());
  for (size_t i = 0; i < order.size(); ++i) {
    least = std::min(least, p[order[i]] * count / static_cast<double>(order.size() - i));
    adjusted[order[i]] = least;
  }
  return adjusted;
}

}  // namespace mote::drift
