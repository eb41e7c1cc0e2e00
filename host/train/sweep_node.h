// A graph's node with the strides and margins of a sweep.
#pragma once

#include "host/train/layer.h"

namespace mote {

inline Node node_of(Op op, const Sweep& sweep, std::vector<ValueId> inputs) {
  Node node;
  node.op = op;
  node.inputs = std::move(inputs);
  node.stride_height = sweep.stride_height;
  node.stride_width = sweep.stride_width;
  node.pad_top = sweep.pad_top;
  node.pad_left = sweep.pad_left;
  node.pad_bottom = sweep.pad_bottom;
  node.pad_right = sweep.pad_right;
  return node;
}

}  // namespace mote
