// The packed nodes of x86-64: their checks, scratch and runs.
#include "device/kernels/operators.h"
#include "device/kernels/packed/node.h"
#include "device/kernels/packed/x86_64.h"

namespace mote {
namespace {

using namespace x86_64;
using input_place::kPackedConstants;
using input_place::kPackedWeights;

Packed packed_of(const NodeView& node) {
  return {node.constant<int8_t>(kPackedWeights), node.constant<int32_t>(kPackedConstants)};
}

Ending ending_of(const NodeView& node) {
  const PackedClamp clamp = packed_clamp(node);
  return {clamp.low, clamp.high, node.model->rounding};
}

const Instructions& best() { return *find_instructions(0); }

const char* check_constants(const NodeView& node, uint64_t groups) {
  const uint32_t channels = node.output().shape[3];
  const uint64_t weights = uint64_t{padded_channels(channels)} * groups * kGroup;
  const uint64_t constants = uint64_t{kConstantRows} * padded_channels(channels) * sizeof(int32_t);
  if (const char* rule = check_packed_bytes(node, weights, constants)) return rule;
  return is_in_range(packed_of(node), channels) ? nullptr : "M29";
}

}  // namespace

const char* check_conv_2d_x86_64(const NodeView& node) {
  if (const char* rule = check_packed_convolution(node)) return rule;
  if (node.attribute(attribute::kPackedColumns) != 0) return "M61";
  const auto conv = packed_convolution<Convolution>(node);
  const Runs runs = runs_of(static_cast<uint32_t>(conv.window.height.filter), static_cast<uint32_t>(conv.window.width.filter),
                            conv.input_channels, conv.dilation_width);
  return check_constants(node, uint64_t{runs.count} * groups_of(runs.length));
}

uint32_t scratch_conv_2d_x86_64(const NodeView& node) {
  return static_cast<uint32_t>(conv_2d_scratch(packed_convolution<Convolution>(node)));
}

void run_conv_2d_x86_64(const NodeView& node) {
  conv_2d(best(), packed_convolution<Convolution>(node), packed_of(node), ending_of(node), node.rows<int8_t>(0),
          node.result_rows<int8_t>(), node.range, node.scratch());
}

const char* check_depthwise_conv_2d_x86_64(const NodeView& node) {
  if (const char* rule = check_packed_convolution(node)) return rule;
  const auto conv = packed_convolution<Convolution>(node);
  if (node.attribute(attribute::kPackedColumns) != 0 || conv.output_channels % conv.input_channels != 0) return "M61";
  return check_constants(node, uint64_t{static_cast<uint32_t>(conv.window.width.filter)} *
                                   groups_of(static_cast<uint32_t>(conv.window.height.filter)));
}

uint32_t scratch_depthwise_conv_2d_x86_64(const NodeView& node) {
  return static_cast<uint32_t>(depthwise_conv_2d_scratch(packed_convolution<Convolution>(node)));
}

void run_depthwise_conv_2d_x86_64(const NodeView& node) {
  depthwise_conv_2d(best(), packed_convolution<Convolution>(node), packed_of(node), ending_of(node), node.rows<int8_t>(0),
                    node.result_rows<int8_t>(), node.range, node.scratch());
}

const char* check_fully_connected_x86_64(const NodeView& node) {
  if (const char* rule = check_packed_fully_connected(node)) return rule;
  return check_constants(node, groups_of(element_count(node.input(0))));
}

uint32_t scratch_fully_connected_x86_64(const NodeView& node) {
  return static_cast<uint32_t>(fully_connected_scratch(element_count(node.input(0))));
}

void run_fully_connected_x86_64(const NodeView& node) {
  fully_connected(best(), {element_count(node.input(0)), node.output().shape[3]}, packed_of(node), ending_of(node),
                  node.data<int8_t>(0), node.result<int8_t>(), node.scratch());
}

}  // namespace mote
