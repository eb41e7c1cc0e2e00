// Bars with intervals, and the reliability diagram.
#include <algorithm>
#include <cmath>

#include "host/report/canvas.h"
#include "host/report/svg.h"

namespace mote::report {
namespace {

constexpr int kBarsWidth = 720;
constexpr double kMostNameLetters = 24;
constexpr const char* kFaint = "stroke=\"currentColor\" stroke-opacity=\"0.15\"";

std::string filled(size_t colour) { return std::string("fill=\"") + kPalette[colour % kColours] + "\""; }

// 0 and all values and intervals.
Range extent(const BarChart& chart) {
  std::vector<double> ends = {0};
  for (const BarChart::Group& group : chart.groups)
    for (const BarChart::Bar& bar : group.bars) {
      ends.push_back(bar.value);
      if (bar.interval) ends.insert(ends.end(), {bar.interval->first, bar.interval->second});
    }
  Range range = range_of({ends});
  if (chart.full) range = {std::min(range.low, 0.0), *chart.full};
  return range;
}

void draw_bar(Canvas& canvas, const Plot& plot, const BarChart::Bar& bar, double y, double height, size_t colour,
              const std::string& tooltip) {
  if (!std::isfinite(bar.value)) return;
  const double from = plot.px(std::min(bar.value, 0.0)), to = plot.px(std::max(bar.value, 0.0));
  canvas.box(from, y, to - from, height, filled(colour), tooltip + ": " + number(bar.value));
  if (!bar.interval) return;
  const double middle = y + height / 2, low = plot.px(bar.interval->first), high = plot.px(bar.interval->second);
  constexpr const char* kWhisker = "stroke=\"currentColor\" stroke-width=\"1.5\"";
  canvas.line(low, middle, high, middle, kWhisker);
  for (const double x : {low, high}) canvas.line(x, middle - 3, x, middle + 3, kWhisker);
}

}  // namespace

std::string svg(const BarChart& chart) {
  const size_t series = std::max<size_t>(chart.groups.size(), 1);
  const double each = series == 1 ? 14 : 9, row = each * static_cast<double>(series) + 8;
  const double top = series == 1 ? 34 : 56, height = row * static_cast<double>(chart.rows.size());
  Canvas canvas(chart.title, kBarsWidth, static_cast<int>(top + height + 44));
  canvas.describe(chart.description);
  const Plot plot{190, top, kBarsWidth - 220, height, extent(chart), {0, 1}};
  for (const double value : ticks(plot.x, 8)) {
    canvas.line(plot.px(value), top, plot.px(value), top + height, kFaint);
    canvas.text(plot.px(value), top + height + 16, number(value), "middle");
  }
  for (size_t r = 0; r < chart.rows.size(); ++r) {
    const double y = top + row * static_cast<double>(r);
    canvas.text(plot.left - 8, y + row / 2 + 4, shortened(chart.rows[r], kMostNameLetters), "end");
    for (size_t s = 0; s < chart.groups.size(); ++s)
      draw_bar(canvas, plot, chart.groups[s].bars[r], y + 4 + each * static_cast<double>(s), each - 1, s,
               chart.rows[r] + (series == 1 ? "" : ", " + chart.groups[s].name));
  }
  canvas.line(plot.px(0), top, plot.px(0), top + height, "stroke=\"currentColor\"");
  canvas.text(plot.left + plot.width / 2, top + height + 36, chart.x_label, "middle");
  if (series > 1) {
    std::vector<std::string> names;
    for (const BarChart::Group& group : chart.groups) names.push_back(group.name);
    canvas.legend(names, plot.left, 42);
  }
  return canvas.finish();
}

std::string svg(const ReliabilityChart& chart) {
  Canvas canvas(chart.title, 520, 470);
  canvas.describe(chart.description);
  const Plot plot{60, 64, 430, 280, {0, 1}, {0, 1}};
  plot.axes(canvas, "", "", /*x_ticks=*/true);
  for (const ReliabilityChart::Bin& bin : chart.bins) {
    if (bin.share <= 0) continue;
    const double x = plot.px(bin.low) + 1, width = plot.px(bin.high) - plot.px(bin.low) - 2;
    const double high = std::max(bin.accuracy, bin.confidence), low = std::min(bin.accuracy, bin.confidence);
    const std::string words = "confidence " + number(bin.confidence) + ", accuracy " + number(bin.accuracy);
    canvas.box(x, plot.py(low), width, plot.py(0) - plot.py(low), filled(0), words);
    canvas.box(x, plot.py(high), width, plot.py(low) - plot.py(high), filled(1), words);
    canvas.line(x, plot.py(bin.accuracy), x + width, plot.py(bin.accuracy), "stroke=\"currentColor\" stroke-width=\"3\"");
  }
  canvas.line(plot.px(0), plot.py(0), plot.px(1), plot.py(1), "stroke=\"currentColor\" stroke-dasharray=\"4 3\"");
  canvas.legend({"up to the lower of accuracy (thick line) and confidence", "gap"}, plot.left, 40);
  constexpr double kBase = 430, kTallest = 50;
  for (const ReliabilityChart::Bin& bin : chart.bins)
    canvas.box(plot.px(bin.low) + 1, kBase - kTallest * bin.share, plot.px(bin.high) - plot.px(bin.low) - 2, kTallest * bin.share,
               filled(4), number(100 * bin.share) + " % of the windows");
  canvas.line(plot.left, kBase, plot.left + plot.width, kBase, "stroke=\"currentColor\"");
  canvas.text(plot.left + plot.width / 2, kBase + 18, "confidence, and below it the share of windows", "middle");
  return canvas.finish();
}

}  // namespace mote::report
