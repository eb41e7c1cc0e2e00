// Packs the constants of weighted operators for Armv8.1-M with Helium.
#include "quantize/pack/armv8_1_m_mve.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>

static_assert(std::endian::native == std::endian::little);

namespace mote::mve {
namespace {

// Where a channel's taps lie in the operator's weights, in the kernel's order. No value: padding inside the filter.
using TapOrder = std::vector<std::optional<size_t>>;

TapOrder conv_2d_order(const Convolution& shape) {
  const auto rows = static_cast<size_t>(shape.window.height.filter), columns = static_cast<size_t>(shape.window.width.filter);
  TapOrder order;
  for (size_t column = 0; column < columns; ++column)
    for (size_t row = 0; row < rows; ++row)
      for (size_t channel = 0; channel < shape.input_channels; ++channel)
        order.emplace_back((row * columns + column) * shape.input_channels + channel);
  return order;
}

TapOrder depthwise_order(const Convolution& shape) {
  const auto rows = static_cast<size_t>(shape.window.height.filter), columns = static_cast<size_t>(shape.window.width.filter);
  TapOrder order;
  for (size_t tile_row = 0; tile_row < rows; tile_row += kTile)
    for (size_t tile_column = 0; tile_column < columns; tile_column += kTile)
      for (size_t lane = 0; lane < kVector; ++lane) {
        const size_t row = tile_row + lane % kTile, column = tile_column + lane / kTile;
        const bool there = row < rows && column < columns;
        order.push_back(there ? std::optional((row * columns + column) * shape.output_channels) : std::nullopt);
      }
  return order;
}

TapOrder plain_order(size_t taps) {
  TapOrder order;
  for (size_t tap = 0; tap < taps; ++tap) order.emplace_back(tap);
  return order;
}

// The weights of channel o begin at o * channel_stride.
struct Packer {
  const Constants& constants;
  TapOrder order;
  size_t channel_stride;

  int8_t weight(size_t channel, size_t tap) const {
    if (channel >= constants.bias.size() || tap >= order.size() || !order[tap]) return 0;
    return constants.weights[channel * channel_stride + *order[tap]];
  }

  int64_t bias(size_t channel) const {
    if (channel >= constants.bias.size()) return 0;
    int64_t sum = 0;
    for (size_t tap = 0; tap < order.size(); ++tap) sum += weight(channel, tap);
    return constants.bias[channel] - constants.input_zero_point * sum;
  }

  // A multiplier of 0 has whatever shift the portable form gave it; its product is 0 with any.
  int32_t shift(size_t channel) const {
    if (channel >= constants.bias.size() || constants.multipliers[channel] == 0) return -1;
    return constants.shifts[channel] + (constants.rounding == Rounding::single_rounding ? 1 : 0);
  }

  int32_t multiplier(size_t channel) const { return channel < constants.bias.size() ? constants.multipliers[channel] : 0; }

  bool suits() const {
    for (size_t channel = 0; channel < constants.bias.size(); ++channel) {
      if (shift(channel) < -31 || shift(channel) > -1) return false;
      if (bias(channel) < INT32_MIN || bias(channel) > INT32_MAX) return false;
    }
    return true;
  }

  std::vector<int8_t> pack() const {
    const size_t channels = size_t{blocks_of(static_cast<uint32_t>(constants.bias.size()))} * kBlock;
    std::vector<int8_t> bytes;
    for (size_t first = 0; first < channels; first += kBlock) {
      for (size_t i = 0; i < kBlock; ++i) append(bytes, multiplier(first + i));
      for (size_t i = 0; i < kBlock; ++i) append(bytes, shift(first + i));
    }
    for (size_t first = 0; first < channels; first += kBlock) append_filter(bytes, first);
    return bytes;
  }

 private:
  static void append(std::vector<int8_t>& bytes, int32_t value) {
    int8_t word[sizeof value];
    std::memcpy(word, &value, sizeof value);
    bytes.insert(bytes.end(), word, word + sizeof word);
  }

  void append_filter(std::vector<int8_t>& bytes, size_t first) const {
    for (size_t i = 0; i < kBlock; ++i) append(bytes, static_cast<int32_t>(bias(first + i)));
    for (size_t tap = 0; tap < order.size(); tap += kVector)
      for (size_t i = 0; i < kBlock; ++i)
        for (size_t lane = 0; lane < kVector; ++lane) bytes.push_back(weight(first + i, tap + lane));
  }
};

Packer conv_2d_packer(const Convolution& shape, const Constants& constants) {
  TapOrder order = conv_2d_order(shape);
  const size_t taps = order.size();
  return {constants, std::move(order), taps};
}

Packer depthwise_packer(const Convolution& shape, const Constants& constants) { return {constants, depthwise_order(shape), 1}; }

Packer fully_connected_packer(const Constants& constants) {
  const size_t inputs = constants.weights.size() / constants.bias.size();
  return {constants, plain_order(inputs), inputs};
}

}  // namespace

bool suits_conv_2d(const Convolution& shape, const Constants& constants) { return conv_2d_packer(shape, constants).suits(); }
bool suits_depthwise_conv_2d(const Convolution& shape, const Constants& constants) {
  return depthwise_conv_2d_takes(shape) && depthwise_packer(shape, constants).suits();
}
bool suits_fully_connected(const Constants& constants) { return fully_connected_packer(constants).suits(); }

std::vector<int8_t> pack_conv_2d(const Convolution& shape, const Constants& constants) {
  return conv_2d_packer(shape, constants).pack();
}
std::vector<int8_t> pack_depthwise_conv_2d(const Convolution& shape, const Constants& constants) {
  return depthwise_packer(shape, constants).pack();
}
std::vector<int8_t> pack_fully_connected(const Constants& constants) { return fully_connected_packer(constants).pack(); }

}  // namespace mote::mve
