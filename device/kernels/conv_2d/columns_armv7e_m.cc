// Gathers the taps under output pixels: runs of the input's bytes, and its zero point where there is no input.
#include "device/kernels/conv_2d/columns_armv7e_m.h"

#include "device/kernels/packed/armv7e_m/expand.h"
#include "device/kernels/requantize.h"

namespace mote::armv7e_m {
namespace {

// The first `count` bytes of four, 0 to 3.
uint32_t first_bytes(uint32_t word, uint32_t count) { return word & ((1u << 8 * count) - 1); }

// Where bytes come from: the input, or nowhere.
struct Input {
  const int8_t* from;

  uint32_t word(uint32_t at) const { return simd32::load(from + at); }
  uint32_t bytes(uint32_t at, uint32_t count) const {  // 1 to 3, and no byte further
    uint32_t word = static_cast<uint8_t>(from[at]);
    if (count > 1) word |= static_cast<uint32_t>(static_cast<uint8_t>(from[at + 1])) << 8;
    if (count > 2) word |= static_cast<uint32_t>(static_cast<uint8_t>(from[at + 2])) << 16;
    return word;
  }
};
struct Constant {
  uint32_t value;

  uint32_t word(uint32_t) const { return value; }
  uint32_t bytes(uint32_t, uint32_t count) const { return first_bytes(value, count); }
};

// Bytes one after the other, expanded four by four.
class Writer {
 public:
  Writer(uint32_t* to, uint32_t columns) : to_(to), columns_(columns) {}

  template <typename Source>
  void take(const Source& source, uint32_t count) {
    uint32_t at = 0;
    if (held_ != 0 && count >= 4) {
      put(pending_ | source.word(0) << 8 * held_);
      at = 4 - held_;
      held_ = 0;
    }
    if (held_ == 0) {
      pending_ = 0;
      for (; at + 4 <= count; at += 4) put(source.word(at));
    }
    if (at < count) take_few(source.bytes(at, count - at), count - at);
  }

 private:
  void take_few(uint32_t word, uint32_t count) {
    pending_ |= word << 8 * held_;
    const uint32_t taken = 4 - held_;
    held_ += count;
    if (held_ < 4) return;
    put(pending_);
    held_ -= 4;
    pending_ = held_ == 0 ? 0 : word >> 8 * taken;
  }
  void put(uint32_t word) { put_word(word, to_, columns_); }

  uint32_t* to_;
  uint32_t columns_;
  uint32_t pending_ = 0, held_ = 0;
};

// Where the filter's first tap lies.
struct Corner {
  int32_t row, column;

  Corner(const Convolution& conv, const Place& place)
      : row(static_cast<int32_t>(place.y) * conv.window.height.stride - conv.window.height.pad),
        column(static_cast<int32_t>(place.x) * conv.window.width.stride - conv.window.width.pad) {}

  bool inside(const Convolution& conv) const {
    return row >= 0 && row + (conv.window.height.filter - 1) * conv.dilation_height < conv.window.height.input && column >= 0 &&
           column + conv.window.width.filter <= conv.window.width.input;
  }
};

// Taps side by side, in bytes: `before` and `after` lie outside of the input, `on` bytes begin at byte `from` of a row.
struct Run {
  uint32_t before, from, on, after;

  Run(const Convolution& conv, int32_t column, int32_t count) {
    const int32_t limit = conv.window.width.input;
    const int32_t first = clamp(-column, 0, count), last = clamp(limit - column, first, count);
    before = static_cast<uint32_t>(first) * conv.input_channels;
    from = static_cast<uint32_t>(column + first) * conv.input_channels;
    on = static_cast<uint32_t>(last - first) * conv.input_channels;
    after = static_cast<uint32_t>(count - last) * conv.input_channels;
  }

  void take(const int8_t* row, const Constant& outside, Writer& writer) const {
    if (before != 0) writer.take(outside, before);
    if (on != 0) writer.take(Input{row + from}, on);
    if (after != 0) writer.take(outside, after);
  }
};

void gather_one(const Convolution& conv, const Rows<const int8_t>& input, const Corner& corner, Writer writer) {
  const int32_t width = conv.window.width.filter;
  const bool dense = conv.dilation_width == 1;
  const Run run(conv, corner.column, dense ? width : 1);
  const Constant outside = {static_cast<uint8_t>(conv.input_zero_point) * 0x01010101u};
  int32_t y = corner.row;
  for (int32_t tap = 0; tap < conv.window.height.filter; ++tap, y += conv.dilation_height) {
    if (y < 0 || y >= conv.window.height.input) {
      writer.take(outside, static_cast<uint32_t>(width) * conv.input_channels);
      continue;
    }
    const int8_t* row = input.at(static_cast<uint32_t>(y));
    run.take(row, outside, writer);
    for (int32_t i = 1; !dense && i < width; ++i)
      Run(conv, corner.column + i * conv.dilation_width, 1).take(row, outside, writer);
  }
  if (taps_of(conv) % 4 != 0) writer.take(Constant{0}, 4 - taps_of(conv) % 4);  // against weights of 0
}

// Three pixels whose filter rows lie wholly inside the input and are made of whole words.
void gather_three(const Convolution& conv, const Rows<const int8_t>& input, const Corner* corners, uint32_t* to) {
  const uint32_t channels = conv.input_channels, words = static_cast<uint32_t>(conv.window.width.filter) * channels / 4;
  const auto row_of = [&](const Corner& corner, int32_t below) {
    return input.at(static_cast<uint32_t>(corner.row + below)) + static_cast<uint32_t>(corner.column) * channels;
  };
  for (int32_t tap = 0, below = 0; tap < conv.window.height.filter; ++tap, below += conv.dilation_height)
    expand_three(row_of(corners[0], below), row_of(corners[1], below), row_of(corners[2], below), words, to);
}

}  // namespace

void gather(const Convolution& conv, const Rows<const int8_t>& input, const Place* places, uint32_t count, uint32_t* to) {
  if (count == 3 && conv.dilation_width == 1 && static_cast<uint32_t>(conv.window.width.filter) * conv.input_channels % 4 == 0) {
    const Corner corners[] = {{conv, places[0]}, {conv, places[1]}, {conv, places[2]}};
    if (corners[0].inside(conv) && corners[1].inside(conv) && corners[2].inside(conv))
      return gather_three(conv, input, corners, to);
  }
  for (uint32_t i = 0; i < count; ++i) gather_one(conv, input, {conv, places[i]}, {to + i, count});
}

}  // namespace mote::armv7e_m
