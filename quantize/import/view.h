// Patterns of a tensor's elements at even distances, and the nodes that read and write them.
#pragma once

#include "device/model/container.h"
#include "quantize/import/tflite_node.h"

namespace mote {

// Element (i0, i1, ...) of the view is element offset + sum of i_k * strides[k] of a dense tensor.
struct View {
  Extents extents;
  std::vector<int64_t> strides;
  int64_t offset = 0;

  static View of(const Extents& extents);  // all of a tensor

  // Its dimensions in another order: dimension k becomes order[k].
  View permuted(const std::vector<uint32_t>& order) const;
  // `count` of dimension `axis`, from `begin` on, `step` apart.
  View sliced(uint32_t axis, int64_t begin, int64_t step, uint32_t count) const;
  // Dimension `axis` as two, the second of `inner`, which divides it.
  View divided(uint32_t axis, uint32_t inner) const;
  // The same elements in the same order, with as few dimensions as they need.
  View merged() const;
};

// A negative axis counts from the last of `rank` dimensions.
Result<uint32_t> axis_of(int64_t axis, size_t rank);

// Adds what copies `view` of `from` to output `place` of the operator; nothing when that is `from` itself.
Result<void> move(TfliteNode& node, ValueId from, const View& view, uint32_t place = 0);
// The same, to a new value under `shape`.
Result<ValueId> copied(TfliteNode& node, ValueId from, const View& view, const Shape& shape);

// Adds what writes `part` into `base`, where `view` of the output says; to a new value, or to the operator's output.
Result<ValueId> placed(TfliteNode& node, ValueId base, ValueId part, const View& view, bool last);
// A new value like the operator's output, with one value everywhere; that output itself when nothing is placed into it.
Result<ValueId> filled(TfliteNode& node, int32_t value, bool last);

}  // namespace mote
