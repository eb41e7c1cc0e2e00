// What a device is, as it stands in its identity sector or file: written once by `mote device enrol` (docs/spec/identity.md).
//
//     offset  bytes
//          0      4  magic "MOTI"
//          4      2  version, 1
//          6      2  length of all of it, 388
//          8     32  device id    ASCII, filled up with zeros, at least one zero
//         40     32  class
//         72     32  cohort       may be empty
//        104     32  report private key, big-endian
//        136     64  report public key, x then y
//        200     64  image key
//        264     64  director key
//        328     56  reserved, 0
//        384      4  CRC-32 of bytes 0 .. 384
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "device/update/updater.h"

namespace mote {

constexpr size_t kIdentityBytes = 388;

// Copies what `bytes` says into `identity`. Bytes after kIdentityBytes are ignored: the rest of a flash sector.
// MOTE_TRUNCATED; MOTE_UNSUPPORTED_VERSION; MOTE_MALFORMED for erased flash, a wrong CRC or a name that is none (I1 to I5).
// On any status but MOTE_OK `identity` is unchanged.
mote_status identity_read(const uint8_t* bytes, size_t count, Identity* identity);

// The names of `identity` must be names (I4): what was read back would be refused otherwise.
void identity_write(const Identity& identity, uint8_t bytes[kIdentityBytes]);

}  // namespace mote
