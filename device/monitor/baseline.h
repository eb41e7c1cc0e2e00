// The baseline section of a model, read in place on the device (device/format/model.fbs: Baseline).
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "device/monitor/sketch.h"

namespace mote {

// What the monitor needs of one scalar.
struct ScalarReference {
  int16_t edges[kSketchEdges];
  int32_t cusum_slack;  // k and h of the CUSUM, in quanta * 256
  int32_t cusum_limit;
};

// Points into the section; an empty one has no scalars.
struct BaselineView {
  const uint8_t* scalars;
  uint32_t count;
};

// False for bytes that are no Baseline, and the view is then empty. Edges that do not ascend are read as they are: a value is
// then counted in some bin, and nothing worse.
bool baseline_view(const void* bytes, size_t count, BaselineView* view);

// `index` < view.count
ScalarReference baseline_scalar(const BaselineView& view, uint32_t index);

}  // namespace mote
