// SHA-256 and ECDSA against published vectors, and the edges of what counts as a signature.
#include "device/port/mbedtls/crypto.h"

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace mote {
namespace {

const Crypto crypto = mbedtls_crypto();

Bytes hex(std::string_view digits) { return *from_hex(digits); }

Bytes digest(std::string_view text) {
  Bytes result(kDigestBytes);
  digest_of(crypto, text.data(), text.size(), result.data());
  return result;
}

bool verifies(const Bytes& key, const Bytes& digest, const Bytes& signature) {
  return crypto.verify(crypto.context, key.data(), digest.data(), signature.data()) == Trusted::yes;
}

// The order of P-256.
const Bytes kOrder = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

// RFC 6979, A.2.5.
const Bytes kPrivate = hex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
const Bytes kPublic =
    hex("60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
        "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");

// a - b, for big-endian numbers of one length.
Bytes minus(const Bytes& a, const Bytes& b) {
  Bytes result(a.size());
  int borrow = 0;
  for (size_t i = a.size(); i-- > 0;) {
    const int difference = a[i] - b[i] - borrow;
    borrow = difference < 0;
    result[i] = static_cast<uint8_t>(difference & 0xFF);
  }
  return result;
}

Bytes with(const Bytes& r, const Bytes& s) {
  Bytes signature = r;
  append(signature, s);
  return signature;
}

Bytes signed_by_us(const Bytes& digest) {
  Bytes signature(kSignatureBytes);
  EXPECT_TRUE(crypto.sign(crypto.context, kPrivate.data(), digest.data(), signature.data()));
  return signature;
}

TEST(Crypto, HashesByFips180) {
  EXPECT_EQ(to_hex(digest("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(digest("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Crypto, HashesInPiecesAsInOne) {
  const std::string text(1000, 'x');
  HashState state;
  crypto.hash_begin(crypto.context, &state);
  for (size_t at = 0; at < text.size(); at += 7)
    crypto.hash_add(crypto.context, &state, text.data() + at, std::min<size_t>(7, text.size() - at));
  Bytes result(kDigestBytes);
  crypto.hash_end(crypto.context, &state, result.data());
  EXPECT_EQ(result, digest(text));
}

TEST(Crypto, E10_SignsByRfc6979WithTheLowerS) {
  const Bytes high = hex("f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
  EXPECT_EQ(to_hex(signed_by_us(digest("sample"))),
            to_hex(with(hex("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"), minus(kOrder, high))));
  EXPECT_EQ(to_hex(signed_by_us(digest("test"))),
            "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367"
            "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083");
}

TEST(Crypto, VerifiesWhatItSignsAndNothingNearIt) {
  const Bytes of = digest("a document");
  const Bytes good = signed_by_us(of);
  EXPECT_TRUE(verifies(kPublic, of, good));
  EXPECT_FALSE(verifies(kPublic, digest("another"), good));
  for (size_t bit = 0; bit < good.size() * 8; bit += 5) {
    Bytes flipped = good;
    flipped[bit / 8] = static_cast<uint8_t>(flipped[bit / 8] ^ 1 << bit % 8);
    EXPECT_FALSE(verifies(kPublic, of, flipped)) << "bit " << bit;
  }
}

TEST(Crypto, E10_RefusesTheOtherFormOfAGoodSignature) {
  const Bytes of = digest("a document");
  const Bytes good = signed_by_us(of);
  const Bytes r(good.begin(), good.begin() + 32), s(good.begin() + 32, good.end());
  EXPECT_FALSE(verifies(kPublic, of, with(r, minus(kOrder, s))));
}

TEST(Crypto, E10_RefusesNumbersOutsideTheirRange) {
  const Bytes of = digest("a document");
  const Bytes good = signed_by_us(of), zero(32, 0), most(32, 0xFF);
  Bytes one(32, 0);
  one.back() = 1;
  const Bytes r(good.begin(), good.begin() + 32), s(good.begin() + 32, good.end());
  for (const Bytes& bad : {zero, kOrder, minus(kOrder, one), most}) {
    EXPECT_FALSE(verifies(kPublic, of, with(bad, s)));
    EXPECT_FALSE(verifies(kPublic, of, with(r, bad)));
  }
  EXPECT_FALSE(verifies(kPublic, of, with(zero, zero)));
}

TEST(Crypto, E10_RefusesKeysThatAreNotOnTheCurve) {
  const Bytes of = digest("a document");
  const Bytes good = signed_by_us(of);
  Bytes off = kPublic;
  off[63] ^= 1;
  EXPECT_FALSE(verifies(off, of, good));
  EXPECT_FALSE(verifies(Bytes(64, 0), of, good));
  EXPECT_FALSE(verifies(Bytes(64, 0xFF), of, good));
}

TEST(Crypto, RefusesToSignWithWhatIsNoKey) {
  const Bytes of = digest("a document");
  Bytes signature(kSignatureBytes);
  for (const Bytes& key : {Bytes(32, 0), kOrder, Bytes(32, 0xFF)})
    EXPECT_FALSE(crypto.sign(crypto.context, key.data(), of.data(), signature.data()));
}

}  // namespace
}  // namespace mote
