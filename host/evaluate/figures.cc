// Counts answers.
#include "host/evaluate/figures.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace mote {
namespace {

constexpr int kReliabilityBins = 15;

std::optional<double> ratio(double part, double whole) { return whole == 0 ? std::nullopt : std::optional<double>(part / whole); }

}  // namespace

std::optional<double> ClassFigures::precision() const { return ratio(right, answered); }
std::optional<double> ClassFigures::recall() const { return ratio(right, windows); }
std::optional<double> ClassFigures::f1() const { return ratio(2.0 * right, static_cast<double>(windows) + answered); }

std::vector<ClassFigures> class_figures(const std::vector<std::string>& labels, std::span<const Judged> answers) {
  std::vector<ClassFigures> classes;
  for (const std::string& label : labels) classes.push_back({.label = label});
  for (const Judged& one : answers) {
    ++classes[one.truth].windows;
    ++classes[one.answer].answered;
    classes[one.truth].right += one.right();
  }
  return classes;
}

double macro_f1(std::span<const ClassFigures> classes) {
  double sum = 0;
  int count = 0;
  for (const ClassFigures& one : classes) {
    sum += one.f1().value_or(0);
    count += one.f1().has_value();
  }
  return count == 0 ? 0 : sum / count;
}

std::vector<Slice> tally(const std::vector<std::string>& names, std::span<const Judged> answers, uint32_t Judged::*by) {
  std::vector<Slice> slices;
  for (const std::string& name : names) slices.push_back({.name = name});
  for (const Judged& one : answers) {
    ++slices[one.*by].windows;
    slices[one.*by].right += one.right();
  }
  std::erase_if(slices, [](const Slice& slice) { return slice.windows == 0; });
  return slices;
}

Reliability reliability(std::span<const Judged> answers) {
  Reliability result;
  for (int i = 0; i < kReliabilityBins; ++i)
    result.bins.push_back({.low = static_cast<double>(i) / kReliabilityBins, .high = (i + 1.0) / kReliabilityBins});
  for (const Judged& one : answers) {
    const int place = static_cast<int>(std::ceil(one.confidence * kReliabilityBins)) - 1;
    Reliability::Bin& bin = result.bins[static_cast<size_t>(std::clamp(place, 0, kReliabilityBins - 1))];
    ++bin.windows;
    bin.right += one.right();
    bin.confidence += one.confidence;
    result.confidence += one.confidence;
  }
  const double all = static_cast<double>(std::max<size_t>(answers.size(), 1));
  result.confidence /= all;
  for (Reliability::Bin& bin : result.bins) {
    if (bin.windows == 0) continue;
    bin.confidence /= bin.windows;
    result.error += bin.windows / all * std::fabs(bin.accuracy() - bin.confidence);
  }
  return result;
}

}  // namespace mote
