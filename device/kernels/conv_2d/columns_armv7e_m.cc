// Gathers the taps under output pixels: runs of the input's bytes, and its zero point where there is no input.
#include "device/kernels/conv_2d/columns_armv7e_m.h"

#include "device/kernels/packed/armv7e_m/expand.h"
#include "device/kernels/requantize.h"
#include "device/kernels/small.h"

namespace mote::armv7e_m {
namespace {

// Taps of one filter row that lie side by side, in bytes: `before` and `after` are outside of the input, `on` bytes begin at byte
// `from` of an input row.
struct Run {
  uint32_t before, on, after, from;

  Run(const Convolution& conv, int32_t column, int32_t taps) {
    const int32_t first = clamp(-column, 0, taps), last = clamp(conv.window.width.input - column, first, taps);
    before = static_cast<uint32_t>(first) * conv.input_channels;
    on = static_cast<uint32_t>(last - first) * conv.input_channels;
    after = static_cast<uint32_t>(taps - last) * conv.input_channels;
    from = static_cast<uint32_t>(column + first) * conv.input_channels;
  }
  uint32_t bytes() const { return before + on + after; }
};

// A column whose runs are made of whole words.
struct WordColumn {
  uint32_t* to;
  uint32_t columns, outside;  // the zero point in every byte

  void fill(uint32_t bytes) {
    for (; bytes > 0; bytes -= 4) to = put_word(outside, to, columns);
  }
  void take(const int8_t* row, const Run& run) {
    fill(run.before);
    to = expand(row + run.from, run.on / 4, to, columns);
    fill(run.after);
  }
  void finish() {}
};

// A column of runs of any length: what does not fill a word waits for the next run.
struct ByteColumn {
  uint32_t* to;
  uint32_t columns, outside;
  uint32_t held = 0, pending = 0;  // bits, and what they are

  void put(uint32_t word, uint32_t bits) {  // up to a whole word; what is above `bits` is 0
    pending |= word << held;
    if (held + bits < 32) {
      held += bits;
      return;
    }
    to = put_word(pending, to, columns);
    pending = held == 0 ? 0 : word >> (32 - held);
    held += bits - 32;
  }
  void fill(uint32_t bytes) {
    for (; bytes >= 4; bytes -= 4) put(outside, 32);
    if (bytes > 0) put(outside >> (32 - 8 * bytes), 8 * bytes);
  }
  void take(const int8_t* row, const Run& run) {
    fill(run.before);
    const int8_t* from = row + run.from;
    uint32_t left = run.on;
    for (; left >= 4; left -= 4, from += 4) put(simd32::load(from), 32);
    if (left > 0) put(load_few(from, left), 8 * left);
    fill(run.after);
  }
  void finish() {
    if (held > 0) put(0, 32 - held);  // against weights of 0
  }

  static uint32_t load_few(const int8_t* from, uint32_t bytes) {  // 1 to 3, and no byte further
    uint32_t word = static_cast<uint8_t>(from[0]);
    if (bytes > 1) word |= static_cast<uint32_t>(static_cast<uint8_t>(from[1])) << 8;
    if (bytes > 2) word |= static_cast<uint32_t>(static_cast<uint8_t>(from[2])) << 16;
    return word;
  }
};

bool never_leaves(const Axis& axis, int32_t dilation) {
  return axis.pad == 0 && (axis.output - 1) * axis.stride + (axis.filter - 1) * dilation < axis.input;
}

}  // namespace

Gather::Gather(const Convolution& conv, const Rows<const int8_t>& input)
    : conv_(conv),
      input_(input),
      row_bytes_(static_cast<uint32_t>(conv.window.width.filter) * conv.input_channels),
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

// Filter rows side by side and made of whole words.
void Gather::three_inside(const Corner* corners, uint32_t* to) const {
  const auto row_of = [this](const Corner& corner, int32_t below) {
    return input_.at(static_cast<uint32_t>(corner.row + below)) + static_cast<uint32_t>(corner.column) * conv_.input_channels;
  };
  for (int32_t tap = 0, below = 0; tap < conv_.window.height.filter; ++tap, below += conv_.dilation_height)
    to = expand_three(row_of(corners[0], below), row_of(corners[1], below), row_of(corners[2], below), row_bytes_ / 4, to);
}

// Filter rows side by side and of at least four bytes. What does not fill a word waits in `pending` for the next row.
void Gather::one_inside(const Corner& corner, uint32_t* to, uint32_t columns) const {
  const uint32_t offset = static_cast<uint32_t>(corner.column) * conv_.input_channels;
  uint32_t held = 0, pending = 0;
  int32_t y = corner.row;
  for (int32_t tap = 0; tap < conv_.window.height.filter; ++tap, y += conv_.dilation_height) {
    const int8_t* from = input_.at(static_cast<uint32_t>(y)) + offset;
    uint32_t left = row_bytes_;
    if (held != 0) {
      to = put_word(pending | simd32::load(from) << 8 * held, to, columns);
      from += 4 - held, left -= 4 - held;
    }
    for (; left >= 4; left -= 4, from += 4) to = put_word(simd32::load(from), to, columns);
    held = left;
    if (held != 0) pending = simd32::load(from + held - 4) >> (32 - 8 * held);
  }
  if (held != 0) put_word(pending, to, columns);  // filled up with zeros, against weights of 0
}

template <typename Column>
void Gather::one(const Corner& corner, Column column) const {
  const int32_t width = conv_.window.width.filter;
  const Run run(conv_, corner.column, dense_ ? width : 1);
  int32_t y = corner.row;
  for (int32_t tap = 0; tap < conv_.window.height.filter; ++tap, y += conv_.dilation_height) {
    if (y < 0 || y >= conv_.window.height.input) {
      column.fill(row_bytes_);
      continue;
    }
    const int8_t* row = input_.at(static_cast<uint32_t>(y));
    column.take(row, run);
    for (int32_t i = 1; !dense_ && i < width; ++i) column.take(row, Run(conv_, corner.column + i * conv_.dilation_width, 1));
  }
  column.finish();
}

void Gather::pixels(const Place* places, uint32_t count, uint32_t* to) const {
  const uint32_t outside = static_cast<uint8_t>(conv_.input_zero_point) * 0x01010101u;
  if constexpr (kSmall) {
    for (uint32_t i = 0; i < count; ++i) one(corner_of(places[i]), ByteColumn{to + i, count, outside});
    return;
  }
  Corner corners[kMostColumns];
  uint32_t inside = 0;
  for (uint32_t i = 0; i < count; ++i) {
    corners[i] = corner_of(places[i]);
    if (is_inside(corners[i])) inside |= 1u << i;
  }
  if (dense_ && inside == 7 && row_bytes_ % 4 == 0) return three_inside(corners, to);
  for (uint32_t i = 0; i < count; ++i) {
    if (dense_ && (inside >> i & 1) != 0 && row_bytes_ >= 4)
      one_inside(corners[i], to + i, count);
    else if (conv_.input_channels % 4 == 0)
      one(corners[i], WordColumn{to + i, count, outside});
    else
      one(corners[i], ByteColumn{to + i, count, outside});
  }
}

}  // namespace mote::armv7e_m
