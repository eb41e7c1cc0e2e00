// Envelopes: what is refused, in which order, and why no byte lies outside the signature.
#include "device/update/envelope.h"

#include <gtest/gtest.h>

#include "base/bytes.h"
#include "device/port/mbedtls/crypto.h"
#include "device/update/test/any_bytes.h"

namespace mote {
namespace {

const Crypto crypto = mbedtls_crypto();

// RFC 6979, A.2.5.
const Bytes kPrivate = *from_hex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
const Bytes kPublic = *from_hex(
    "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
    "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");

Bytes sealed(EnvelopeType type, std::string_view payload) {
  Bytes bytes(kEnvelopeOverhead + payload.size());
  if (!payload.empty()) std::memcpy(bytes.data() + kEnvelopeHeaderBytes, payload.data(), payload.size());
  EXPECT_TRUE(seal_envelope(crypto, type, kPrivate.data(), kPublic.data(), bytes.data(), static_cast<uint32_t>(payload.size())));
  return bytes;
}

std::string opened(const Bytes& bytes, EnvelopeType type = EnvelopeType::time) {
  Opened opened;
  return mote_status_name(open_envelope(crypto, type, single_key(kPublic.data()), bytes.data(), bytes.size(), &opened));
}

TEST(Envelope, E1_LaysOutHeaderPayloadAndSignature) {
  const Bytes bytes = sealed(EnvelopeType::time, "payload!");
  EXPECT_EQ(to_hex(ByteView(bytes).first(12)),
            "4d4f5453"
            "04"
            "02"
            "0100"
            "08000000");
  EXPECT_EQ(to_hex(ByteView(bytes).subspan(12, 4)), "00000000");
  uint8_t id[4];
  key_id_of(crypto, kPublic.data(), id);
  EXPECT_EQ(to_hex(ByteView(bytes).subspan(16 + 8, 4)), to_hex(id));
  Opened opened;
  ASSERT_EQ(open_envelope(crypto, EnvelopeType::time, single_key(kPublic.data()), bytes.data(), bytes.size(), &opened), MOTE_OK);
  EXPECT_EQ(text_of({opened.payload, opened.payload_bytes}), "payload!");
  EXPECT_EQ(opened.envelope_bytes, bytes.size());
}

TEST(Envelope, E2_EveryFlippedBitAndEveryTruncationIsRefused) {
  const Bytes good = sealed(EnvelopeType::time, "pay");
  ASSERT_EQ(opened(good), "OK");
  for (size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes broken = good;
    broken[bit / 8] = static_cast<uint8_t>(broken[bit / 8] ^ 1 << bit % 8);
    EXPECT_NE(opened(broken), "OK") << "bit " << bit;
  }
  for (size_t count = 0; count < good.size(); ++count)
    EXPECT_EQ(opened(Bytes(good.begin(), good.begin() + static_cast<long>(count))), "TRUNCATED") << count;
}

TEST(Envelope, E3_ChecksInItsOrder) {
  Bytes bytes = sealed(EnvelopeType::time, "pay");
  bytes.back() ^= 1;
  EXPECT_EQ(opened(bytes), "BAD_SIGNATURE");
  bytes[16 + 3] ^= 1;
  EXPECT_EQ(opened(bytes), "UNKNOWN_KEY");
  bytes[12] ^= 1;
  EXPECT_EQ(opened(bytes), "WRONG_EPOCH");
  bytes[8] = 200;
  EXPECT_EQ(opened(bytes), "TRUNCATED");
  bytes[6] = 0;
  EXPECT_EQ(opened(bytes), "WRONG_SIGNERS");
  EXPECT_EQ(opened(bytes, EnvelopeType::report), "WRONG_TYPE");
  bytes[7] = 1;
  EXPECT_EQ(opened(bytes), "MALFORMED");
  bytes[5] = 1;
  EXPECT_EQ(opened(bytes), "UNSUPPORTED_VERSION");
  bytes[0] = 'X';
  EXPECT_EQ(opened(bytes), "MALFORMED");
}

TEST(Envelope, E3_ALengthThatOverflowsIsTruncated) {
  Bytes bytes = sealed(EnvelopeType::time, "pay");
  for (size_t i = 8; i < 12; ++i) bytes[i] = 0xFF;
  EXPECT_EQ(opened(bytes), "TRUNCATED");
}

TEST(Envelope, E4_TheTypeIsSigned) {
  const Bytes bytes = sealed(EnvelopeType::report, "pay");
  EXPECT_EQ(opened(bytes), "WRONG_TYPE");
  Bytes relabelled = bytes;
  relabelled[4] = static_cast<uint8_t>(EnvelopeType::time);
  EXPECT_EQ(opened(relabelled), "BAD_SIGNATURE");
}

TEST(Envelope, E5_WhatFollowsIsNotPartOfIt) {
  Bytes bytes = sealed(EnvelopeType::time, "pay");
  const size_t own = bytes.size();
  bytes.resize(own + 100, 0xAA);
  Opened opened;
  ASSERT_EQ(open_envelope(crypto, EnvelopeType::time, single_key(kPublic.data()), bytes.data(), bytes.size(), &opened), MOTE_OK);
  EXPECT_EQ(opened.envelope_bytes, own);
}

TEST(Envelope, MayBeEmpty) { EXPECT_EQ(opened(sealed(EnvelopeType::time, "")), "OK"); }

}  // namespace
}  // namespace mote
