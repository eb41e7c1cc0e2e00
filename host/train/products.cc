// Tiles of the result held in registers. They are as large as the registers of SSE2 allow, and of AVX2 or AVX-512 where there is;
// never with fused multiply-add, which would round otherwise (host/CMakeLists.txt forbids it).
#include "host/train/products.h"

#include <algorithm>
#include <cstring>

namespace mote {
namespace {

constexpr size_t kLanes = 8;

template <size_t Count>
struct LanesOf {
  typedef float Type __attribute__((vector_size(Count * sizeof(float)), aligned(4), may_alias));
};

struct Panel {  // of b and c: so many columns
  const float* b;
  size_t b_step;
  float* c;
  size_t c_step;
  size_t rows, terms;
  bool add;
};

template <size_t Rows, size_t Vectors, size_t Width>
[[gnu::always_inline]] inline void make_tile(const Factor& a, const Panel& panel, size_t row) {
  using Lanes = typename LanesOf<Width>::Type;
  const float* from = a.values + row * a.row_step;
  float* to = panel.c + row * panel.c_step;
  Lanes sum[Rows][Vectors] = {};
  if (panel.add) {
    for (size_t r = 0; r < Rows; ++r)
      for (size_t v = 0; v < Vectors; ++v) sum[r][v] = *reinterpret_cast<const Lanes*>(to + r * panel.c_step + v * Width);
  }
  for (size_t term = 0; term < panel.terms; ++term) {
    const float* b = panel.b + term * panel.b_step;
    for (size_t r = 0; r < Rows; ++r) {
      const float factor = from[r * a.row_step + term * a.column_step];
      for (size_t v = 0; v < Vectors; ++v) sum[r][v] += *reinterpret_cast<const Lanes*>(b + v * Width) * factor;
    }
  }
  for (size_t r = 0; r < Rows; ++r)
    for (size_t v = 0; v < Vectors; ++v) *reinterpret_cast<Lanes*>(to + r * panel.c_step + v * Width) = sum[r][v];
}

template <size_t Rows, size_t Vectors, size_t Width = kLanes>
[[gnu::always_inline]] inline void make_rows(const Factor& a, const Panel& panel) {
  size_t row = 0;
  for (; row + Rows <= panel.rows; row += Rows) make_tile<Rows, Vectors, Width>(a, panel, row);
  if constexpr (Rows > 4) {
    for (; row + 4 <= panel.rows; row += 4) make_tile<4, Vectors, Width>(a, panel, row);
  }
  for (; row < panel.rows; ++row) make_tile<1, Vectors, Width>(a, panel, row);
}

// Panels of 16 columns, or of 8; of 32 with AVX-512. Plain: eight registers of four values.
void make_16(const Factor& a, const Panel& panel) { make_rows<2, 2>(a, panel); }
void make_8(const Factor& a, const Panel& panel) { make_rows<4, 1>(a, panel); }

#if defined(__x86_64__)
// Twelve registers of eight values.
[[gnu::target("avx2")]] void make_16_wide(const Factor& a, const Panel& panel) { make_rows<6, 2>(a, panel); }
[[gnu::target("avx2")]] void make_8_wide(const Factor& a, const Panel& panel) { make_rows<8, 1>(a, panel); }
// Twenty-four of sixteen values, or twelve.
[[gnu::target("avx512f")]] void make_32_widest(const Factor& a, const Panel& panel) { make_rows<12, 2, 16>(a, panel); }
[[gnu::target("avx512f")]] void make_16_widest(const Factor& a, const Panel& panel) { make_rows<12, 1, 16>(a, panel); }
#endif

bool has_widest_vectors() {
#if defined(__x86_64__)
  static const bool has = has_wide_vectors() && __builtin_cpu_supports("avx512f") != 0;
  return has;
#else
  return false;
#endif
}

// 32 columns where there are vectors for them, 16 or 8.
void make_panel(const Factor& a, const Panel& panel, size_t columns) {
#if defined(__x86_64__)
  if (columns == 32) return make_32_widest(a, panel);
  if (columns == 16 && has_widest_vectors()) return make_16_widest(a, panel);
  if (has_wide_vectors()) return columns == 16 ? make_16_wide(a, panel) : make_8_wide(a, panel);
#endif
  return columns == 16 ? make_16(a, panel) : make_8(a, panel);
}

// Columns that fill no vector: through a copy that does.
void make_last(const Factor& a, Panel panel, size_t columns, std::vector<float>& scratch) {
  const size_t values_of_b = panel.terms * kLanes;
  scratch.assign(values_of_b + panel.rows * kLanes, 0.0f);
  float* const made = scratch.data() + values_of_b;
  for (size_t term = 0; term < panel.terms; ++term)
    std::memcpy(scratch.data() + term * kLanes, panel.b + term * panel.b_step, columns * sizeof(float));
  for (size_t row = 0; row < panel.rows && panel.add; ++row)
    std::memcpy(made + row * kLanes, panel.c + row * panel.c_step, columns * sizeof(float));
  Panel copy = panel;
  copy.b = scratch.data(), copy.b_step = kLanes, copy.c = made, copy.c_step = kLanes;
  make_panel(a, copy, kLanes);
  for (size_t row = 0; row < panel.rows; ++row)
    std::memcpy(panel.c + row * panel.c_step, made + row * kLanes, columns * sizeof(float));
}

}  // namespace

bool has_wide_vectors() {
#if defined(__x86_64__)
  static const bool has = __builtin_cpu_supports("avx2") != 0;
  return has;
#else
  return false;
#endif
}

void multiply(const Factor& a, const float* b, float* c, size_t rows, size_t terms, size_t columns, bool add,
              std::vector<float>& scratch) {
  if (rows == 0) return;
  size_t column = 0;
  const auto panel = [&] { return Panel{b + column, columns, c + column, columns, rows, terms, add}; };
  for (size_t at_once = has_widest_vectors() ? 4 * kLanes : 2 * kLanes; at_once >= kLanes; at_once /= 2)
    for (; column + at_once <= columns; column += at_once) make_panel(a, panel(), at_once);
  if (column < columns) make_last(a, panel(), columns - column, scratch);
}

void transpose(const float* from, size_t rows, size_t columns, std::vector<float>& to) {
  to.resize(rows * columns);
  for (size_t row = 0; row < rows; ++row)
    for (size_t column = 0; column < columns; ++column) to[column * rows + row] = from[row * columns + column];
}

}  // namespace mote
