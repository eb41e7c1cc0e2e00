// Gathers the taps under output pixels: runs of the input's bytes, and its zero point where there is no input.
#include "device/kernels/conv_2d/columns_armv7_m.h"

#include "device/kernels/packed/armv7_m/requantize.h"

namespace mote::armv7_m {
namespace {

template <typename T>
T* fill(int32_t value, uint32_t count, uint32_t columns, T* to) {
  for (; count > 0; --count, to += columns) *to = static_cast<T>(value);
  return to;
}

template <typename T>
T* spread(const int8_t* from, uint32_t count, uint32_t columns, T* to) {
  for (; count >= 4; count -= 4, from += 4, to += columns) {
    *to = from[0], to += columns;
    *to = from[1], to += columns;
    *to = from[2], to += columns;
    *to = from[3];
  }
  for (; count > 0; --count, to += columns) *to = *from++;
  return to;
}

// As many taps, at least one, of each of three columns.
int32_t* spread_three(const int8_t* a, const int8_t* b, const int8_t* c, uint32_t count, int32_t* to) {
#if MOTE_THUMB2
#define MOTE_SPREAD          \
  "ldrsb r4, [%[a]], #1\n\t" \
  "ldrsb r5, [%[b]], #1\n\t" \
  "ldrsb r6, [%[c]], #1\n\t" \
  "stm %[to]!, {r4, r5, r6}\n\t"
  asm volatile(
      "subs %[count], #4\n\t"
      "blo 2f\n"
      "1:\n\t" MOTE_SPREAD MOTE_SPREAD MOTE_SPREAD MOTE_SPREAD
      "subs %[count], #4\n\t"
      "bhs 1b\n"
      "2:\n\t"
      "adds %[count], #4\n\t"
      "beq 4f\n"
      "3:\n\t" MOTE_SPREAD
      "subs %[count], #1\n\t"
      "bne 3b\n"
      "4:"
      : [a] "+r"(a), [b] "+r"(b), [c] "+r"(c), [to] "+r"(to), [count] "+r"(count)
      :
      : "r4", "r5", "r6", "cc", "memory");
#undef MOTE_SPREAD
  return to;
#else
  spread(a, count, 3, to);
  spread(b, count, 3, to + 1);
  return spread(c, count, 3, to + 2) - 2;
#endif
}

bool never_leaves(const Axis& axis, int32_t dilation) {
  return axis.pad == 0 && (axis.output - 1) * axis.stride + (axis.filter - 1) * dilation < axis.input;
}

}  // namespace

Gather::Gather(const Convolution& conv, const Rows<const int8_t>& input)
    : conv_(conv),
      input_(input),
      row_taps_(static_cast<uint32_t>(conv.window.width.filter) * conv.input_channels),
      dense_(conv.dilation_width == 1),
      never_outside_(never_leaves(conv.window.height, conv.dilation_height) &&
                     never_leaves(conv.window.width, conv.dilation_width)) {}

Gather::Corner Gather::corner_of(const Place& place) const {
  return {static_cast<int32_t>(place.y) * conv_.window.height.stride - conv_.window.height.pad,
          static_cast<int32_t>(place.x) * conv_.window.width.stride - conv_.window.width.pad};
}

bool Gather::is_inside(const Corner& corner) const {
  if (never_outside_) return true;
  const Axis &height = conv_.window.height, &width = conv_.window.width;
  return corner.row >= 0 && corner.row + (height.filter - 1) * conv_.dilation_height < height.input && corner.column >= 0 &&
         corner.column + (width.filter - 1) * conv_.dilation_width < width.input;
}

// Filter rows side by side.
void Gather::three_inside(const Corner* corners, int32_t* to) const {
  const auto row_of = [this](const Corner& corner, int32_t below) {
    return input_.at(static_cast<uint32_t>(corner.row + below)) + static_cast<uint32_t>(corner.column) * conv_.input_channels;
  };
  for (int32_t tap = 0, below = 0; tap < conv_.window.height.filter; ++tap, below += conv_.dilation_height)
    to = spread_three(row_of(corners[0], below), row_of(corners[1], below), row_of(corners[2], below), row_taps_, to);
}

// `taps` places of an input row that lie side by side, from `column` on.
template <typename T>
T* Gather::row(const int8_t* from, int32_t column, int32_t taps, uint32_t columns, T* to) const {
  const int32_t first = clamp(-column, 0, taps), last = clamp(conv_.window.width.input - column, first, taps);
  const auto inputs = [this](int32_t places) { return static_cast<uint32_t>(places) * conv_.input_channels; };
  to = fill(conv_.input_zero_point, inputs(first), columns, to);
  to = spread(from + inputs(column + first), inputs(last - first), columns, to);
  return fill(conv_.input_zero_point, inputs(taps - last), columns, to);
}

template <typename T>
void Gather::one(const Corner& corner, uint32_t columns, T* to) const {
  const int32_t width = conv_.window.width.filter;
  int32_t y = corner.row;
  for (int32_t tap = 0; tap < conv_.window.height.filter; ++tap, y += conv_.dilation_height) {
    if (y < 0 || y >= conv_.window.height.input) {
      to = fill(conv_.input_zero_point, row_taps_, columns, to);
      continue;
    }
    const int8_t* from = input_.at(static_cast<uint32_t>(y));
    if (dense_)
      to = row(from, corner.column, width, columns, to);
    else
      for (int32_t i = 0; i < width; ++i) to = row(from, corner.column + i * conv_.dilation_width, 1, columns, to);
  }
}

template void Gather::one(const Corner& corner, uint32_t columns, int8_t* to) const;

void Gather::pixels(const Place* places, uint32_t count, int32_t* to) const {
  Corner corners[kMostColumns];
  bool inside = true;
  for (uint32_t i = 0; i < count; ++i) {
    corners[i] = corner_of(places[i]);
    inside = inside && is_inside(corners[i]);
  }
  if (dense_ && inside && count == 3) return three_inside(corners, to);
  for (uint32_t i = 0; i < count; ++i) one(corners[i], count, to + i);
}

}  // namespace mote::armv7_m
