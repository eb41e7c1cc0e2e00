// Figures as JSON and as tables.
#include <algorithm>
#include <cstdio>

#include "base/json.h"
#include "host/evaluate/figures.h"

namespace mote {
namespace {

constexpr size_t kMostSlices = 24;  // in a table

Json or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

std::string figure(const std::optional<double>& value) {
  if (!value) return "        -";
  char text[32];
  std::snprintf(text, sizeof text, "%9.3f", *value);
  return text;
}

// The rest is better, or as good in fewer windows.
void keep_worst(std::vector<Slice>& slices) {
  std::stable_sort(slices.begin(), slices.end(), [](const Slice& a, const Slice& b) {
    return a.accuracy() != b.accuracy() ? a.accuracy() < b.accuracy() : a.windows > b.windows;
  });
  slices.resize(kMostSlices);
}

}  // namespace

Json to_json(const Slice& slice) {
  const Interval interval = slice.interval();
  return {{"name", slice.name},
          {"windows", slice.windows},
          {"right", slice.right},
          {"accuracy", slice.accuracy()},
          {"interval", {interval.low, interval.high}}};
}

Json to_json(const ClassFigures& figures) {
  return {{"label", figures.label},
          {"windows", figures.windows},
          {"answered", figures.answered},
          {"precision", or_null(figures.precision())},
          {"recall", or_null(figures.recall())},
          {"f1", or_null(figures.f1())}};
}

Json to_json(const Reliability& reliability) {
  Json bins = Json::array();
  for (const Reliability::Bin& bin : reliability.bins)
    bins.push_back({{"low", bin.low},
                    {"high", bin.high},
                    {"windows", bin.windows},
                    {"confidence", bin.windows == 0 ? Json(nullptr) : Json(bin.confidence)},
                    {"accuracy", bin.windows == 0 ? Json(nullptr) : Json(bin.accuracy())}});
  return {{"expected_calibration_error", reliability.error}, {"mean_confidence", reliability.confidence}, {"bins", bins}};
}

std::string to_text(const std::string& heading, std::span<const Slice> slices) {
  std::vector<Slice> shown(slices.begin(), slices.end());
  const bool many = shown.size() > kMostSlices;
  if (many) keep_worst(shown);
  char line[256];
  std::snprintf(line, sizeof line, "\n%-24s  windows  accuracy  95 %% interval\n", heading.c_str());
  std::string text = line;
  for (const Slice& slice : shown) {
    const Interval interval = slice.interval();
    std::snprintf(line, sizeof line, "%-24.24s  %7u  %8.3f  %.3f to %.3f\n", slice.name.c_str(), slice.windows, slice.accuracy(),
                  interval.low, interval.high);
    text += line;
  }
  if (many) text += "(the worst, and " + std::to_string(slices.size() - kMostSlices) + " more in --json and --html)\n";
  return text;
}

std::string to_text(std::span<const ClassFigures> classes) {
  char line[256];
  std::snprintf(line, sizeof line, "\n%-24s  windows  precision   recall       F1\n", "class");
  std::string text = line;
  for (const ClassFigures& one : classes) {
    std::snprintf(line, sizeof line, "%-24.24s  %7u  ", one.label.c_str(), one.windows);
    text += line + figure(one.precision()) + figure(one.recall()) + figure(one.f1()) + "\n";
  }
  return text;
}

}  // namespace mote
