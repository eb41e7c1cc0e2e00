// One frame of a window to one row of what the model takes further.
#pragma once

#include "device/kernels/signal/fft.h"
#include "device/runtime/run.h"

namespace mote {

// Memory that make_row works in.
struct FrameWork {
  int16_t* logarithms;  // as many as log_mel has bands; in front of a dct only
  Complex* spectrum;    // fft_bins() of log_mel's order
};

// What the first `nodes` of the model, log_mel and perhaps dct, make of one frame.
void make_row(const OpenModel& open, uint32_t nodes, const int16_t* frame, int16_t* row, const FrameWork& work);

}  // namespace mote
