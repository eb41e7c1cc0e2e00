// Sections, each a picture and the table that says the same.
#include "host/evaluate/evaluate_page.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "host/report/canvas.h"
#include "host/report/page.h"
#include "host/report/svg.h"
#include "quantize/graph/text.h"

namespace mote {
namespace {

using report::BarChart;
using report::Row;

std::string digits(double value, int count = 3) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", count, value);
  return text;
}

std::string digits(const std::optional<double>& value) { return value ? digits(*value) : "\u2013"; }

// In one line of a table.
std::string words_of(const Interval& interval, int count = 3) {
  return digits(interval.low, count) + "\u00a0to\u00a0" + digits(interval.high, count);
}

BarChart::Bar bar_of(const Slice& slice) {
  const Interval interval = slice.interval();
  return {.value = slice.accuracy(), .interval = {{interval.low, interval.high}}};
}

void add_summary(report::Page& page, const Evaluation& evaluation) {
  std::string words = (evaluation.metric == "auc" ? "Area under the curve " : "Accuracy ") + digits(evaluation.accuracy, 4) +
                      " of the " + std::string(type_name(evaluation.activations)) + " model, as a device runs it";
  if (evaluation.float_accuracy) words += "; " + digits(*evaluation.float_accuracy, 4) + " of the float graph";
  page.paragraph(words + ".");
  std::vector<Row> rows = {{{"windows", report::grouped(evaluation.samples)}},
                           {{"model", report::grouped(evaluation.model_bytes) + " bytes"}},
                           {{"arena", report::grouped(evaluation.arena_bytes) + " bytes"}}};
  if (!evaluation.answers.empty()) {
    uint32_t right = 0;
    for (const Judged& one : evaluation.answers) right += one.right();
    const Interval interval = wilson(right, evaluation.samples);
    rows.push_back({{"accuracy, 95 % interval", words_of(interval, 4)}});
    rows.push_back({{"macro F1", digits(macro_f1(evaluation.classes), 4)}});
  }
  if (evaluation.reliability) rows.push_back({{"expected calibration error", digits(evaluation.reliability->error, 4)}});
  page.table({"figure", "value"}, rows);
}

void add_confusion(report::Page& page, const Evaluation& evaluation) {
  report::HeatMap map{.title = "Confusion matrix",
                      .rows = evaluation.labels,
                      .columns = evaluation.labels,
                      .values = {},
                      .description = "Rows are the true classes, columns the answers; the colour is the share of the row.",
                      .x_label = "answered as; rows are the true classes, and the colour is the share of the row"};
  for (const std::vector<uint32_t>& counts : evaluation.confusion) {
    double windows = 0;
    for (const uint32_t count : counts) windows += count;
    std::vector<double> shares;
    std::vector<std::string> written;
    std::vector<bool> diagonal;
    for (const uint32_t count : counts) {
      shares.push_back(windows == 0 ? NAN : count / windows);
      written.push_back(count == 0 ? "" : std::to_string(count));
      diagonal.push_back(diagonal.size() == map.values.size());
    }
    map.values.push_back(shares);
    map.written.push_back(written);
    map.outlined.push_back(diagonal);
  }
  page.heading("Answers");
  page.picture(report::svg(map));
}

void add_classes(report::Page& page, const Evaluation& evaluation) {
  BarChart chart{.title = "Precision, recall and F1 of each class",
                 .description = "The table below has the same figures.",
                 .x_label = "share",
                 .rows = evaluation.labels,
                 .groups = {{.name = "precision", .bars = {}}, {.name = "recall", .bars = {}}, {.name = "F1", .bars = {}}},
                 .full = 1};
  std::vector<Row> rows;
  for (const ClassFigures& one : evaluation.classes) {
    chart.groups[0].bars.push_back({.value = one.precision().value_or(NAN), .interval = std::nullopt});
    chart.groups[1].bars.push_back({.value = one.recall().value_or(NAN), .interval = std::nullopt});
    chart.groups[2].bars.push_back({.value = one.f1().value_or(NAN), .interval = std::nullopt});
    if (one.windows > 0) {
      const Interval interval = wilson(one.right, one.windows);
      chart.groups[1].bars.back().interval = {{interval.low, interval.high}};
    }
    rows.push_back({{one.label, report::grouped(one.windows), digits(one.precision()), digits(one.recall()), digits(one.f1())}});
  }
  page.heading("Classes");
  page.picture(report::svg(chart));
  page.table({"class", "windows", "precision", "recall", "F1"}, rows);
}

void add_slices(report::Page& page, const std::string& by, std::span<const Slice> slices, const std::string& worst = "") {
  BarChart chart{.title = "Accuracy by " + by,
                 .description = "The table below has the same figures.",
                 .x_label = "accuracy, and its 95 % interval (Wilson)",
                 .rows = {},
                 .groups = {{.name = "accuracy", .bars = {}}},
                 .full = 1};
  std::vector<Row> rows;
  for (const Slice& slice : slices) {
    chart.rows.push_back(slice.name);
    chart.groups[0].bars.push_back(bar_of(slice));
    rows.push_back({{slice.name, report::grouped(slice.windows), digits(slice.accuracy()), words_of(slice.interval())},
                    slice.name == worst ? Row::Tone::bad : Row::Tone::plain});
  }
  page.picture(report::svg(chart));
  page.table({by, "windows", "accuracy", "95 % interval"}, rows);
}

void add_reliability(report::Page& page, const Reliability& reliability, uint32_t samples) {
  report::ReliabilityChart chart{
      .title = "Reliability",
      .description =
          "Accuracy of the windows in each bin of confidence. Bars below the dashed line: the model is surer than right.",
      .bins = {}};
  for (const Reliability::Bin& bin : reliability.bins)
    chart.bins.push_back({.low = bin.low,
                          .high = bin.high,
                          .accuracy = bin.accuracy(),
                          .confidence = bin.confidence,
                          .share = static_cast<double>(bin.windows) / samples});
  page.heading("Confidence");
  page.paragraph("Expected calibration error " + digits(reliability.error, 4) + " over 15 bins; mean confidence " +
                 digits(reliability.confidence, 4) + ". " +
                 "Where a bar ends below the dashed line, the model is surer of itself than it is right.");
  page.picture(report::svg(chart));
}

std::string drops(const std::string& title, const std::vector<FeatureImportance>& features) {
  BarChart chart{.title = title,
                 .description = "Accuracy lost when the feature is shuffled between windows; the line is one deviation each way.",
                 .x_label = "accuracy lost",
                 .rows = {},
                 .groups = {{.name = "accuracy lost", .bars = {}}},
                 .full = std::nullopt};
  for (const FeatureImportance& one : features) {
    chart.rows.push_back(one.name);
    chart.groups[0].bars.push_back({.value = one.drop, .interval = {{one.drop - one.spread, one.drop + one.spread}}});
  }
  return report::svg(chart);
}

void add_importance(report::Page& page, const Importance& importance) {
  page.heading("Importance");
  page.paragraph("What the model loses on " + report::grouped(importance.windows) +
                 " windows: a channel shuffled between windows (" + std::to_string(importance.repeats) +
                 " times), and stretches of time replaced by the mean.");
  page.picture(drops("Channels, shuffled", importance.channels));
  if (!importance.features.empty()) page.picture(drops("Features, shuffled", importance.features));
  report::LineChart curve{.title = "Time, blanked",
                          .x_label = "segment of the window",
                          .y_label = "lost",
                          .series = {{"accuracy", {}}, {"probability of the true class", {}}},
                          .marked_x = std::nullopt,
                          .mark = "",
                          .description = "What is lost when a segment of the window is replaced by the mean."};
  for (const Occlusion& one : importance.time) {
    curve.series[0].values.push_back(one.accuracy_drop);
    curve.series[1].values.push_back(one.probability_drop);
  }
  page.picture(report::svg(curve));
  if (importance.map.empty()) return;
  report::HeatMap map{.title = "Channel and time, blanked",
                      .rows = importance.rows,
                      .columns = {},
                      .values = {},
                      .full = 1e-9,
                      .description = "Probability of the true class lost when one channel is blanked in one segment.",
                      .x_label = "first time step of the segment"};
  for (const Occlusion& one : importance.time) map.columns.push_back(std::to_string(one.first));
  for (const std::vector<Occlusion>& row : importance.map) {
    map.values.emplace_back();
    for (const Occlusion& one : row) {
      map.values.back().push_back(std::max(0.0, one.probability_drop));
      map.full = std::max(map.full, one.probability_drop);
    }
  }
  page.paragraph("Below, the colour is the probability of the true class that is lost without one " +
                 std::string(importance.features.empty() ? "channel" : "feature") + " in one segment: at most " +
                 digits(map.full) + ".");
  page.picture(report::svg(map));
}

}  // namespace

std::string to_html(const Evaluation& evaluation, const std::string& model_name) {
  report::Page page("Evaluation of " + model_name);
  add_summary(page, evaluation);
  if (evaluation.answers.empty()) return page.html();
  add_confusion(page, evaluation);
  add_classes(page, evaluation);
  page.heading("Groups");
  add_slices(page, "group", evaluation.groups);
  if (evaluation.reliability) add_reliability(page, *evaluation.reliability, evaluation.samples);
  if (!evaluation.slices.empty()) page.heading("Slices");
  const std::optional<WorstSlice> worst = worst_slice(evaluation.slices);
  for (const SliceTable& table : evaluation.slices)
    add_slices(page, table.by, table.slices, worst && worst->by == table.by ? worst->slice.name : "");
  if (evaluation.importance) add_importance(page, *evaluation.importance);
  return page.html();
}

}  // namespace mote
