// The charts hold what they were given, and nothing in a name becomes markup.
#include "host/report/svg.h"

#include <gmock/gmock.h>

#include <cmath>

#include "host/report/canvas.h"

namespace mote::report {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Svg, EscapesMarkupInNames) {
  const std::string picture = svg(LineChart{.title = "<script>", .series = {{"a&b", {0, 1}}}});
  EXPECT_THAT(picture, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(picture, HasSubstr("a&amp;b"));
  EXPECT_THAT(picture, Not(HasSubstr("<script>")));
}

TEST(Svg, LineHasAGapWhereAValueIsMissing) {
  const std::string picture = svg(LineChart{.title = "t", .series = {{"s", {0, 1, NAN, 1, 0}}}});
  size_t moves = 0;
  for (char c : picture) moves += c == 'M';
  EXPECT_EQ(moves, 2u);
}

TEST(Svg, HistogramScalesEachSeriesToItsOwnTotal) {
  const std::string picture =
      svg(HistogramChart{.title = "t", .bins = {"a", "b"}, .series = {{"few", {1, 1}}, {"many", {100, 100}}}});
  const std::string::size_type first = picture.find("height=\"180\"");
  EXPECT_NE(first, std::string::npos);
  EXPECT_NE(picture.find("height=\"180\"", first + 1), std::string::npos);  // both reach one half, the top of the axis
}

TEST(Svg, EmptyChartsAreStillPictures) {
  EXPECT_THAT(svg(LineChart{.title = "t"}), HasSubstr("</svg>"));
  EXPECT_THAT(svg(HistogramChart{.title = "t"}), HasSubstr("</svg>"));
  EXPECT_THAT(svg(HeatMap{.title = "t"}), HasSubstr("</svg>"));
  EXPECT_THAT(svg(SpanChart{.title = "t"}), HasSubstr("</svg>"));
}

TEST(Svg, HeatMapTurnsColumnNamesThatAreTooLong) {
  const std::string one = "WALKING_UPSTAIRS", other = "WALKING_DOWNSTAIRS";
  HeatMap map{.title = "t", .rows = {one, other}, .columns = {one, other}, .values = {{1, 0}, {0, 1}}};
  EXPECT_THAT(svg(map), Not(HasSubstr("rotate")));
  for (int i = 0; i < 6; ++i) {
    map.columns.push_back("c");
    for (std::vector<double>& row : map.values) row.push_back(0);
  }
  EXPECT_THAT(svg(map), HasSubstr("rotate"));
  EXPECT_THAT(svg(map), HasSubstr(">" + other + "<"));
}

TEST(Svg, ShortensNamesBetweenTheirLetters) {
  EXPECT_EQ(shortened("Tür", 3), "Tür");
  EXPECT_EQ(shortened("Türen", 4), "Tür\u2026");
  EXPECT_EQ(shortened("Türen", 3), "Tü\u2026");
}

TEST(Ticks, AreRoundAndInside) {
  EXPECT_EQ(ticks({0, 10}, 5), (std::vector<double>{0, 2, 4, 6, 8, 10}));
  for (double place : ticks({-0.013, 0.094}, 5)) {
    EXPECT_GE(place, -0.013);
    EXPECT_LE(place, 0.0941);
  }
}

}  // namespace
}  // namespace mote::report
