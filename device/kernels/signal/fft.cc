// Two real numbers are one complex one: a transform of half as many points, by halves (decimation in time), then taken apart.
#include "device/kernels/signal/fft.h"

#include "device/kernels/signal/sine.h"

namespace mote {
namespace {

// value * (cosine - i * sine), each part rounded, halves upward.
Complex turned(Complex value, int32_t cosine, int32_t sine) {
  const int64_t re = int64_t{value.re} * cosine + int64_t{value.im} * sine;
  const int64_t im = int64_t{value.im} * cosine - int64_t{value.re} * sine;
  return {static_cast<int32_t>((re + kSineOne / 2) >> 15), static_cast<int32_t>((im + kSineOne / 2) >> 15)};
}

void swap_reversed(Complex* values, uint32_t count) {
  for (uint32_t i = 1, reversed = 0; i < count; ++i) {
    uint32_t bit = count / 2;
    for (; (reversed & bit) != 0; bit /= 2) reversed ^= bit;
    reversed |= bit;
    if (i >= reversed) continue;
    const Complex value = values[i];
    values[i] = values[reversed];
    values[reversed] = value;
  }
}

void butterfly(Complex* low, Complex* high, Complex turned_high) {
  *high = {low->re - turned_high.re, low->im - turned_high.im};
  *low = {low->re + turned_high.re, low->im + turned_high.im};
}

void complex_fft(Complex* values, uint32_t count) {
  swap_reversed(values, count);
  for (uint32_t half = 1; half < count; half *= 2) {
    for (uint32_t i = 0; i < count; i += 2 * half) butterfly(&values[i], &values[i + half], values[i + half]);
    for (uint32_t j = 1; j < half; ++j) {
      const uint32_t step = j * (kCircle / 2 / half);
      const int32_t cosine = cosine_of(step), sine = sine_of(step);
      for (uint32_t i = j; i < count; i += 2 * half)
        butterfly(&values[i], &values[i + half], turned(values[i + half], cosine, sine));
    }
  }
}

}  // namespace

void real_fft(Complex* values, uint32_t order) {
  const uint32_t count = 1u << (order - 1);
  complex_fft(values, count);
  const Complex first = values[0];
  values[0] = {2 * (first.re + first.im), 0};
  values[count] = {2 * (first.re - first.im), 0};
  for (uint32_t k = 1; k <= count / 2; ++k) {
    const Complex a = values[k], b = values[count - k];
    const Complex even = {a.re + b.re, a.im - b.im};
    const Complex odd = turned({a.im + b.im, b.re - a.re}, cosine_of(k << (10 - order)), sine_of(k << (10 - order)));
    values[k] = {even.re + odd.re, even.im + odd.im};
    values[count - k] = {even.re - odd.re, odd.im - even.im};
  }
}

}  // namespace mote
