// The packed nodes of Armv8.1-M with Helium: their checks, scratch and runs.
#include "device/kernels/operators.h"
#include "device/kernels/packed/armv8_1_m_mve.h"
#include "device/kernels/packed/node.h"

namespace mote {
namespace {

using namespace armv8_1_m_mve;
using input_place::kPackedConstants;
using input_place::kPackedWeights;

Packed packed_of(const NodeView& node) {
  return {node.constant<int32_t>(kPackedConstants), node.constant<int8_t>(kPackedWeights)};
}

Ending ending_of(const NodeView& node) {
  const PackedClamp clamp = packed_clamp(node);
  return {node.output().zero_point, clamp.low, clamp.high, node.model->rounding};
}

FullyConnected layer_of(const NodeView& node) { return {element_count(node.input(0)), node.output().shape[3]}; }

const char* check_constants(const NodeView& node, size_t filter_bytes) {
  const uint32_t channels = node.output().shape[3];
  if (const char* rule = check_packed_bytes(node, filter_bytes, scales_count(channels) * sizeof(int32_t))) return rule;
  return are_scales_in_range(packed_of(node).scales, channels) ? nullptr : "M29";
}

}  // namespace

const char* check_conv_2d_armv8_1_m_mve(const NodeView& node) {
  if (const char* rule = check_packed_convolution(node)) return rule;
  if (node.attribute(attribute::kPackedColumns) != 0) return "M61";
  return check_constants(node, conv_2d_filter_bytes(packed_convolution<Convolution>(node)));
}

uint32_t scratch_conv_2d_armv8_1_m_mve(const NodeView& node) {
  return static_cast<uint32_t>(conv_2d_scratch(packed_convolution<Convolution>(node)));
}

void run_conv_2d_armv8_1_m_mve(const NodeView& node) {
  conv_2d(packed_convolution<Convolution>(node), packed_of(node), ending_of(node), node.rows<int8_t>(0),
          node.result_rows<int8_t>(), node.range, node.scratch());
}

const char* check_depthwise_conv_2d_armv8_1_m_mve(const NodeView& node) {
  if (const char* rule = check_packed_convolution(node)) return rule;
  const auto conv = packed_convolution<Convolution>(node);
  if (node.attribute(attribute::kPackedColumns) != 0 || !is_depthwise_in_range(conv)) return "M61";
  return check_constants(node, depthwise_conv_2d_filter_bytes(conv));
}

uint32_t scratch_depthwise_conv_2d_armv8_1_m_mve(const NodeView& node) {
  return static_cast<uint32_t>(depthwise_conv_2d_scratch(packed_convolution<Convolution>(node)));
}

void run_depthwise_conv_2d_armv8_1_m_mve(const NodeView& node) {
  depthwise_conv_2d(packed_convolution<Convolution>(node), packed_of(node), ending_of(node), node.rows<int8_t>(0),
                    node.result_rows<int8_t>(), node.range, node.scratch());
}

const char* check_fully_connected_armv8_1_m_mve(const NodeView& node) {
  if (const char* rule = check_packed_fully_connected(node)) return rule;
  return check_constants(node, fully_connected_filter_bytes(layer_of(node)));
}

uint32_t scratch_fully_connected_armv8_1_m_mve(const NodeView& node) {
  return static_cast<uint32_t>(fully_connected_scratch(layer_of(node)));
}

void run_fully_connected_armv8_1_m_mve(const NodeView& node) {
  fully_connected(layer_of(node), packed_of(node), ending_of(node), node.data<int8_t>(0), node.result<int8_t>(), node.scratch());
}

}  // namespace mote
