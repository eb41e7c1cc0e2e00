// The crypto port over mbedTLS 2.28: Debian's library on the host, a static pool on firmware (boards/common/mbedtls).
#pragma once

#include "device/port/crypto.h"

namespace mote {

// Keeps no state between calls and may be used from several threads where mbedTLS's allocator may. A verify or sign takes up to
// about 3 KiB of mbedTLS's memory and gives all of it back.
Crypto mbedtls_crypto();

}  // namespace mote
