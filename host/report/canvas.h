// What every chart is drawn with: a plot area with axes, in user units mapped to pixels.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mote::report {

inline constexpr const char* kPalette[] = {"#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00"};
inline constexpr int kColours = 6;

struct Range {
  double low, high;
  double span() const { return high - low; }
};

// The smallest range that holds all finite values; never empty.
Range range_of(const std::vector<std::vector<double>>& lists);

// At most `count` + 1 round numbers (1, 2, 5 times a power of ten) inside the range.
std::vector<double> ticks(Range range, int count);

std::string number(double value);      // short: "0.25", "1.2e6"
std::string grouped(uint64_t number);  // "3,594,064"

// `text`, or its beginning and an ellipsis, as the letters that there is room for.
std::string shortened(const std::string& text, double letters);

class Canvas {
 public:
  Canvas(std::string title, int width, int height);

  void text(double x, double y, const std::string& words, const char* anchor = "start", const char* style = "");
  void line(double x1, double y1, double x2, double y2, const char* style);
  void box(double x, double y, double width, double height, const std::string& style, const std::string& tooltip = "");
  void path(const std::string& points, const std::string& style);
  void legend(const std::vector<std::string>& names, double x, double y);

  // What the picture shows, for who cannot see it.
  void describe(std::string words) { description_ = std::move(words); }

  std::string finish() const;

 private:
  std::string title_, description_, body_;
  int width_, height_;
};

// A plot area inside a canvas, with its two axes.
struct Plot {
  double left, top, width, height;
  Range x, y;

  double px(double value) const { return left + (value - x.low) / x.span() * width; }
  double py(double value) const { return top + height - (value - y.low) / y.span() * height; }
  void axes(Canvas& canvas, const std::string& x_label, const std::string& y_label, bool x_ticks = true) const;
};

}  // namespace mote::report
