// The sketch of one monitored scalar: integers only, merged exactly, in any order (docs/spec/telemetry.md).
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace mote {

constexpr int kSketchBins = 16;
constexpr int kSketchEdges = 15;

// Bin i holds edges[i-1] <= x < edges[i]; the outermost bins are the guards. n counts windows.
struct Sketch {
  uint16_t bins[kSketchBins];  // saturate at 65535
  uint32_t n;
  uint16_t missing;  // saturates
  uint16_t clipped;  // values at either end of int16; saturates
  int64_t sum;
  int64_t sum_of_squares;
  int16_t minimum, maximum;  // 32767, -32768 while n is 0
};

// Two-sided CUSUM on one scalar (Page 1954), in quanta * 256; the fast local alarm. Not merged.
struct Cusum {
  int32_t up, down;
};

// bins 32, n 4, missing 2, clipped 2, sum 8, sum of squares 8, minimum 2, maximum 2, zero 4
constexpr size_t kSketchWireBytes = 64;

void sketch_clear(Sketch* sketch);
void sketch_add(Sketch* sketch, const int16_t edges[kSketchEdges], int16_t value);
void sketch_miss(Sketch* sketch);
void sketch_merge(Sketch* into, const Sketch& from);
void sketch_write(const Sketch& sketch, uint8_t wire[kSketchWireBytes]);
// False for a wrong length or padding, and for numbers that no sequence of values gives (bins that do not add up to n, a sum
// outside n times the range): `sketch` is then empty.
bool sketch_read(Sketch* sketch, const uint8_t* wire, size_t count);

void cusum_clear(Cusum* cusum);
// mean, slack and limit in quanta * 256. True when either sum passes `limit`; the sums then start anew.
bool cusum_add(Cusum* cusum, int16_t value, int32_t mean, int32_t slack, int32_t limit);

}  // namespace mote
