// From a signal to the logarithms of its power in bands, frame after frame.
#pragma once

#include "device/kernels/signal/fft.h"

namespace mote {

// input    int16 [samples]; frame f begins at sample f * hop, and all of it is there
// window   int16 [frame] in 1/2^15; frame is at most 2^order
// places   int16 [2, bands]: the first bin of each band, then the number of its bins, at least 1; all are below fft_bins(order)
// weights  int16, 0 to 32767, in 1/2^15: those of the bins of band 0, of band 1, ...
// output   int16 [frames, bands], must not overlap the input: log2 of a band's power in raw steps, in 1/256, at least `floor`;
//          `floor` where there is no power (O45)
// spectrum fft_bins(order) values for work
struct LogMel {
  uint32_t frames, frame, hop, order, bands;
  const int16_t* window;
  const int16_t* places;
  const int16_t* weights;
  int16_t floor;
};

void log_mel_reference(const LogMel& mel, const int16_t* input, int16_t* output, Complex* spectrum);

// One frame, for a stream.
void log_mel_frame(const LogMel& mel, const int16_t* samples, int16_t* output, Complex* spectrum);

}  // namespace mote
