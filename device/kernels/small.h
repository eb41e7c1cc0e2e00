// Whether this build prefers little code to speed: PROFILE small of mote_add_device (device/mote_device.cmake).
#pragma once

namespace mote {

#if MOTE_SMALL
constexpr bool kSmall = true;
#define MOTE_NOT_INLINED [[gnu::noinline]]  // where that is less code, for what is called often
#else
constexpr bool kSmall = false;
#define MOTE_NOT_INLINED
#endif

// Whether an operator that models seldom have makes do with its plain kernel: also where flash is small anyway.
#if MOTE_SMALL || defined(__ARM_ARCH_6M__)
constexpr bool kPlain = true;
#else
constexpr bool kPlain = false;
#endif

}  // namespace mote
