// The identity blob: there and back, and every way in which it can be wrong.
#include "device/port/identity.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "base/random.h"
#include "device/link/crc32.h"
#include "device/port/test/any_identity.h"

namespace mote {
namespace {

using Blob = std::vector<uint8_t>;

const std::vector<uint8_t> kRootDocument(300, 0x77);  // what it says is not asked here

Identity example() {
  Identity identity{};
  strcpy(identity.device, "press-04");
  strcpy(identity.device_class, "vibration_m4");
  strcpy(identity.cohort, "hall-2");
  uint8_t next = 1;
  for (uint8_t* key : {identity.report_public_key})
    for (size_t i = 0; i < kPublicKeyBytes; ++i) key[i] = next++;
  for (uint8_t& byte : identity.report_private_key) byte = next++;
  identity.root = kRootDocument.data();
  identity.root_bytes = static_cast<uint32_t>(kRootDocument.size());
  return identity;
}

Blob blob_of(const Identity& identity) {
  Blob blob(identity_bytes(identity));
  identity_write(identity, blob.data());
  return blob;
}

// With a checksum that fits, so that only the change itself can be found wrong.
mote_status read_changed(size_t at, uint8_t value) {
  Blob blob = blob_of(example());
  blob[at] = value;
  const uint32_t crc = crc32(blob.data(), blob.size() - 4);
  for (size_t i = 0; i < 4; ++i) blob[blob.size() - 4 + i] = static_cast<uint8_t>(crc >> 8 * i);
  return read_any_identity(blob.data(), blob.size());
}

TEST(Identity, I1_ComesBackAsItWasWritten) {
  const Identity written = example();
  const Blob blob = blob_of(written);
  Identity read{};
  ASSERT_EQ(identity_read(blob.data(), blob.size(), &read), MOTE_OK);
  EXPECT_EQ(memcmp(&read, &written, offsetof(Identity, root)), 0);
  EXPECT_EQ(std::vector<uint8_t>(read.root, read.root + read.root_bytes), kRootDocument);
  EXPECT_EQ(memcmp(blob.data(), "MOTI\x02\x00\xfc\x01press-04", 16), 0);
}

TEST(Identity, I1_MayBeFollowedByTheRestOfASector) {
  std::vector<uint8_t> sector(4096, 0xff);
  identity_write(example(), sector.data());
  EXPECT_EQ(read_any_identity(sector.data(), sector.size()), MOTE_OK);
}

TEST(Identity, I1_RefusesErasedFlashAndEveryTruncation) {
  for (const uint8_t erased : {0xff, 0x00}) {
    const std::vector<uint8_t> sector(4096, erased);
    EXPECT_EQ(read_any_identity(sector.data(), sector.size()), MOTE_MALFORMED);
  }
  const Blob blob = blob_of(example());
  for (size_t count = 0; count < blob.size(); ++count) EXPECT_EQ(read_any_identity(blob.data(), count), MOTE_TRUNCATED) << count;
}

TEST(Identity, I2_RefusesOtherVersionsAndLengths) {
  EXPECT_EQ(read_changed(4, 1), MOTE_UNSUPPORTED_VERSION);
  EXPECT_EQ(read_changed(6, 0xfb), MOTE_MALFORMED);
}

TEST(Identity, I3_RefusesEverySingleBitFlip) {
  Blob blob = blob_of(example());
  for (size_t bit = 0; bit < 8 * blob.size(); ++bit) {
    blob[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
    EXPECT_NE(read_any_identity(blob.data(), blob.size()), MOTE_OK) << bit;
    blob[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
  }
}

TEST(Identity, I4_NamesAreNames) {
  EXPECT_EQ(read_changed(8, 'P'), MOTE_MALFORMED);
  EXPECT_EQ(read_changed(8, '-'), MOTE_MALFORMED);
  EXPECT_EQ(read_changed(8, 0), MOTE_MALFORMED);
  EXPECT_EQ(read_changed(10, '/'), MOTE_MALFORMED);
  EXPECT_EQ(read_changed(8 + 31, 'x'), MOTE_MALFORMED);  // text after the end of the name
  EXPECT_EQ(read_changed(40, 0), MOTE_MALFORMED);
  EXPECT_EQ(read_changed(72, '#'), MOTE_MALFORMED);
  EXPECT_EQ(read_changed(8, 'q'), MOTE_OK);
  Identity longest = example();
  memset(longest.device, 'a', kMaxNameBytes);
  memset(longest.cohort, 0, sizeof longest.cohort);
  const Blob blob = blob_of(longest);
  EXPECT_EQ(read_any_identity(blob.data(), blob.size()), MOTE_OK);
}

TEST(Identity, I5_TheLengthIsThatOfItsParts) {
  EXPECT_EQ(read_changed(200, 0x2b), MOTE_MALFORMED) << "a root document that is shorter than the blob says";
  EXPECT_EQ(read_changed(201, 0xff), MOTE_MALFORMED);
  EXPECT_EQ(read_changed(203, 0xff), MOTE_MALFORMED);
}

TEST(Identity, AnyMutationIsReadOrRefusedInPeace) {
  Random random(1);
  for (int round = 0; round < 20000; ++round) {
    Blob blob = blob_of(example());
    for (uint64_t left = 1 + random.below(8); left > 0; --left)
      blob[random.below(blob.size())] = static_cast<uint8_t>(random.next());
    if (random.below(2) == 0) {
      const uint32_t crc = crc32(blob.data(), blob.size() - 4);
      for (size_t i = 0; i < 4; ++i) blob[blob.size() - 4 + i] = static_cast<uint8_t>(crc >> 8 * i);
    }
    read_any_identity(blob.data(), random.below(4) == 0 ? random.below(blob.size() + 1) : blob.size());
  }
}

}  // namespace
}  // namespace mote
