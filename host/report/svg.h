// Small pictures as SVG text: no script, no network, readable in light and dark, colours that colour-blind people tell apart
// (Okabe and Ito, "Color Universal Design", 2008).
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace mote::report {

// Replaces what HTML and SVG would read as markup.
std::string escaped(const std::string& text);

struct Series {
  std::string name;
  std::vector<double> values;  // one per step, from 0; NaN leaves a gap
};

struct LineChart {
  std::string title, x_label, y_label;
  std::vector<Series> series;      // at most 6
  std::optional<double> marked_x;  // a vertical line ...
  std::string mark;                // ... and what it stands for
  std::string description = "";
};

// Histograms over the same bins, side by side, each scaled to its own total.
struct HistogramChart {
  std::string title, x_label;
  std::vector<std::string> bins;  // what stands under each
  std::vector<Series> series;     // counts
};

// One cell per row and column; 0 is the page's colour, `full` and beyond the strongest.
struct HeatMap {
  std::string title;
  std::vector<std::string> rows, columns;
  std::vector<std::vector<double>> values;  // [row][column], >= 0; NaN: no data
  double full = 1;
  std::vector<std::vector<bool>> outlined;        // cells to frame; may be empty
  std::vector<std::vector<std::string>> written;  // what stands in each cell; may be empty
  std::string description = "", x_label = "";
};

// Spans on a common scale, one row each: a memory plan, or what a device did when.
struct Span {
  std::string row, label;
  double from, to;
  int colour = 0;  // index into the palette
};
struct SpanChart {
  std::string title, x_label;
  std::vector<Span> spans;  // rows appear in the order of their first span
};

// Shares per row, as bars side by side from 0 to 1, each with the interval that it may lie in.
struct BarChart {
  struct Bar {
    double value = 0;  // NaN: no data
    std::optional<std::pair<double, double>> interval;
  };
  struct Group {
    std::string name;  // of the series
    std::vector<Bar> bars;
  };
  std::string title, description, x_label;
  std::vector<std::string> rows;
  std::vector<Group> groups;   // each with a bar per row
  std::optional<double> full;  // the axis' end; none: from the values
};

// Accuracy per bin of confidence, the diagonal where both are equal, and the share of windows in each bin.
struct ReliabilityChart {
  struct Bin {
    double low = 0, high = 0, accuracy = 0, confidence = 0, share = 0;  // share 0: no data
  };
  std::string title, description;
  std::vector<Bin> bins;
};

std::string svg(const BarChart& chart);
std::string svg(const ReliabilityChart& chart);
std::string svg(const LineChart& chart);
std::string svg(const HistogramChart& chart);
std::string svg(const HeatMap& chart);
std::string svg(const SpanChart& chart);

}  // namespace mote::report
