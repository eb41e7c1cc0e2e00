// Counting, merging and the wire form of a sketch.
#include "device/monitor/sketch.h"

#include <string.h>

namespace mote {
namespace {

constexpr int16_t kLowest = -32768;
constexpr int16_t kHighest = 32767;

uint16_t saturating_sum(uint16_t a, uint16_t b) {
  const uint32_t sum = uint32_t{a} + b;
  return sum > UINT16_MAX ? UINT16_MAX : static_cast<uint16_t>(sum);
}

uint32_t saturating_sum(uint32_t a, uint32_t b) { return a > UINT32_MAX - b ? UINT32_MAX : a + b; }

int64_t saturating_sum(int64_t a, int64_t b) {
  int64_t sum;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return a < 0 ? INT64_MIN : INT64_MAX;
}

template <typename T>
uint8_t* put(uint8_t* to, T value) {
  memcpy(to, &value, sizeof value);
  return to + sizeof value;
}

template <typename T>
const uint8_t* get(const uint8_t* from, T* value) {
  memcpy(value, from, sizeof *value);
  return from + sizeof *value;
}

// What every sketch that was made by sketch_add and sketch_merge fulfils (docs/spec/telemetry.md, S5).
bool possible(const Sketch& sketch) {
  uint32_t counted = 0;  // 16 * 65535 at most
  bool saturated = false;
  for (const uint16_t bin : sketch.bins) {
    counted += bin;
    saturated = saturated || bin == UINT16_MAX;
  }
  if (saturated ? counted > sketch.n : counted != sketch.n) return false;
  if (sketch.clipped > sketch.n) return false;
  if (sketch.n == 0)
    return sketch.sum == 0 && sketch.sum_of_squares == 0 && sketch.minimum == kHighest && sketch.maximum == kLowest;
  const int64_t n = sketch.n;
  return sketch.minimum <= sketch.maximum && sketch.sum >= n * sketch.minimum && sketch.sum <= n * sketch.maximum &&
         sketch.sum_of_squares >= 0 && sketch.sum_of_squares <= n * kLowest * kLowest;
}

}  // namespace

void sketch_clear(Sketch* sketch) {
  memset(sketch, 0, sizeof *sketch);
  sketch->minimum = kHighest;
  sketch->maximum = kLowest;
}

void sketch_add(Sketch* sketch, const int16_t edges[kSketchEdges], int16_t value) {
  int bin = 0;
  for (int i = 0; i < kSketchEdges; ++i) bin += value >= edges[i] ? 1 : 0;
  sketch->bins[bin] = saturating_sum(sketch->bins[bin], uint16_t{1});
  sketch->n = saturating_sum(sketch->n, uint32_t{1});
  if (value == kLowest || value == kHighest) sketch->clipped = saturating_sum(sketch->clipped, uint16_t{1});
  sketch->sum += value;
  sketch->sum_of_squares += int32_t{value} * value;
  if (value < sketch->minimum) sketch->minimum = value;
  if (value > sketch->maximum) sketch->maximum = value;
}

void sketch_miss(Sketch* sketch) { sketch->missing = saturating_sum(sketch->missing, uint16_t{1}); }

void sketch_merge(Sketch* into, const Sketch& from) {
  for (int i = 0; i < kSketchBins; ++i) into->bins[i] = saturating_sum(into->bins[i], from.bins[i]);
  into->n = saturating_sum(into->n, from.n);
  into->missing = saturating_sum(into->missing, from.missing);
  into->clipped = saturating_sum(into->clipped, from.clipped);
  into->sum = saturating_sum(into->sum, from.sum);
  into->sum_of_squares = saturating_sum(into->sum_of_squares, from.sum_of_squares);
  if (from.minimum < into->minimum) into->minimum = from.minimum;
  if (from.maximum > into->maximum) into->maximum = from.maximum;
}

void sketch_write(const Sketch& sketch, uint8_t wire[kSketchWireBytes]) {
  memcpy(wire, sketch.bins, sizeof sketch.bins);
  uint8_t* to = wire + sizeof sketch.bins;
  to = put(to, sketch.n);
  to = put(to, sketch.missing);
  to = put(to, sketch.clipped);
  to = put(to, sketch.sum);
  to = put(to, sketch.sum_of_squares);
  to = put(to, sketch.minimum);
  to = put(to, sketch.maximum);
  put(to, uint32_t{0});
}

bool sketch_read(Sketch* sketch, const uint8_t* wire, size_t count) {
  sketch_clear(sketch);
  if (count != kSketchWireBytes) return false;
  Sketch read;
  uint32_t padding;
  memcpy(read.bins, wire, sizeof read.bins);
  const uint8_t* from = wire + sizeof read.bins;
  from = get(from, &read.n);
  from = get(from, &read.missing);
  from = get(from, &read.clipped);
  from = get(from, &read.sum);
  from = get(from, &read.sum_of_squares);
  from = get(from, &read.minimum);
  from = get(from, &read.maximum);
  get(from, &padding);
  if (padding != 0 || !possible(read)) return false;
  *sketch = read;
  return true;
}

}  // namespace mote
