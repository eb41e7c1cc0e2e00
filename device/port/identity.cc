// The identity blob: fixed places, the root document, one checksum.
#include "device/port/identity.h"

#include <string.h>

#include "device/link/crc32.h"

namespace mote {
namespace {

constexpr uint8_t kMagic[4] = {'M', 'O', 'T', 'I'};
constexpr uint16_t kVersion = 2;
constexpr size_t kNameField = kMaxNameBytes + 1;

enum Offset : size_t {
  version_at = 4,
  length_at = 6,
  device_at = 8,
  class_at = device_at + kNameField,
  cohort_at = class_at + kNameField,
  private_at = cohort_at + kNameField,
  public_at = private_at + kPrivateKeyBytes,
  root_length_at = public_at + kPublicKeyBytes,
  root_at = root_length_at + 4,
};
static_assert(root_at == 204 && kIdentityOverhead == root_at + 4, "the offsets of the header comment and docs/spec/identity.md");

uint16_t load_u16(const uint8_t* from) { return static_cast<uint16_t>(from[0] | from[1] << 8); }
uint32_t load_u32(const uint8_t* from) { return load_u16(from) | static_cast<uint32_t>(load_u16(from + 2)) << 16; }
void store_u16(uint8_t* to, uint16_t value) {
  to[0] = static_cast<uint8_t>(value);
  to[1] = static_cast<uint8_t>(value >> 8);
}
void store_u32(uint8_t* to, uint32_t value) {
  store_u16(to, static_cast<uint16_t>(value));
  store_u16(to + 2, static_cast<uint16_t>(value >> 16));
}

// `to` is all zeros.
void store_name(uint8_t* to, const char* name) {
  for (size_t i = 0; i < kMaxNameBytes && name[i] != 0; ++i) to[i] = static_cast<uint8_t>(name[i]);
}

bool letter_or_digit(uint8_t c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// 1 to 31 of a-z, 0-9, '-' and '_', first a letter or digit, then zeros to the end of the field.
bool is_name(const uint8_t* field) {
  if (!letter_or_digit(field[0])) return false;
  size_t length = 1;
  while (length < kNameField && (letter_or_digit(field[length]) || field[length] == '-' || field[length] == '_')) ++length;
  if (length == kNameField) return false;
  for (size_t i = length; i < kNameField; ++i)
    if (field[i] != 0) return false;
  return true;
}

bool all_zero(const uint8_t* bytes, size_t count) {
  for (size_t i = 0; i < count; ++i)
    if (bytes[i] != 0) return false;
  return true;
}

}  // namespace

mote_status identity_read(const uint8_t* bytes, size_t count, Identity* identity) {
  if (count < sizeof kMagic) return MOTE_TRUNCATED;
  if (memcmp(bytes, kMagic, sizeof kMagic) != 0) return MOTE_MALFORMED;
  if (count < kIdentityOverhead) return MOTE_TRUNCATED;
  if (load_u16(bytes + version_at) != kVersion) return MOTE_UNSUPPORTED_VERSION;
  const uint32_t length = load_u16(bytes + length_at), root_bytes = load_u32(bytes + root_length_at);
  if (root_bytes > kMaxRootBytes || length != kIdentityOverhead + root_bytes) return MOTE_MALFORMED;
  if (count < length) return MOTE_TRUNCATED;
  if (crc32(bytes, length - 4) != load_u32(bytes + length - 4)) return MOTE_MALFORMED;
  if (!is_name(bytes + device_at) || !is_name(bytes + class_at)) return MOTE_MALFORMED;
  if (!is_name(bytes + cohort_at) && !all_zero(bytes + cohort_at, kNameField)) return MOTE_MALFORMED;
  memcpy(identity->device, bytes + device_at, kNameField);
  memcpy(identity->device_class, bytes + class_at, kNameField);
  memcpy(identity->cohort, bytes + cohort_at, kNameField);
  memcpy(identity->report_private_key, bytes + private_at, kPrivateKeyBytes);
  memcpy(identity->report_public_key, bytes + public_at, kPublicKeyBytes);
  identity->root = bytes + root_at;
  identity->root_bytes = root_bytes;
  return MOTE_OK;
}

void identity_write(const Identity& identity, uint8_t* bytes) {
  const size_t length = identity_bytes(identity);
  memset(bytes, 0, length);
  memcpy(bytes, kMagic, sizeof kMagic);
  store_u16(bytes + version_at, kVersion);
  store_u16(bytes + length_at, static_cast<uint16_t>(length));
  store_name(bytes + device_at, identity.device);
  store_name(bytes + class_at, identity.device_class);
  store_name(bytes + cohort_at, identity.cohort);
  memcpy(bytes + private_at, identity.report_private_key, kPrivateKeyBytes);
  memcpy(bytes + public_at, identity.report_public_key, kPublicKeyBytes);
  store_u32(bytes + root_length_at, identity.root_bytes);
  if (identity.root_bytes != 0) memcpy(bytes + root_at, identity.root, identity.root_bytes);
  store_u32(bytes + length - 4, crc32(bytes, length - 4));
}

}  // namespace mote
