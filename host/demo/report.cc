// demo-report.html: the table of claims, then a picture for each part of the way round.
#include <algorithm>
#include <cmath>
#include <map>

#include "host/demo/story.h"
#include "host/report/page.h"

namespace mote::demo {
namespace {

using report::HeatMap;
using report::HistogramChart;
using report::LineChart;
using report::Page;
using report::Row;

void add_claims(Page& page, const Scoreboard& board) {
  std::vector<Row> rows;
  for (const Claim& claim : board.claims()) {
    const Row::Tone tone = claim.expected.empty() ? Row::Tone::plain : claim.holds ? Row::Tone::good : Row::Tone::bad;
    rows.push_back({{claim.name, claim.shown, claim.expected}, tone});
  }
  page.table({"what", "measured", "expected"}, rows);
}

void add_training(Page& page, const Learned& learned) {
  page.heading("Training");
  LineChart loss{.title = "Loss", .x_label = "epoch", .series = {{"training", {}}, {"validation", {}}}};
  LineChart accuracy{.title = "Accuracy", .x_label = "epoch", .series = {{"training", {}}, {"validation", {}}}};
  for (const Epoch& epoch : learned.run.history) {
    loss.series[0].values.push_back(epoch.loss);
    loss.series[1].values.push_back(epoch.validation_loss);
    accuracy.series[0].values.push_back(epoch.accuracy);
    accuracy.series[1].values.push_back(epoch.validation_accuracy);
  }
  loss.marked_x = accuracy.marked_x = learned.run.metrics.best_epoch;
  loss.mark = accuracy.mark = "kept";
  page.picture(svg(loss));
  page.picture(svg(accuracy));

  page.heading("Quantization");
  std::vector<Row> layers;
  for (const LayerReport& layer : learned.compiled.layers) {
    char range[48], scale[24], noise[24];
    std::snprintf(range, sizeof range, "%.3g to %.3g", layer.low, layer.high);
    std::snprintf(scale, sizeof scale, "%.5g", layer.scale);
    std::snprintf(noise, sizeof noise, "%.1f dB", layer.sqnr_db);
    layers.push_back({{layer.name, layer.operation, range, scale, std::to_string(layer.zero_point), noise}});
  }
  page.table({"layer", "operator", "range", "scale", "zero point", "signal to quantization noise"}, layers);
}

void add_confusion(Page& page, const Evaluation& evaluation) {
  page.heading("On machines that training never saw");
  std::vector<std::string> columns = {"true class"};
  columns.insert(columns.end(), evaluation.labels.begin(), evaluation.labels.end());
  columns.push_back("recall");
  std::vector<Row> rows;
  for (size_t i = 0; i < evaluation.labels.size(); ++i) {
    Row row{{evaluation.labels[i]}};
    for (uint32_t count : evaluation.confusion[i]) row.cells.push_back(std::to_string(count));
    row.cells.push_back(evaluation.recall[i] ? percent(*evaluation.recall[i]) : "none");
    rows.push_back(row);
  }
  page.table(columns, rows);
}

void add_attacks(Page& page, const Story& story) {
  page.heading("Models that no device may take");
  std::vector<Row> rows;
  for (const AttackOutcome& attack : story.attacks) {
    std::map<std::string, size_t> answers;
    for (const auto& [device, status] : attack.answers) ++answers[mote_status_name(status)];
    std::string shown;
    for (const auto& [status, count] : answers) shown += (shown.empty() ? "" : ", ") + std::to_string(count) + " x " + status;
    rows.push_back({{attack.name, shown, mote_status_text(attack.expected)}});
  }
  page.table({"sent to every device", "answers, signed by the devices", "which means"}, rows);
}

// The place of `name` in `names`, added where it is new.
size_t place_of(const std::string& name, std::vector<std::string>& names) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return static_cast<size_t>(found - names.begin());
  names.push_back(name);
  return names.size() - 1;
}

HeatMap heat_map(const fleet::DriftReport& drift) {
  HeatMap map{.title = "Changed since installation: shift of the mean, in standard deviations between windows", .full = 1};
  for (const fleet::ScalarDrift& one : drift.scalars) {
    place_of(one.verdict.device, map.rows);
    place_of(one.verdict.scalar, map.columns);
  }
  map.values.assign(map.rows.size(), std::vector<double>(map.columns.size(), NAN));
  map.outlined.assign(map.rows.size(), std::vector<bool>(map.columns.size(), false));
  for (const fleet::ScalarDrift& one : drift.scalars) {
    const size_t row = place_of(one.verdict.device, map.rows), column = place_of(one.verdict.scalar, map.columns);
    const drift::Comparison& since = one.verdict.installation;
    if (since.finding != drift::Finding::not_enough_data) map.values[row][column] = std::abs(since.shift);
    map.outlined[row][column] = since.finding == drift::Finding::different;
  }
  return map;
}

report::Series series_of(const std::string& name, const drift::Sample& sample) {
  return {name, std::vector<double>(sample.bins.begin(), sample.bins.end())};
}

HistogramChart histogram(const drift::Evidence& evidence) {
  HistogramChart chart{.title = evidence.device + ", " + evidence.scalar,
                       .x_label = "bins of the baseline that the model brought along, by their lower edge in quanta"};
  chart.bins.push_back("below");
  for (int16_t edge : evidence.edges) chart.bins.push_back(std::to_string(edge));
  chart.series = {series_of("training", evidence.training), series_of("after installation", *evidence.reference),
                  series_of("now", evidence.recent)};
  return chart;
}

void add_drift(Page& page, const Story& story) {
  page.heading("Drift");
  std::string names;
  for (const std::string& device : story.drifted) names += (names.empty() ? "" : ", ") + device;
  page.paragraph("The sensors of " + names +
                 " were moved by half a standard deviation of what the machine shows between windows. " +
                 "Framed cells are alarms: an adjusted p-value and an effect, both.");
  page.picture(svg(heat_map(story.drift)));
  for (const fleet::ScalarDrift& one : story.drift.scalars) {
    if (one.verdict.installation.finding == drift::Finding::different && one.evidence.reference)
      page.picture(svg(histogram(one.evidence)));
  }
}

}  // namespace

std::string report_page(const Story& story, const Scoreboard& board) {
  Page page("mote: one way round");
  page.paragraph("Seed " + std::to_string(story.seed) + ", " + std::to_string(std::lround(story.seconds)) +
                 " s. Everything on this page was measured in that run.");
  add_claims(page, board);
  add_training(page, story.good);
  add_confusion(page, story.good.evaluation);
  page.heading("Rollouts");
  page.picture(
      svg(report::SpanChart{.title = "From offered to confirmed", .x_label = "seconds since the start", .spans = story.updates}));
  add_attacks(page, story);
  add_drift(page, story);
  return page.html();
}

}  // namespace mote::demo
