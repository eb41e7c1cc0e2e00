// Walks, proven to stay inside.
#include "quantize/operators/moving.h"

#include "device/model/container.h"
#include "quantize/operators/geometry.h"

namespace mote {

Result<Strided> strided_walk(const Node& node, uint64_t dense, uint64_t count) {
  Strided strided{};
  uint64_t product = 1;
  for (size_t k = 0; k < 3; ++k) {
    const int32_t extent = node.numbers[attribute::kStridedExtent + k];
    if (extent < 1 || static_cast<uint64_t>(extent) > kMostElements) return shape_problem("its walk has no extents");
    strided.extents[k] = static_cast<uint32_t>(extent);
    product *= strided.extents[k];
    if (product > dense) return shape_problem("its walk has more elements than there are");
  }
  if (dense % product != 0) return shape_problem("its walk does not have as many elements as there are");
  strided.extents[3] = static_cast<uint32_t>(dense / product);
  for (size_t k = 0; k < 4; ++k) strided.strides[k] = node.numbers[attribute::kStridedStride + k];
  strided.offset = node.numbers[attribute::kStridedOffset];
  if (!is_inside(strided, static_cast<uint32_t>(count))) return shape_problem("its walk leaves the tensor");
  return strided;
}

}  // namespace mote
