// resize_bilinear against real interpolation, and at the edges of what it may read.
#include "device/kernels/resize_bilinear/resize_bilinear.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw.h"

namespace mote {
namespace {

// The value at real coordinates, the edge's beyond the edge.
double interpolated(const std::vector<int8_t>& image, const ResizeBilinear& resize, double y, double x, uint32_t c) {
  y = std::clamp(y, 0.0, resize.height.input - 1.0);
  x = std::clamp(x, 0.0, resize.width.input - 1.0);
  const auto at = [&](double row, double column) {
    row = std::min(row, resize.height.input - 1.0), column = std::min(column, resize.width.input - 1.0);
    return static_cast<double>(image[static_cast<size_t>(row * resize.width.input + column) * resize.channels + c]);
  };
  const double top = std::floor(y), left = std::floor(x), down = y - top, along = x - left;
  return (at(top, left) * (1 - along) + at(top, left + 1) * along) * (1 - down) +
         (at(top + 1, left) * (1 - along) + at(top + 1, left + 1) * along) * down;
}

double source(const ResizeAxis& axis, int place, bool align) {
  const double step =
      align && axis.output > 1 ? (axis.input - 1.0) / (axis.output - 1.0) : static_cast<double>(axis.input) / axis.output;
  return axis.half_pixel ? (place + 0.5) * step - 0.5 : place * step;
}

TEST(ResizeBilinear, O38_IsNearTheRealOneOnRandomShapes) {
  Random random(1);
  for (int i = 0; i < 1500; ++i) {
    const auto drawn = [&](int most) { return static_cast<uint32_t>(draw(random, 1, most)); };
    const bool align = i % 3 == 1, half = i % 3 == 2;
    ResizeBilinear resize = {resize_axis(drawn(9), drawn(20), align, half), resize_axis(drawn(9), drawn(20), align, half),
                             drawn(4), draw_rounding(random)};
    ASSERT_TRUE(is_resize_inside(resize.height) && is_resize_inside(resize.width));
    const auto pixels = static_cast<size_t>(resize.height.input * resize.width.input);
    const std::vector<int8_t> image = draw_int8(random, pixels * resize.channels);
    std::vector<int8_t> output(static_cast<size_t>(resize.height.output * resize.width.output) * resize.channels + 1, 77);
    resize_bilinear_reference(resize, image.data(), output.data());
    ASSERT_EQ(output.back(), 77) << "wrote past the end";
    size_t at = 0;
    for (int y = 0; y < resize.height.output; ++y)
      for (int x = 0; x < resize.width.output; ++x)
        for (uint32_t c = 0; c < resize.channels; ++c) {
          const double real = interpolated(image, resize, source(resize.height, y, align), source(resize.width, x, align), c);
          // A step is off by at most 1/2048, twenty of them by a hundredth of a pixel, in both directions.
          ASSERT_NEAR(output[at++], real, 0.51 + 2 * 255 * 20 / 2048.0) << "case " << i;
        }
  }
}

// Halves: one up in single rounding, away from zero in double.
TEST(ResizeBilinear, O38_ByHand) {
  const int8_t image[] = {-3, -2, 3, 4};  // 1 x 4
  int8_t output[8];
  resize_bilinear_reference({resize_axis(1, 1, false, false), resize_axis(4, 8, false, false), 1, Rounding::double_rounding},
                            image, output);
  const int8_t away[] = {-3, -3, -2, 1, 3, 4, 4, 4};  // at 0, 1/2, 1, ... : -2.5, 0.5 and 3.5 between
  EXPECT_TRUE(std::equal(output, output + 8, away));
  resize_bilinear_reference({resize_axis(1, 1, false, false), resize_axis(4, 8, false, false), 1, Rounding::single_rounding},
                            image, output);
  const int8_t up[] = {-3, -2, -2, 1, 3, 4, 4, 4};
  EXPECT_TRUE(std::equal(output, output + 8, up));
}

// 1024 / 2000 rounds to a step of 1: the last places would lie behind the only pixel.
TEST(ResizeBilinear, M57_KnowsWhereARoundedStepLeads) {
  EXPECT_FALSE(is_resize_inside(resize_axis(1, 2000, false, false)));
  EXPECT_TRUE(is_resize_inside(resize_axis(1, 1000, false, false)));
  EXPECT_TRUE(is_resize_inside(resize_axis(1, 2000, true, false)));
  Random random(3);
  for (int i = 0; i < 200'000; ++i) {
    const int mode = draw(random, 0, 2);
    const ResizeAxis axis = resize_axis(static_cast<uint32_t>(draw(random, 1, i % 2 == 0 ? 65535 : 40)),
                                        static_cast<uint32_t>(draw(random, 1, i % 3 == 0 ? 65535 : 4000)), mode == 1, mode == 2);
    if (!is_resize_inside(axis)) continue;
    for (const int32_t place : {0, axis.output / 2, axis.output - 1}) {
      ASSERT_LT(axis.at(place) / 1024, axis.input);
      ASSERT_GT(axis.at(place), -1024);
    }
  }
}

}  // namespace
}  // namespace mote
