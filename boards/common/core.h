// The few instructions that a program needs of its core by name: mote::core of the architecture that this is compiled for.
#pragma once

#ifdef __riscv
#include "boards/common/riscv/core.h"
#else
#include "boards/common/cortex-m/core.h"
#endif
