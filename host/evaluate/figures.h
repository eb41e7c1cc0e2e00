// What a table of answers says: per class, per group, and how far the confidence is to be believed.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "host/evaluate/interval.h"

namespace mote {

// One window, and what the device says of it.
struct Judged {
  uint32_t window = 0, truth = 0, answer = 0, group = 0;
  double confidence = 0;  // the probability of the answer; 0 for a model that does not end in a softmax

  bool right() const { return truth == answer; }
};

// Figures are none where they would divide by zero: a class without windows has no recall, one never answered no precision.
struct ClassFigures {
  std::string label;
  uint32_t windows = 0, answered = 0, right = 0;

  std::optional<double> precision() const;
  std::optional<double> recall() const;
  std::optional<double> f1() const;  // none for a class without either
};

std::vector<ClassFigures> class_figures(const std::vector<std::string>& labels, std::span<const Judged> answers);

// The mean F1 of the classes that have one.
double macro_f1(std::span<const ClassFigures> classes);

// Windows by a number, such as `group`; those without any are left out. `names` has the name of each number.
std::vector<Slice> tally(const std::vector<std::string>& names, std::span<const Judged> answers, uint32_t Judged::*by);

// Confidence against accuracy, in 15 bins of equal width, (0, 1/15] to (14/15, 1] (Guo et al. 2017, "On calibration of modern
// neural networks").
struct Reliability {
  struct Bin {
    double low = 0, high = 0;
    uint32_t windows = 0, right = 0;
    double confidence = 0;  // mean

    double accuracy() const { return windows == 0 ? 0 : static_cast<double>(right) / windows; }
  };
  std::vector<Bin> bins;
  double error = 0;       // expected calibration error: the mean distance of the two, over the windows
  double confidence = 0;  // mean
};

Reliability reliability(std::span<const Judged> answers);

Json to_json(const Slice& slice);
Json to_json(const ClassFigures& figures);
Json to_json(const Reliability& reliability);

// "name   windows  accuracy  95 % interval", a line each.
std::string to_text(const std::string& heading, std::span<const Slice> slices);
std::string to_text(std::span<const ClassFigures> classes);

}  // namespace mote
