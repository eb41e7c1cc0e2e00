// The bounds of a strided walk (docs/spec/model-format.md, M39).
#include "device/kernels/strided.h"

namespace mote {

bool is_strided(const NodeView& node, uint32_t dense) {
  uint64_t product = 1;
  for (uint32_t k = 0; k < 3; ++k) {
    const int32_t extent = node.attribute(attribute::kStridedExtent + k);
    if (extent < 1) return false;
    product *= static_cast<uint32_t>(extent);
    if (product > dense) return false;
  }
  return dense % product == 0;
}

Strided strided_of(const NodeView& node, uint32_t dense) {
  Strided strided;
  uint32_t last = dense;
  for (uint32_t k = 0; k < 3; ++k) {
    strided.extents[k] = static_cast<uint32_t>(node.attribute(attribute::kStridedExtent + k));
    last /= strided.extents[k];
  }
  strided.extents[3] = last;
  for (uint32_t k = 0; k < 4; ++k) strided.strides[k] = node.attribute(attribute::kStridedStride + k);
  strided.offset = node.attribute(attribute::kStridedOffset);
  return strided;
}

// Extents are below 2^29 and strides 32 bits wide: no sum of four products leaves 64 bits.
bool is_inside(const Strided& strided, uint32_t count) {
  int64_t lowest = strided.offset, highest = strided.offset;
  for (uint32_t k = 0; k < 4; ++k) {
    const int64_t reach = (int64_t{strided.extents[k]} - 1) * strided.strides[k];
    (reach < 0 ? lowest : highest) += reach;
  }
  return lowest >= 0 && highest < int64_t{count};
}

}  // namespace mote
