// One range for values that share an int8 scale.
#pragma once

#include "quantize/calibrate/calibration.h"

namespace mote {

// Gives the output of an operator that keeps its input's scale that input's range, and what a value is put together from the
// range of the whole, wherever nothing else reads the part. Lowering then needs no table to bring the part to the scale of the
// whole.
//
// A fill counts with its value, unless that is as low or as high as a float goes (the padding of a maximum): it saturates then.
void join_ranges(const Graph& graph, Calibration& calibration);

}  // namespace mote
