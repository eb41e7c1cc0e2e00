// The arithmetic that turns real scales into integers.
#include "quantize/calibrate/affine.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace mote {

Affine affine_for(double low, double high) {
  low = std::min(low, 0.0);
  high = std::max(high, 0.0);
  const auto scale = static_cast<float>((high - low) / 255.0);
  if (!(scale >= 1e-30f)) return {};
  const double zero = -128.0 - low / static_cast<double>(scale);
  return {scale, static_cast<int32_t>(std::clamp(std::round(zero), -128.0, 127.0))};
}

Affine wide_affine_for(double largest) {
  const auto scale = static_cast<float>(largest / 32767.0);
  return {.scale = scale >= 1e-30f ? scale : 1, .zero_point = 0, .wide = true};
}

int32_t quantize_value(double real, Affine affine) {
  const double q = std::round(real / static_cast<double>(affine.scale)) + affine.zero_point;
  return static_cast<int32_t>(std::clamp(q, static_cast<double>(affine.least()), static_cast<double>(affine.most())));
}

Multiplier quantize_multiplier(double real) {
  if (!(real > 0)) return {};
  int shift = 0;
  const double fraction = std::frexp(std::min(real, 0x1p100), &shift);
  auto value = static_cast<int64_t>(std::round(fraction * static_cast<double>(int64_t{1} << 31)));
  if (value == int64_t{1} << 31) {
    value /= 2;
    ++shift;
  }
  if (shift < -31) return {};
  return {static_cast<int32_t>(value), shift};
}

Multiplier divide(Multiplier multiplier, uint32_t count) {
  int bits = 63 - std::countl_zero(uint64_t{count});
  bits = std::min({bits, 32, 31 + multiplier.shift});
  const int64_t value = (int64_t{multiplier.value} << bits) / count;
  return {static_cast<int32_t>(value), multiplier.shift - bits};
}

}  // namespace mote
