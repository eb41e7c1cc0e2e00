// The pen of the charts.
#include "host/report/canvas.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "host/report/svg.h"

namespace mote::report {

std::string escaped(const std::string& text) {
  std::string safe;
  for (char c : text) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

Range range_of(const std::vector<std::vector<double>>& lists) {
  Range range{INFINITY, -INFINITY};
  for (const auto& list : lists) {
    for (double value : list) {
      if (!std::isfinite(value)) continue;
      range.low = std::min(range.low, value);
      range.high = std::max(range.high, value);
    }
  }
  if (range.low > range.high) return {0, 1};
  if (range.low == range.high) return {range.low - 0.5, range.high + 0.5};
  return range;
}

std::vector<double> ticks(Range range, int count) {
  const double raw = range.span() / count;
  const double magnitude = std::pow(10.0, std::floor(std::log10(raw)));
  double step = magnitude * 10;
  for (double factor : {5.0, 2.0, 1.0})
    if (magnitude * factor >= raw) step = magnitude * factor;
  std::vector<double> places;
  for (double place = std::ceil(range.low / step) * step; place <= range.high + step * 1e-9; place += step)
    places.push_back(std::abs(place) < step * 1e-9 ? 0 : place);
  return places;
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

std::string grouped(uint64_t number) {
  std::string digits = std::to_string(number);
  for (size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string shortened(const std::string& text, double letters) {
  std::vector<size_t> starts;  // of characters of UTF-8
  for (size_t i = 0; i < text.size(); ++i)
    if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) starts.push_back(i);
  const auto most = static_cast<size_t>(std::max(letters, 2.0));
  return starts.size() <= most ? text : text.substr(0, starts[most - 1]) + "\u2026";
}

Canvas::Canvas(std::string title, int width, int height) : title_(std::move(title)), width_(width), height_(height) {}

void Canvas::text(double x, double y, const std::string& words, const char* anchor, const char* style) {
  body_ += "<text x=\"" + number(x) + "\" y=\"" + number(y) + "\" text-anchor=\"" + anchor + "\" " + style + ">" +
           escaped(words) + "</text>\n";
}

void Canvas::line(double x1, double y1, double x2, double y2, const char* style) {
  body_ += "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) + "\" y2=\"" + number(y2) + "\" " +
           style + "/>\n";
}

void Canvas::box(double x, double y, double width, double height, const std::string& style, const std::string& tooltip) {
  body_ += "<rect x=\"" + number(x) + "\" y=\"" + number(y) + "\" width=\"" + number(std::max(width, 0.0)) + "\" height=\"" +
           number(std::max(height, 0.0)) + "\" " + style;
  body_ += tooltip.empty() ? "/>\n" : "><title>" + escaped(tooltip) + "</title></rect>\n";
}

void Canvas::path(const std::string& points, const std::string& style) {
  body_ += "<path d=\"" + points + "\" " + style + "/>\n";
}

void Canvas::legend(const std::vector<std::string>& names, double x, double y) {
  for (size_t i = 0; i < names.size(); ++i) {
    box(x, y - 9, 10, 10, std::string("fill=\"") + kPalette[i % kColours] + "\"");
    text(x + 14, y, names[i]);
    x += 30 + 6.6 * static_cast<double>(names[i].size());
  }
}

std::string Canvas::finish() const {
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 " + std::to_string(width_) + " " +
         std::to_string(height_) + "\" width=\"" + std::to_string(width_) + "\" height=\"" + std::to_string(height_) +
         "\" font-family=\"sans-serif\" font-size=\"12\" fill=\"currentColor\">\n<title>" + escaped(title_) + "</title>\n" +
         (description_.empty() ? "" : "<desc>" + escaped(description_) + "</desc>\n") +
         "<text x=\"8\" y=\"18\" font-size=\"14\" font-weight=\"bold\">" + escaped(title_) + "</text>\n" + body_ + "</svg>\n";
}

void Plot::axes(Canvas& canvas, const std::string& x_label, const std::string& y_label, bool x_ticks) const {
  constexpr const char* kGrid = "stroke=\"currentColor\" stroke-opacity=\"0.15\"";
  for (double value : ticks(y, 5)) {
    canvas.line(left, py(value), left + width, py(value), kGrid);
    canvas.text(left - 6, py(value) + 4, number(value), "end");
  }
  if (x_ticks) {
    for (double value : ticks(x, 8)) canvas.text(px(value), top + height + 16, number(value), "middle");
  }
  canvas.line(left, top + height, left + width, top + height, "stroke=\"currentColor\"");
  canvas.text(left + width / 2, top + height + 34, x_label, "middle");
  if (!y_label.empty()) canvas.text(left, top - 8, y_label);
}

}  // namespace mote::report
