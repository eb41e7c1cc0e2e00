// What of a model a stream does sample by sample, and what it leaves to the runtime.
#pragma once

#include "device/model/model.h"

namespace mote {

// Of a window that begins with log_mel each row of `rows` is made of one frame, whatever the window. So a stream makes it once,
// and puts rows where `nodes` of the model's nodes would.
struct StreamWindow {
  uint16_t source;  // the tensor of the window's samples, [1, H, W, channels]
  uint16_t rows;    // the tensor that the stream writes: [1, 1, frames, numbers], or the samples themselves
  uint16_t nodes;   // whose work that is, from node 0 on: 2 for log_mel and dct, 1 for log_mel, 0 for none
};

// False when the model does not take a window of int16 samples.
bool find_window(const Model& model, StreamWindow* window);

}  // namespace mote
