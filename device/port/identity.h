// What a device is, as it stands in its identity sector or file: written once by `mote device enrol` (docs/spec/identity.md).
//
//     offset  bytes
//          0      4  magic "MOTI"
//          4      2  version, 2
//          6      2  length of all of it, n + 208
//          8     32  device id    ASCII, filled up with zeros, at least one zero
//         40     32  class
//         72     32  cohort       may be empty
//        104     32  report private key, big-endian
//        136     64  report public key, x then y
//        200      4  length n of the root document
//        204      n  root document (docs/spec/trust.md)
//      204+n      4  CRC-32 of all bytes before it
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "device/update/updater.h"

namespace mote {

constexpr size_t kIdentityOverhead = 208;  // all but the root document
constexpr size_t kMaxIdentityBytes = kIdentityOverhead + kMaxRootBytes;

constexpr size_t identity_bytes(const Identity& identity) { return kIdentityOverhead + identity.root_bytes; }

// Copies what `bytes` says into `identity`, except the root document, which stays where it is: `bytes` must outlive `identity`.
// What follows the blob is ignored: the rest of a flash sector. Whether the document is a root is not asked (updater_boot does).
// MOTE_TRUNCATED; MOTE_UNSUPPORTED_VERSION; MOTE_MALFORMED for erased flash, a wrong CRC or a name that is none (I1 to I5).
// On any status but MOTE_OK `identity` is unchanged.
mote_status identity_read(const uint8_t* bytes, size_t count, Identity* identity);

// Into identity_bytes(identity) bytes. Its names must be names (I4): what was read back would be refused otherwise.
void identity_write(const Identity& identity, uint8_t* bytes);

}  // namespace mote
