// The packed nodes of Armv7-M: their checks, scratch and runs.
#include "device/kernels/operators.h"
#include "device/kernels/packed/armv7_m.h"
#include "device/kernels/packed/node.h"

namespace mote {
namespace {

using namespace armv7_m;
using input_place::kPackedConstants;
using input_place::kPackedWeights;

Packed packed_of(const NodeView& node) {
  return {node.constant<int8_t>(kPackedWeights), node.constant<Requantization>(kPackedConstants)};
}

Ending ending_of(const NodeView& node) {
  const PackedClamp clamp = packed_clamp(node);
  return {clamp.low, clamp.high, node.model->rounding};
}

// `block` channels have records together.
const char* check_constants(const NodeView& node, size_t weight_bytes, uint32_t block) {
  const uint32_t records = padded(node.output().shape[3], block);
  if (const char* rule = check_packed_bytes(node, weight_bytes, uint64_t{records} * sizeof(Requantization))) return rule;
  for (uint32_t i = 0; i < records; ++i)
    if (!is_in_range(node.constant<Requantization>(kPackedConstants)[i])) return "M29";
  return nullptr;
}

uint32_t columns_of(const NodeView& node) { return static_cast<uint32_t>(node.attribute(attribute::kPackedColumns)); }

}  // namespace

const char* check_conv_2d_armv7_m(const NodeView& node) {
  if (const char* rule = check_packed_convolution(node)) return rule;
  if (columns_of(node) < 1 || columns_of(node) > kMostColumns) return "M61";
  const auto conv = packed_convolution<Convolution>(node);
  return check_constants(node, conv_2d_bytes(conv.output_channels, taps_of(conv), columns_of(node)), block_of(columns_of(node)));
}

uint32_t scratch_conv_2d_armv7_m(const NodeView& node) {
  return static_cast<uint32_t>(conv_2d_scratch(packed_convolution<Convolution>(node), columns_of(node)));
}

void run_conv_2d_armv7_m(const NodeView& node) {
  conv_2d(packed_convolution<Convolution>(node), packed_of(node), ending_of(node), node.rows<int8_t>(0),
          node.result_rows<int8_t>(), node.range, columns_of(node), node.scratch());
}

const char* check_depthwise_conv_2d_armv7_m(const NodeView& node) {
  if (const char* rule = check_packed_convolution(node)) return rule;
  const auto conv = packed_convolution<Convolution>(node);
  if (columns_of(node) != 0 || conv.input_channels != conv.output_channels) return "M61";
  return check_constants(node, depthwise_conv_2d_bytes(conv), 1);
}

uint32_t scratch_depthwise_conv_2d_armv7_m(const NodeView& node) {
  return static_cast<uint32_t>(depthwise_conv_2d_scratch(packed_convolution<Convolution>(node)));
}

void run_depthwise_conv_2d_armv7_m(const NodeView& node) {
  depthwise_conv_2d(packed_convolution<Convolution>(node), packed_of(node), ending_of(node), node.rows<int8_t>(0),
                    node.result_rows<int8_t>(), node.range, node.scratch());
}

const char* check_fully_connected_armv7_m(const NodeView& node) {
  if (const char* rule = check_packed_fully_connected(node)) return rule;
  return check_constants(node, fully_connected_bytes(node.output().shape[3], element_count(node.input(0))), kWordBlock);
}

uint32_t scratch_fully_connected_armv7_m(const NodeView& node) {
  return static_cast<uint32_t>(fully_connected_scratch(element_count(node.input(0))));
}

void run_fully_connected_armv7_m(const NodeView& node) {
  fully_connected({element_count(node.input(0)), node.output().shape[3]}, packed_of(node), ending_of(node), node.data<int8_t>(0),
                  node.result<int8_t>(), node.scratch());
}

}  // namespace mote
