// A drift report in words, in JSON and as a page.
#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>

#include "base/json.h"
#include "host/fleet/columns.h"
#include "host/fleet/drift_report.h"
#include "host/report/page.h"
#include "host/report/svg.h"

namespace mote::fleet {
namespace {

using drift::Comparison;
using drift::Finding;

constexpr size_t kMostPictures = 24;

// "changed", "unchanged" or how far the data is from a verdict.
std::string installation_words(const ScalarDrift& scalar, const drift::Policy& policy) {
  const Comparison& comparison = scalar.verdict.installation;
  if (comparison.finding == Finding::different) return "CHANGED";
  if (comparison.finding == Finding::alike) return "unchanged";
  if (!scalar.evidence.reference)
    return "not enough data: reference " + std::to_string(scalar.evidence.gathering.n) + " of " +
           std::to_string(policy.reference_windows);
  return "not enough data";
}

std::string training_words(const Comparison& comparison) {
  if (comparison.finding == Finding::different) return "differs";
  return comparison.finding == Finding::alike ? "alike" : "not enough data";
}

std::string signed_figure(double value) { return (value > 0 ? "+" : "") + figure(std::abs(value) < 5e-4 ? 0 : value); }

std::vector<std::string> row_of(const ScalarDrift& scalar, const drift::Policy& policy) {
  const Comparison& own = scalar.verdict.installation;
  const bool told = own.finding != Finding::not_enough_data;
  const auto cell = [told](const std::string& text) { return told ? text : std::string("-"); };
  return {scalar.verdict.device,
          scalar.verdict.scalar,
          std::to_string(own.n_after),
          cell(figure(own.bins.statistic) + "/" + std::to_string(own.bins.degrees)),
          cell(figure(own.p)),
          cell(figure(own.adjusted)),
          cell(signed_figure(own.shift)),
          cell(figure(own.stability)),
          installation_words(scalar, policy),
          training_words(scalar.verdict.training)};
}

Json json_of(const Comparison& comparison, const char* different) {
  const bool told = comparison.finding != Finding::not_enough_data;
  Json json = {{"verdict", comparison.finding == Finding::different ? different : drift::name_of(comparison.finding)},
               {"n_before", comparison.n_before},
               {"n", comparison.n_after}};
  if (!told) return json;
  json["chi2"] = comparison.bins.statistic;
  json["degrees"] = comparison.bins.degrees;
  json["p_chi2"] = comparison.bins.p;
  json["t"] = comparison.mean.t;
  json["p_mean"] = comparison.mean.p;
  json["p"] = comparison.p;
  json["adjusted_p"] = comparison.adjusted;
  json["effect"] = comparison.shift;
  json["psi"] = comparison.stability;
  json["w1"] = comparison.distance;
  return json;
}

Json json_of(const drift::Policy& policy) {
  return {{"reference_windows", policy.reference_windows},
          {"recent_windows", policy.recent_windows},
          {"least_windows", policy.least_windows},
          {"q", policy.q},
          {"least_effect", policy.least_shift},
          {"least_psi", policy.least_stability}};
}

std::string summary(const DriftReport& report) {
  std::set<std::string> devices;
  for (const ScalarDrift& scalar : report.scalars) devices.insert(scalar.verdict.device);
  std::string text =
      std::to_string(report.changed.size()) + " of " + std::to_string(devices.size()) + " devices changed since installation";
  for (size_t i = 0; i < report.changed.size(); ++i) text += (i == 0 ? ": " : ", ") + report.changed[i];
  return text;
}

std::string unregistered(const DriftReport& report) {
  std::string text;
  for (const std::string& device : report.without_model)
    text += device + " reports a model that is not known here: it was not rolled out from this workspace\n";
  return text;
}

// |shift| of every scalar of every device, alarms framed.
report::HeatMap map_of(const DriftReport& report) {
  report::HeatMap map{.title = "Shift of the mean since installation, in standard deviations between windows"};
  for (const ScalarDrift& scalar : report.scalars) {
    const auto column_of = std::find(map.columns.begin(), map.columns.end(), scalar.verdict.scalar);
    if (column_of == map.columns.end()) map.columns.push_back(scalar.verdict.scalar);
    if (map.rows.empty() || map.rows.back() != scalar.verdict.device) map.rows.push_back(scalar.verdict.device);
  }
  map.values.assign(map.rows.size(), std::vector<double>(map.columns.size(), std::nan("")));
  map.outlined.assign(map.rows.size(), std::vector<bool>(map.columns.size(), false));
  size_t row = 0;
  for (const ScalarDrift& scalar : report.scalars) {
    if (map.rows[row] != scalar.verdict.device) ++row;
    const auto column =
        static_cast<size_t>(std::find(map.columns.begin(), map.columns.end(), scalar.verdict.scalar) - map.columns.begin());
    const Comparison& own = scalar.verdict.installation;
    if (own.finding != Finding::not_enough_data) map.values[row][column] = std::abs(own.shift);
    map.outlined[row][column] = own.finding == Finding::different;
  }
  return map;
}

std::vector<double> heights_of(const drift::Bins& bins) { return {bins.begin(), bins.end()}; }

report::HistogramChart histogram_of(const ScalarDrift& scalar) {
  report::HistogramChart chart{
      .title = scalar.verdict.device + ": " + scalar.verdict.scalar,
      .x_label = scalar.unit.empty() ? "lower edge of each bin" : "lower edge of each bin, " + scalar.unit};
  chart.bins.emplace_back("below");
  for (const int16_t edge : scalar.evidence.edges) chart.bins.push_back(figure(edge * scalar.quantum));
  chart.series.push_back({"training", heights_of(scalar.evidence.training.bins)});
  chart.series.push_back({"after installation", heights_of(scalar.evidence.gathering.bins)});
  chart.series.push_back({"recent", heights_of(scalar.evidence.recent.bins)});
  return chart;
}

}  // namespace

std::string to_text(const DriftReport& report) {
  std::vector<std::vector<std::string>> rows = {
      {"device", "scalar", "n ", "chi2/df ", "p ", "adjusted p ", "effect ", "psi ", "since installation", "against training"}};
  for (const ScalarDrift& scalar : report.scalars) rows.push_back(row_of(scalar, report.policy));
  return in_columns(rows) + unregistered(report) + summary(report) + "\n";
}

Json to_json(const DriftReport& report) {
  Json scalars = Json::array();
  for (const ScalarDrift& scalar : report.scalars)
    scalars.push_back({{"device", scalar.verdict.device},
                       {"scalar", scalar.verdict.scalar},
                       {"unit", scalar.unit},
                       {"release", scalar.release},
                       {"look", scalar.verdict.look},
                       {"since_installation", json_of(scalar.verdict.installation, "changed")},
                       {"against_training", json_of(scalar.verdict.training, "differs")}});
  return {{"alarm", report.alarm()},
          {"changed", report.changed},
          {"policy", json_of(report.policy)},
          {"scalars", scalars},
          {"without_model", report.without_model}};
}

std::string to_html(const DriftReport& report) {
  report::Page page("Drift of the fleet");
  page.paragraph(summary(report) + ".");
  if (!report.scalars.empty()) page.picture(report::svg(map_of(report)));
  std::vector<report::Row> rows;
  size_t pictures = 0;
  for (const ScalarDrift& scalar : report.scalars) {
    const bool changed = scalar.verdict.installation.finding == Finding::different;
    rows.push_back({row_of(scalar, report.policy), changed ? report::Row::Tone::bad : report::Row::Tone::plain});
    if (changed && pictures++ < kMostPictures) page.picture(report::svg(histogram_of(scalar)));
  }
  page.heading("Every scalar of every device");
  page.table({"device", "scalar", "n", "chi2/df", "p", "adjusted p", "effect", "psi", "since installation", "against training"},
             rows);
  return page.html();
}

}  // namespace mote::fleet
