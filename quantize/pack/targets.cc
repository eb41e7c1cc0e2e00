// What each target's packer makes of a weighted node.
#include <cstring>

#include "quantize/pack/armv7_m.h"
#include "quantize/pack/armv7e_m.h"
#include "quantize/pack/armv8_1_m_mve.h"
#include "quantize/pack/weighted_node.h"
#include "quantize/pack/x86_64.h"

namespace mote {
namespace {

// RAM is dearer than the instructions that more columns save, once a filter is long.
constexpr size_t kMostColumnScratch = 2560;

bool is_one_to_one(const WeightedNode& node) {
  return node.op != Op::depthwise_conv_2d || node.input_channels == node.output_channels;
}

uint32_t columns_for(const WeightedNode& node, const armv7e_m::Constants& constants) {
  uint32_t columns = armv7e_m::most_columns(constants);
  const auto conv = node.convolution<armv7e_m::Convolution>();
  while (columns > 1 && armv7e_m::conv_2d_scratch(conv, columns) > kMostColumnScratch) --columns;
  return columns;
}

}  // namespace

std::optional<PackedParts> pack_armv7e_m(const WeightedNode& node) {
  const armv7e_m::Constants constants = {
      node.order, node.wide_weights, node.bias, node.multipliers, node.shifts, node.input_zero_point, node.output_zero_point};
  if (!is_one_to_one(node) || !armv7e_m::suits(constants)) return std::nullopt;
  const auto conv = node.convolution<armv7e_m::Convolution>();
  const armv7e_m::PackedConstants packed = node.op == Op::conv_2d             ? armv7e_m::pack_conv_2d(constants)
                                           : node.op == Op::depthwise_conv_2d ? armv7e_m::pack_depthwise_conv_2d(constants, conv)
                                                                              : armv7e_m::pack_fully_connected(constants);
  return PackedParts{as_bytes_of<int8_t>(packed.weights), as_bytes_of<int32_t>(packed.records),
                     node.op == Op::conv_2d ? columns_for(node, constants) : 0};
}

std::optional<PackedParts> pack_armv7_m(const WeightedNode& node) {
  const armv7_m::Constants constants = {
      node.order, node.wide_weights, node.bias, node.multipliers, node.shifts, node.input_zero_point, node.output_zero_point};
  if (!is_one_to_one(node) || !armv7_m::suits(constants)) return std::nullopt;
  const auto conv = node.convolution<armv7_m::Convolution>();
  const uint32_t columns = node.op == Op::conv_2d ? armv7_m::columns_within(conv, kMostColumnScratch) : 0;
  const armv7_m::PackedConstants packed = node.op == Op::conv_2d             ? armv7_m::pack_conv_2d(constants, columns)
                                          : node.op == Op::depthwise_conv_2d ? armv7_m::pack_depthwise_conv_2d(constants, conv)
                                                                             : armv7_m::pack_fully_connected(constants);
  return PackedParts{packed.weights, as_bytes_of<int32_t>(packed.records), columns};
}

std::optional<PackedParts> pack_armv8_1_m_mve(const WeightedNode& node) {
  using namespace armv8_1_m_mve;
  const Constants constants = {node.weights, node.bias, node.multipliers, node.shifts, node.input_zero_point, node.rounding};
  const auto conv = node.convolution<Convolution>();
  const FullyConnected layer = {node.input_channels, node.output_channels};
  const bool suits = node.op == Op::conv_2d             ? suits_conv_2d(conv, constants)
                     : node.op == Op::depthwise_conv_2d ? is_depthwise_in_range(conv) && suits_depthwise_conv_2d(conv, constants)
                                                        : suits_fully_connected(layer, constants);
  if (!suits) return std::nullopt;
  PackedConstants packed = node.op == Op::conv_2d             ? pack_conv_2d(conv, constants)
                           : node.op == Op::depthwise_conv_2d ? pack_depthwise_conv_2d(conv, constants)
                                                              : pack_fully_connected(layer, constants);
  return PackedParts{std::move(packed.filters), std::move(packed.scales), 0};
}

std::optional<PackedParts> pack_x86_64(const WeightedNode& node) {
  using namespace x86_64;
  const bool depthwise = node.op == Op::depthwise_conv_2d;
  const Filter filter = {node.output_channels, static_cast<uint32_t>(node.window.height.filter),
                         static_cast<uint32_t>(node.window.width.filter), depthwise ? 1 : node.input_channels, node.weights};
  const NodeConstants constants = {node.bias,    node.multipliers, node.shifts, node.input_zero_point, node.output_zero_point,
                                   node.rounding};
  if (!suits(filter, depthwise ? WeightForm::by_tap : WeightForm::by_channel, constants)) return std::nullopt;
  PackedNode packed = node.op == Op::conv_2d ? pack_conv_2d(filter, node.window.width.dilation, constants)
                      : depthwise            ? pack_depthwise_conv_2d(filter, constants)
                                             : pack_fully_connected(filter, constants);
  return PackedParts{std::move(packed.weights), std::move(packed.constants), 0};
}

}  // namespace mote
