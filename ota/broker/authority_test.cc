// Certificates and the revocation list, as mbedTLS and OpenSSL read them.
#include "ota/broker/authority.h"

#include <gtest/gtest.h>
#include <mbedtls/oid.h>
#include <mbedtls/x509_crl.h>
#include <mbedtls/x509_crt.h>

#include "base/test/fake_clock.h"
#include "base/test/memory_file_system.h"
#include "ota/trust/der.h"

namespace mote {
namespace {

struct Parsed {
  mbedtls_x509_crt certificate;
  explicit Parsed(const std::string& pem) {
    mbedtls_x509_crt_init(&certificate);
    EXPECT_EQ(mbedtls_x509_crt_parse(&certificate, reinterpret_cast<const uint8_t*>(pem.c_str()), pem.size() + 1), 0);
  }
  ~Parsed() { mbedtls_x509_crt_free(&certificate); }
  std::string text() const {
    char text[2048];
    mbedtls_x509_crt_info(text, sizeof text, "", &certificate);
    return text;
  }
  bool good_for(std::string_view purpose) const {
    return mbedtls_x509_crt_check_extended_key_usage(&certificate, purpose.data(), purpose.size()) == 0;
  }
};

struct AuthorityTest : testing::Test {
  MemoryFileSystem files;
  FakeClock clock;
  Authority authority = Authority::open("ca", files, clock).value();

  std::string file(const std::string& name) { return files.read_text(Path("ca") / name).value(); }

  // 0, or the flags of mbedTLS's own check against the authority and its revocation list.
  uint32_t verify(const std::string& pem) {
    const Parsed ca(file("ca.crt"));
    Parsed leaf(pem);
    mbedtls_x509_crl revoked;
    mbedtls_x509_crl_init(&revoked);
    const std::string list = file("revoked.crl");
    EXPECT_EQ(mbedtls_x509_crl_parse(&revoked, reinterpret_cast<const uint8_t*>(list.c_str()), list.size() + 1), 0);
    uint32_t flags = 0;
    mbedtls_x509_crt_verify_with_profile(&leaf.certificate, const_cast<mbedtls_x509_crt*>(&ca.certificate), &revoked,
                                         &mbedtls_x509_crt_profile_suiteb, nullptr, &flags, nullptr, nullptr);
    mbedtls_x509_crl_free(&revoked);
    return flags & ~static_cast<uint32_t>(MBEDTLS_X509_BADCERT_FUTURE | MBEDTLS_X509_BADCRL_FUTURE);  // the clock is not ours
  }
};

TEST_F(AuthorityTest, MintsForOnePurposeEach) {
  const Parsed client(authority.mint("press-04", CertificateUse::client).value().certificate);
  const Parsed server(authority.mint("localhost", CertificateUse::server).value().certificate);
  EXPECT_TRUE(client.good_for(MBEDTLS_OID_CLIENT_AUTH));
  EXPECT_FALSE(client.good_for(MBEDTLS_OID_SERVER_AUTH));  // a device cannot play the broker
  EXPECT_TRUE(server.good_for(MBEDTLS_OID_SERVER_AUTH));
  EXPECT_FALSE(server.good_for(MBEDTLS_OID_CLIENT_AUTH));
  EXPECT_NE(client.text().find("subject name      : CN=press-04\n"), std::string::npos) << client.text();
  EXPECT_NE(client.text().find("basic constraints : CA=false"), std::string::npos);
  EXPECT_NE(server.text().find("dNSName : localhost"), std::string::npos) << server.text();
  const Parsed elsewhere(authority.mint("broker.example", CertificateUse::server).value().certificate);
  EXPECT_NE(elsewhere.text().find("dNSName : broker.example"), std::string::npos) << elsewhere.text();
}

TEST_F(AuthorityTest, OpensAgainAsTheSame) {
  const std::string before = file("ca.crt");
  const std::string leaf = authority.mint("a", CertificateUse::client).value().certificate;
  Authority again = Authority::open("ca", files, clock).value();
  EXPECT_EQ(file("ca.crt"), before);
  EXPECT_EQ(verify(leaf), 0u);
  EXPECT_EQ(verify(again.mint("b", CertificateUse::client).value().certificate), 0u);
}

TEST_F(AuthorityTest, RevokesOneAndThenAnother) {
  const std::string a = authority.mint("a", CertificateUse::client).value().certificate;
  const std::string b = authority.mint("b", CertificateUse::client).value().certificate;
  EXPECT_EQ(verify(a) | verify(b), 0u);
  ASSERT_TRUE(authority.revoke(a).ok());
  EXPECT_EQ(verify(a), static_cast<uint32_t>(MBEDTLS_X509_BADCERT_REVOKED));
  EXPECT_EQ(verify(b), 0u);
  clock.advance(86'400'000);
  ASSERT_TRUE(authority.revoke(b).ok());
  ASSERT_TRUE(authority.revoke(a).ok());
  EXPECT_EQ(verify(a) & verify(b), static_cast<uint32_t>(MBEDTLS_X509_BADCERT_REVOKED));
}

TEST_F(AuthorityTest, RefusesWhatIsNotItsOwn) {
  MemoryFileSystem elsewhere;
  const Authority other = Authority::open("ca", elsewhere, clock).value();
  const std::string foreign = other.mint("a", CertificateUse::client).value().certificate;
  EXPECT_NE(verify(foreign), 0u);
  EXPECT_FALSE(authority.revoke(foreign).ok());
  EXPECT_FALSE(authority.revoke("no certificate").ok());
}

TEST_F(AuthorityTest, NamesTheFileThatIsDamaged) {
  MemoryFileSystem other;
  ASSERT_TRUE(Authority::open("ca", other, clock).ok());
  files.files["ca/ca.key"] = other.files["ca/ca.key"];
  EXPECT_EQ(Authority::open("ca", files, clock).error().where, "ca/ca.key");
  files.files["ca/ca.crt"] = {'x'};
  EXPECT_EQ(Authority::open("ca", files, clock).error().where, "ca/ca.crt");
}

TEST_F(AuthorityTest, LeavesNothingOnAFullDisk) {
  MemoryFileSystem full;
  full.full = true;
  EXPECT_FALSE(Authority::open("ca", full, clock).ok());
  EXPECT_TRUE(full.files.empty());
}

TEST(Der, WritesLengthsTimesAndPem) {
  EXPECT_EQ(to_hex(der::encode(der::integer, {Bytes{5}})), "020105");
  EXPECT_EQ(to_hex(ByteView(der::encode(der::octet_string, {Bytes(200, 0)})).first(3)), "0481c8");
  EXPECT_EQ(to_hex(ByteView(der::encode(der::octet_string, {Bytes(65536, 0)})).first(5)), "0483010000");
  EXPECT_EQ(text_of(ByteView(der::time(1'800'000'000)).subspan(2)), "270115080000Z");
  EXPECT_EQ(text_of(ByteView(der::time(2'600'000'000)).subspan(2)), "20520522141320Z");
  EXPECT_EQ(der::pem("X", view_of("a")), "-----BEGIN X-----\nYQ==\n-----END X-----\n");
  EXPECT_EQ(der::pem("X", view_of("abcde")), "-----BEGIN X-----\nYWJjZGU=\n-----END X-----\n");
  EXPECT_NE(der::pem("X", Bytes(49, 0)).find("\n" + std::string(64, 'A') + "\nAA==\n"), std::string::npos);
}

}  // namespace
}  // namespace mote
