// One affine map, drawn and then applied backwards: where in the old picture does each new pixel lie?
#include "host/train/picture.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace mote {
namespace {

constexpr double kLeastZoom = 0.5;  // whatever is drawn

struct Corner {
  size_t first, second;  // the pixels on either side, along one axis
  float share;           // of the second
};

Corner corner(double at, uint32_t length) {
  const double inside = std::clamp(at, 0.0, static_cast<double>(length - 1));
  const auto first = static_cast<size_t>(inside);
  return {first, std::min<size_t>(first + 1, length - 1), static_cast<float>(inside - static_cast<double>(first))};
}

}  // namespace

void change_picture(const PictureShape& shape, const PictureChange& change, Random& random, std::vector<float>& picture) {
  const double angle = change.degrees * random.normal() * std::numbers::pi / 180;
  const double tall = 1 / std::max(kLeastZoom, 1 + change.zoom * random.normal());
  const double wide = 1 / std::max(kLeastZoom, 1 + change.zoom * random.normal());
  const double down = change.move * random.normal(), right = change.move * random.normal();
  const double middle_y = (shape.height - 1) / 2.0, middle_x = (shape.width - 1) / 2.0;
  const double cosine = std::cos(angle), sine = std::sin(angle);
  const std::vector<float> old = picture;
  const size_t channels = shape.channels, row = shape.width * channels;
  for (uint32_t py = 0; py < shape.height; ++py) {
    for (uint32_t px = 0; px < shape.width; ++px) {
      const double v = py - middle_y - down, u = px - middle_x - right;
      const Corner y = corner(middle_y + tall * (cosine * v - sine * u), shape.height);
      const Corner x = corner(middle_x + wide * (sine * v + cosine * u), shape.width);
      for (size_t c = 0; c < channels; ++c) {
        const auto at = [&](size_t iy, size_t ix) { return old[iy * row + ix * channels + c]; };
        const float above = at(y.first, x.first) * (1 - x.share) + at(y.first, x.second) * x.share;
        const float below = at(y.second, x.first) * (1 - x.share) + at(y.second, x.second) * x.share;
        picture[py * row + px * channels + c] = above * (1 - y.share) + below * y.share;
      }
    }
  }
}

}  // namespace mote
