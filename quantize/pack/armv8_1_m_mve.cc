// Packs the constants of weighted operators for Armv8.1-M with Helium.
#include "quantize/pack/armv8_1_m_mve.h"

#include <algorithm>
#include <bit>
#include <optional>

static_assert(std::endian::native == std::endian::little);

namespace mote::armv8_1_m_mve {
namespace {

// Where a channel's taps lie in the operator's weights, in the kernel's order. No value: padding inside the filter.
using TapOrder = std::vector<std::optional<size_t>>;

TapOrder conv_2d_order(const Convolution& conv) {
  const auto rows = static_cast<size_t>(conv.window.height.filter), columns = static_cast<size_t>(conv.window.width.filter);
  TapOrder order;
  for (size_t column = 0; column < columns; ++column)
    for (size_t row = 0; row < rows; ++row)
      for (size_t channel = 0; channel < conv.input_channels; ++channel)
        order.emplace_back((row * columns + column) * conv.input_channels + channel);
  return order;
}

TapOrder depthwise_order(const Convolution& conv) {
  const auto rows = static_cast<size_t>(conv.window.height.filter), columns = static_cast<size_t>(conv.window.width.filter);
  const size_t words = (rows + kTile - 1) / kTile * columns;
  TapOrder order;
  for (size_t word = 0; word < (words + kTile - 1) / kTile * kTile; ++word)
    for (size_t i = 0; i < kTile; ++i) {
      const size_t row = word / columns * kTile + i, column = word % columns;
      order.push_back(row < rows ? std::optional((row * columns + column) * conv.output_channels) : std::nullopt);
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

  PackedConstants pack() const {
    const auto channels = static_cast<uint32_t>(constants.bias.size());
    PackedConstants packed;
    for (size_t first = 0; first < size_t{blocks_of(channels)} * kBlock; first += kBlock) {
      for (size_t i = 0; i < kBlock; ++i) packed.scales.push_back(multiplier(first + i));
      for (size_t i = 0; i < kBlock; ++i) packed.scales.push_back(shift(first + i));
      append_filters(packed.filters, first);
    }
    return packed;
  }

 private:
  void append_filters(std::vector<int8_t>& bytes, size_t first) const {
    for (size_t i = 0; i < kBlock; ++i) {
      const auto value = static_cast<int32_t>(bias(first + i));
      const auto* word = reinterpret_cast<const int8_t*>(&value);
      bytes.insert(bytes.end(), word, word + sizeof value);
    }
    for (size_t tap = 0; tap < order.size(); tap += kVector)
      for (size_t i = 0; i < kBlock; ++i)
        for (size_t lane = 0; lane < kVector; ++lane) bytes.push_back(weight(first + i, tap + lane));
  }
};

Packer conv_2d_packer(const Convolution& conv, const Constants& constants) {
  TapOrder order = conv_2d_order(conv);
  const size_t taps = order.size();
  return {constants, std::move(order), taps};
}

Packer depthwise_packer(const Convolution& conv, const Constants& constants) { return {constants, depthwise_order(conv), 1}; }

Packer fully_connected_packer(const FullyConnected& layer, const Constants& constants) {
  return {constants, plain_order(layer.inputs), layer.inputs};
}

}  // namespace

bool suits_conv_2d(const Convolution& conv, const Constants& constants) { return conv_2d_packer(conv, constants).suits(); }
bool suits_depthwise_conv_2d(const Convolution& conv, const Constants& constants) {
  return is_depthwise_in_range(conv) && depthwise_packer(conv, constants).suits();
}
bool suits_fully_connected(const FullyConnected& layer, const Constants& constants) {
  return fully_connected_packer(layer, constants).suits();
}

PackedConstants pack_conv_2d(const Convolution& conv, const Constants& constants) {
  return conv_2d_packer(conv, constants).pack();
}
PackedConstants pack_depthwise_conv_2d(const Convolution& conv, const Constants& constants) {
  return depthwise_packer(conv, constants).pack();
}
PackedConstants pack_fully_connected(const FullyConnected& layer, const Constants& constants) {
  return fully_connected_packer(layer, constants).pack();
}

}  // namespace mote::armv8_1_m_mve
