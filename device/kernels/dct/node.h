// What a dct node says, for those that run it row by row.
#pragma once

#include "device/kernels/dct/dct.h"
#include "device/kernels/node.h"

namespace mote {

// REQUIRES a node that the verifier has accepted.
inline Dct dct_of(const NodeView& node) {
  const TensorRecord& input = node.input(0);
  return {input.shape[1] * input.shape[2], input.shape[3], node.output().shape[3],
          static_cast<uint32_t>(node.attribute(attribute::kDctShift)), node.constant<int16_t>(1)};
}

}  // namespace mote
