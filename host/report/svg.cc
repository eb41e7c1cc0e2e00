// The four charts.
#include "host/report/svg.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "host/report/canvas.h"

namespace mote::report {
namespace {

constexpr int kWidth = 720;

std::vector<std::string> names_of(const std::vector<Series>& series) {
  std::vector<std::string> names;
  for (const Series& one : series) names.push_back(one.name);
  return names;
}

std::string fill(int colour) { return std::string("fill=\"") + kPalette[colour % kColours] + "\""; }

constexpr double kLetter = 7, kSlanted = 0.64;  // width of a letter; height over length of a label turned by 40 degrees

// Of labels of columns so far apart: how high they reach, slanted when one is too long to stand straight.
struct ColumnLabels {
  bool slanted = false;
  double height = 12, letters = 24;

  ColumnLabels(const std::vector<std::string>& labels, double column) {
    size_t longest = 0;
    for (const std::string& label : labels) longest = std::max(longest, label.size());
    slanted = static_cast<double>(longest) * kLetter > column;
    if (slanted) height += kSlanted * kLetter * std::min(letters, static_cast<double>(longest));
  }

  void draw(Canvas& canvas, double x, double y, const std::string& label) const {
    const std::string turned = slanted ? " transform=\"rotate(40 " + number(x) + " " + number(y) + ")\"" : "";
    canvas.text(x, y, shortened(label, letters), slanted ? "end" : "middle", ("font-size=\"11\"" + turned).c_str());
  }
};

}  // namespace

std::string svg(const LineChart& chart) {
  Canvas canvas(chart.title, kWidth, 300);
  canvas.describe(chart.description);
  std::vector<std::vector<double>> values;
  size_t steps = 2;
  for (const Series& one : chart.series) {
    values.push_back(one.values);
    steps = std::max(steps, one.values.size());
  }
  const Plot plot{60, 64, kWidth - 90, 180, {0, static_cast<double>(steps - 1)}, range_of(values)};
  plot.axes(canvas, chart.x_label, chart.y_label);
  for (size_t i = 0; i < chart.series.size(); ++i) {
    std::string points;
    bool down = false;
    for (size_t x = 0; x < values[i].size(); ++x) {
      if (!std::isfinite(values[i][x])) {
        down = false;
        continue;
      }
      points += (down ? "L" : "M") + number(plot.px(static_cast<double>(x))) + " " + number(plot.py(values[i][x])) + " ";
      down = true;
    }
    canvas.path(points, std::string("fill=\"none\" stroke-width=\"2\" stroke=\"") + kPalette[i % kColours] + "\"");
  }
  if (chart.marked_x) {
    canvas.line(plot.px(*chart.marked_x), plot.top, plot.px(*chart.marked_x), plot.top + plot.height,
                "stroke=\"currentColor\" stroke-dasharray=\"4 3\"");
    canvas.text(plot.px(*chart.marked_x) + 4, plot.top + 12, chart.mark);
  }
  canvas.legend(names_of(chart.series), plot.left, 38);
  return canvas.finish();
}

std::string svg(const HistogramChart& chart) {
  Canvas canvas(chart.title, kWidth, 300);
  std::vector<std::vector<double>> shares;
  for (const Series& one : chart.series) {
    const double total = std::accumulate(one.values.begin(), one.values.end(), 0.0);
    shares.push_back(one.values);
    for (double& count : shares.back()) count = total > 0 ? count / total : 0;
  }
  shares.push_back({0});  // the axis begins there
  const Range y = range_of(shares);
  shares.pop_back();
  const double bins = static_cast<double>(std::max<size_t>(chart.bins.size(), 1));
  const Plot plot{60, 64, kWidth - 90, 180, {0, bins}, y};
  plot.axes(canvas, chart.x_label, "share of windows", /*x_ticks=*/false);
  const double slot = 0.84 / static_cast<double>(std::max<size_t>(chart.series.size(), 1));
  for (size_t bin = 0; bin < chart.bins.size(); ++bin) {
    for (size_t i = 0; i < shares.size() && bin < shares[i].size(); ++i) {
      const double x = plot.px(static_cast<double>(bin) + 0.08 + slot * static_cast<double>(i));
      canvas.box(x, plot.py(shares[i][bin]), plot.width / bins * slot, plot.top + plot.height - plot.py(shares[i][bin]),
                 fill(static_cast<int>(i)), chart.series[i].name + ": " + number(chart.series[i].values[bin]));
    }
    canvas.text(plot.px(static_cast<double>(bin) + 0.5), plot.top + plot.height + 15, chart.bins[bin], "middle",
                "font-size=\"10\"");
  }
  canvas.legend(names_of(chart.series), plot.left, 38);
  return canvas.finish();
}

std::string svg(const HeatMap& chart) {
  const bool written = !chart.written.empty();
  const double kLeft = written ? 170 : 130, kRow = written ? 26 : 18;
  const double column = (kWidth - kLeft - 20) / static_cast<double>(std::max<size_t>(chart.columns.size(), 1));
  const ColumnLabels labels(chart.columns, column);
  const double kTop = 36 + labels.height, kBottom = kTop + kRow * static_cast<double>(chart.rows.size());
  Canvas canvas(chart.title, kWidth, static_cast<int>(kBottom + 28));
  canvas.describe(chart.description);
  canvas.text((kLeft + kWidth - 20) / 2, kBottom + 20, chart.x_label, "middle");
  for (size_t c = 0; c < chart.columns.size(); ++c)
    labels.draw(canvas, kLeft + column * (static_cast<double>(c) + 0.5), kTop - 6, chart.columns[c]);
  for (size_t r = 0; r < chart.rows.size(); ++r) {
    const double y = kTop + kRow * static_cast<double>(r);
    canvas.text(kLeft - 8, y + kRow / 2 + 4, shortened(chart.rows[r], kLeft / kLetter), "end");
    for (size_t c = 0; c < chart.values[r].size(); ++c) {
      const double value = chart.values[r][c];
      const bool framed = r < chart.outlined.size() && c < chart.outlined[r].size() && chart.outlined[r][c];
      const double strongest = written ? 0.85 : 1;  // what is written in the page's colour stays readable
      const double share = std::isfinite(value) ? strongest * std::clamp(value / chart.full, 0.0, 1.0) : 0;
      std::string style = std::string("fill=\"") + kPalette[5] + "\" fill-opacity=\"" + number(share) + "\"";
      style += framed ? " stroke=\"currentColor\" stroke-width=\"2\"" : " stroke=\"currentColor\" stroke-opacity=\"0.12\"";
      canvas.box(kLeft + column * static_cast<double>(c) + 1, y + 1, column - 2, kRow - 2, style,
                 chart.rows[r] + ", " + chart.columns[c] + ": " + (std::isfinite(value) ? number(value) : "no data"));
      if (written) canvas.text(kLeft + column * (static_cast<double>(c) + 0.5), y + kRow / 2 + 4, chart.written[r][c], "middle");
    }
  }
  return canvas.finish();
}

std::string svg(const SpanChart& chart) {
  std::vector<std::string> rows;
  std::vector<double> ends;
  for (const Span& span : chart.spans) {
    if (std::find(rows.begin(), rows.end(), span.row) == rows.end()) rows.push_back(span.row);
    ends.insert(ends.end(), {span.from, span.to});
  }
  constexpr double kRow = 20;
  const double height = kRow * static_cast<double>(rows.size());
  Canvas canvas(chart.title, kWidth, static_cast<int>(height + 90));
  const Plot plot{150, 36, kWidth - 180, height, range_of({ends}), {0, 1}};
  for (double value : ticks(plot.x, 8)) {
    canvas.line(plot.px(value), plot.top, plot.px(value), plot.top + height, "stroke=\"currentColor\" stroke-opacity=\"0.15\"");
    canvas.text(plot.px(value), plot.top + height + 16, number(value), "middle");
  }
  canvas.text(plot.left + plot.width / 2, plot.top + height + 34, chart.x_label, "middle");
  for (size_t i = 0; i < rows.size(); ++i)
    canvas.text(plot.left - 8, plot.top + kRow * static_cast<double>(i) + 14, rows[i], "end");
  for (const Span& span : chart.spans) {
    const auto row = std::find(rows.begin(), rows.end(), span.row) - rows.begin();
    const double y = plot.top + kRow * static_cast<double>(row);
    canvas.box(plot.px(span.from), y + 2, std::max(plot.px(span.to) - plot.px(span.from), 2.0), kRow - 4, fill(span.colour),
               span.label);
  }
  return canvas.finish();
}

}  // namespace mote::report
