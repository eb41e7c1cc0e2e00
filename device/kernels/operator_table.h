// The tables behind find_operator and find_kernel. They stand apart from these, so that the code of these is the same for every
// set of operators: the host adds up what a program takes from its parts (host/firmware/footprint.h).
#pragma once

#include "device/kernels/operators.h"

namespace mote {

struct PackedKernel {
  Target target;
  uint16_t code;
  Kernel kernel;
};

extern const Operator kOperators[];
extern const uint32_t kOperatorCount;
extern const PackedKernel kPackedKernels[];  // ends with one whose target is portable

}  // namespace mote
