// Signatures made here are checked by openssl and the other way round; at the edges of the numbers (as Wycheproof's vectors
// choose them) both come to the same trusted, but for the higher s, which we alone refuse.
#include <gtest/gtest.h>
#include <mbedtls/ecdsa.h>
#include <stdlib.h>

#include <filesystem>
#include <iostream>

#include "base/file_system.h"
#include "base/test/command.h"
#include "device/port/mbedtls/crypto.h"
#include "device/update/envelope.h"
#include "ota/trust/der.h"
#include "tests/update/test_device.h"

namespace mote {
namespace {

const Crypto kCrypto = mbedtls_crypto();

// Big numbers modulo the order of P-256.
class Number {
 public:
  Number(int value = 0) {  // NOLINT: as an int is read
    mbedtls_mpi_init(&value_);
    mbedtls_mpi_lset(&value_, value);
  }
  explicit Number(const std::string& hex) : Number() { mbedtls_mpi_read_string(&value_, 16, hex.c_str()); }
  Number(const Number& other) : Number() { mbedtls_mpi_copy(&value_, &other.value_); }
  Number& operator=(const Number& other) {
    mbedtls_mpi_copy(&value_, &other.value_);
    return *this;
  }
  ~Number() { mbedtls_mpi_free(&value_); }

  mbedtls_mpi* get() { return &value_; }
  const mbedtls_mpi* get() const { return &value_; }
  bool operator<(const Number& other) const { return mbedtls_mpi_cmp_mpi(&value_, &other.value_) < 0; }
  bool is_zero() const { return mbedtls_mpi_cmp_int(&value_, 0) == 0; }
  bool fits() const { return mbedtls_mpi_size(&value_) <= 32; }
  Bytes bytes() const {
    Bytes to(32);
    mbedtls_mpi_write_binary(&value_, to.data(), to.size());
    return to;
  }
  friend Number operator+(const Number& a, const Number& b) {
    Number sum;
    mbedtls_mpi_add_mpi(&sum.value_, &a.value_, &b.value_);
    return sum;
  }
  friend Number operator-(const Number& a, const Number& b) {
    Number difference;
    mbedtls_mpi_sub_mpi(&difference.value_, &a.value_, &b.value_);
    return difference;
  }
  friend Number operator*(const Number& a, const Number& b) {
    Number product;
    mbedtls_mpi_mul_mpi(&product.value_, &a.value_, &b.value_);
    return product;
  }
  friend Number operator%(const Number& a, const Number& b) {
    Number rest;
    mbedtls_mpi_mod_mpi(&rest.value_, &a.value_, &b.value_);
    return rest;
  }
  Number inverse(const Number& modulus) const {
    Number inverse;
    mbedtls_mpi_inv_mod(&inverse.value_, &value_, &modulus.value_);
    return inverse;
  }

 private:
  mbedtls_mpi value_;
};

const Number kOrder("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
const Number kField("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
const Number kMost("ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff");

struct Signature {
  Number r, s;
  Bytes raw() const {
    Bytes bytes = r.bytes();
    append(bytes, s.bytes());
    return bytes;
  }
  // ECDSA-Sig-Value (RFC 3279).
  Bytes der() const { return der::encode(der::sequence, {integer(r), integer(s)}); }
  static Bytes integer(const Number& number) {
    Bytes digits = number.bytes();
    while (digits.size() > 1 && digits[0] == 0 && digits[1] < 0x80) digits.erase(digits.begin());
    if (digits[0] >= 0x80) digits.insert(digits.begin(), 0);
    return der::encode(der::integer, {digits});
  }
};

// x of k times the base point, modulo the order: r of a signature with the nonce k.
Number x_of(const Number& k) {
  mbedtls_ecp_group group;
  mbedtls_ecp_point point;
  mbedtls_ecp_group_init(&group), mbedtls_ecp_point_init(&point);
  mbedtls_ecp_group_load(&group, MBEDTLS_ECP_DP_SECP256R1);
  const auto random = [](void*, unsigned char* to, size_t count) { return std::fill_n(to, count, 7), 0; };
  EXPECT_EQ(mbedtls_ecp_mul(&group, &point, k.get(), &group.G, random, nullptr), 0);
  Number x;
  mbedtls_mpi_copy(x.get(), &point.X);
  mbedtls_ecp_point_free(&point), mbedtls_ecp_group_free(&group);
  return x % kOrder;
}

Signature sign(const Number& d, const Number& digest, const Number& k) {
  const Number r = x_of(k);
  return {r, (digest + r * d) % kOrder * k.inverse(kOrder) % kOrder};
}

class InteropTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!has_openssl()) GTEST_SKIP() << "skipped: no openssl";
    std::string name = (std::filesystem::temp_directory_path() / "mote-interop-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string file(const char* name, ByteView bytes) {
    EXPECT_TRUE(files_.write(folder_ / name, bytes, Access::owner_only).ok());
    return folder_ / name;
  }
  bool openssl_verifies(const PublicKey& key, ByteView digest, const Signature& signature) {
    return run_command({"openssl", "pkeyutl", "-verify", "-pubin", "-inkey", file("key.pub", view_of(public_key_pem(key))), "-in",
                        file("digest", digest), "-sigfile", file("signature", signature.der())}) == 0;
  }
  static bool we_verify(const PublicKey& key, ByteView digest, const Signature& signature) {
    return kCrypto.verify(kCrypto.context, key.data(), digest.data(), signature.raw().data()) == Trusted::yes;
  }

  Path folder_;
  DiskFileSystem files_;
};

TEST_F(InteropTest, OpensslVerifiesAnEnvelope) {
  const Publisher publisher;
  const Offer offer = publisher.offer(numbered_model(1).build(), 1);
  const size_t signed_bytes = offer.envelope.size() - kSignatureBlockBytes;
  const Bytes raw(offer.envelope.end() - kSignatureBytes, offer.envelope.end());
  const Signature signature = {Number(to_hex(ByteView(raw).first(32))), Number(to_hex(ByteView(raw).last(32)))};
  const auto trusted = [&](Bytes message) {
    return run_command({"openssl", "dgst", "-sha256", "-verify",
                        file("key.pub", view_of(public_key_pem(publisher.image_key.public_key))), "-signature",
                        file("signature", signature.der()), file("message", message)});
  };
  Bytes message(offer.envelope.begin(), offer.envelope.begin() + static_cast<long>(signed_bytes));
  EXPECT_EQ(trusted(message), 0);
  message[20] ^= 1;
  EXPECT_NE(trusted(message), 0);
}

TEST_F(InteropTest, ADeviceTakesAnImageThatOpensslHasSigned) {
  Publisher publisher;
  TestDevice device(test_geometry(4096, 8, 0xFF), kCrypto, publisher);
  ASSERT_EQ(device.boot(), MOTE_NO_MODEL);
  Offer offer = publisher.offer(numbered_model(1).build(), 1);
  const size_t signed_bytes = offer.envelope.size() - kSignatureBlockBytes;
  ASSERT_EQ(run_command({"openssl", "dgst", "-sha256", "-sign", file("image.key", view_of(private_key_pem(publisher.image_key))),
                         "-out", folder_ / "signature", file("message", ByteView(offer.envelope).first(signed_bytes))}),
            0);
  const Bytes der = files_.read(folder_ / "signature", 200).value();
  Signature signature;  // SEQUENCE { INTEGER, INTEGER }
  const size_t r_bytes = der[3];
  signature.r = Number(to_hex(ByteView(der).subspan(4, r_bytes)));
  signature.s = Number(to_hex(ByteView(der).subspan(6 + r_bytes, der[5 + r_bytes])));
  if (const Number other = kOrder - signature.s; other < signature.s) signature.s = other;
  const Bytes raw = signature.raw();
  std::copy(raw.begin(), raw.end(), offer.envelope.end() - kSignatureBytes);
  EXPECT_EQ(device.install(offer, publisher.desired(offer, 1)), MOTE_OK);
  EXPECT_EQ(device.running(), digest_of(offer));
}

TEST_F(InteropTest, EdgesOfKeyNonceAndDigestGetTheSameVerdict) {
  const Number half = Number(2).inverse(kOrder);
  const std::vector<Number> scalars = {1, 2, half, kOrder - 2, kOrder - 1};
  const std::vector<Number> digests = {0, 1, kOrder - 1, kOrder, kField, kMost};
  size_t tried = 0, good = 0;
  for (const Number& d : scalars) {
    PrivateKey scalar;
    const Bytes bytes = d.bytes();
    std::copy(bytes.begin(), bytes.end(), scalar.begin());
    const PublicKey key = pair_of(scalar).value().public_key;
    for (const Number& k : scalars)
      for (const Number& digest : digests) {
        Signature signature = sign(d, digest, k);
        if (kOrder - signature.s < signature.s) signature.s = kOrder - signature.s;
        const bool theirs = openssl_verifies(key, digest.bytes(), signature);
        EXPECT_EQ(we_verify(key, digest.bytes(), signature), theirs) << to_hex(signature.raw());
        EXPECT_EQ(theirs, !signature.s.is_zero());
        ++tried;
        good += theirs;
      }
  }
  std::cout << "signatures at the edges: " << tried << ", valid " << good << std::endl;
}

TEST_F(InteropTest, NumbersOutsideTheirRangeGetTheSameVerdict) {
  const KeyPair pair = test_key(200);
  const Digest digest = sha256(view_of("a document"));
  Signature good = sign(200, Number(to_hex(digest)), 5);
  if (kOrder - good.s < good.s) good.s = kOrder - good.s;
  ASSERT_TRUE(we_verify(pair.public_key, digest, good));
  ASSERT_TRUE(openssl_verifies(pair.public_key, digest, good));
  const std::vector<Number> edges = {0, 1, 2, kOrder - 1, kOrder, kOrder + 1, kField, kField - kOrder, kMost};
  size_t tried = 0;
  const auto expect_refused = [&](const Signature& bad) {
    if (!bad.r.fits() || !bad.s.fits()) return;
    EXPECT_FALSE(we_verify(pair.public_key, digest, bad)) << to_hex(bad.raw());
    EXPECT_FALSE(openssl_verifies(pair.public_key, digest, bad)) << to_hex(bad.raw());
    ++tried;
  };
  for (const Number& edge : edges) {
    expect_refused({edge, good.s});
    expect_refused({good.r, edge});
    for (const Number& other : edges) expect_refused({edge, other});
  }
  expect_refused({good.s, good.r});
  expect_refused({kOrder - good.r, good.s});
  expect_refused({good.r + kOrder, good.s});
  expect_refused({good.r, good.s + kOrder});
  const Signature higher = {good.r, kOrder - good.s};
  EXPECT_TRUE(openssl_verifies(pair.public_key, digest, higher));
  EXPECT_FALSE(we_verify(pair.public_key, digest, higher)) << "one document has one signature (E10)";
  std::cout << "numbers outside their range: " << tried << std::endl;
}

}  // namespace
}  // namespace mote
