// One frame of a window to one row of what the model takes further.
#pragma once

#include "device/kernels/signal/fft.h"
#include "device/runtime/run.h"

namespace mote {

// Bytes of the work that make_row needs for a model whose first node is log_mel, each 16-byte aligned.
struct FrameWork {
  int16_t* logarithms;  // of the frame, in front of a dct
  Complex* spectrum;
};

// The row of the first `nodes` of the model, log_mel and perhaps dct.
void make_row(const OpenModel& open, uint32_t nodes, const int16_t* frame, int16_t* row, const FrameWork& work);

}  // namespace mote
