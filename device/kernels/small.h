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

}  // namespace mote
