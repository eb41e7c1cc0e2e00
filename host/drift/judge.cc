// From samples to verdicts.
#include "host/drift/judge.h"

#include <algorithm>
#include <cmath>

#include "host/drift/looks.h"

namespace mote::drift {
namespace {

Comparison compare(const Sample& before, const Sample& after, const Edges& edges, const Policy& policy) {
  Comparison result{.n_before = before.n, .n_after = after.n};
  if (before.n < policy.least_windows || after.n < policy.least_windows) return result;
  result.finding = Finding::alike;
  result.bins = chi_square(before.bins, after.bins);
  result.mean = mean_test(before, after);
  result.p = std::min(1.0, 2 * std::min(result.bins.p, result.mean.p));
  result.shift = mean_shift(before, after);
  result.stability = stability_index(before.bins, after.bins);
  result.distance = wasserstein(before.bins, after.bins, edges) / deviation_of(before);
  return result;
}

// Adjusts over all comparisons, those without enough data included: their number must not depend on what was found so far.
void decide(std::vector<ScalarVerdict>& verdicts, Comparison ScalarVerdict::*question, const std::vector<double>& p,
            const Policy& policy) {
  const std::vector<double> adjusted = benjamini_hochberg(p);
  for (size_t i = 0; i < verdicts.size(); ++i) {
    Comparison& comparison = verdicts[i].*question;
    comparison.adjusted = adjusted[i];
    const bool large = std::abs(comparison.shift) >= policy.least_shift || comparison.stability >= policy.least_stability;
    if (comparison.finding == Finding::alike && adjusted[i] < policy.q && large) comparison.finding = Finding::different;
  }
}

}  // namespace

std::vector<ScalarVerdict> judge(std::span<const Evidence> evidence, const Policy& policy) {
  std::vector<ScalarVerdict> verdicts;
  std::vector<double> training, installation;
  for (const Evidence& scalar : evidence) {
    ScalarVerdict verdict{.device = scalar.device, .scalar = scalar.scalar, .look = scalar.look};
    verdict.training = compare(scalar.training, scalar.latest, scalar.edges, policy);
    verdict.installation.n_before = scalar.gathering.n;
    verdict.installation.n_after = scalar.recent.n;
    if (scalar.reference && scalar.look > 0)
      verdict.installation = compare(*scalar.reference, scalar.recent, scalar.edges, policy);
    training.push_back(verdict.training.p);
    installation.push_back(std::min(1.0, verdict.installation.p * spending(scalar.look, policy)));
    verdicts.push_back(std::move(verdict));
  }
  decide(verdicts, &ScalarVerdict::training, training, policy);
  decide(verdicts, &ScalarVerdict::installation, installation, policy);
  return verdicts;
}

const char* name_of(Finding finding) {
  switch (finding) {
    case Finding::not_enough_data:
      return "not enough data";
    case Finding::alike:
      return "alike";
    case Finding::different:
      return "different";
  }
  return "";
}

}  // namespace mote::drift
