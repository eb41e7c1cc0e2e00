// Keys as files: both forms of PEM, what is refused, and openssl on the other side.
#include "ota/trust/keys.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "base/sha256.h"
#include "base/test/command.h"
#include "base/test/memory_file_system.h"
#include "device/port/mbedtls/crypto.h"
#include "ota/trust/test/keys.h"

namespace mote {
namespace {

using testing::HasSubstr;

// A folder that goes away again.
class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / ("mote-keys-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Path operator/(const char* name) const { return path_ / name; }

 private:
  Path path_;
};

TEST(Keys, AreDifferentEachTimeAndOnTheCurve) {
  const KeyPair one = sure_key(), two = sure_key();
  EXPECT_NE(one.private_key, two.private_key);
  EXPECT_TRUE(is_on_curve(one.public_key));
  EXPECT_EQ(pair_of(one.private_key).value().public_key, one.public_key);
}

TEST(Keys, ComeBackFromTheirPem) {
  const KeyPair key = sure_key();
  const Result<KeyPair> read = parse_private_key(private_key_pem(key), "a.key");
  ASSERT_TRUE(read.ok()) << read.error().line();
  EXPECT_EQ(read->private_key, key.private_key);
  EXPECT_EQ(read->public_key, key.public_key);
  EXPECT_EQ(parse_public_key(public_key_pem(key.public_key), "a.pub").value(), key.public_key);
  EXPECT_EQ(public_key_from_hex(to_hex(key.public_key), "root.pub").value(), key.public_key);
}

TEST(Keys, AreWrittenForTheirOwnerAloneAndNeverReplaced) {
  const Folder folder;
  DiskFileSystem files;
  const KeyPair key = sure_key();
  ASSERT_TRUE(write_private_key(files, folder / "a.key", key).ok());
  struct stat status {};
  ASSERT_EQ(::stat((folder / "a.key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  const auto again = write_private_key(files, folder / "a.key", sure_key());
  ASSERT_FALSE(again.ok());
  EXPECT_THAT(again.error().line(), HasSubstr("never replaced"));
  EXPECT_EQ(read_private_key(files, folder / "a.key").value().private_key, key.private_key);
}

TEST(Keys, UnencryptedOnesThatOthersCanReadAreNotUsed) {
  const Folder folder;
  DiskFileSystem files;
  const KeyPair key = sure_key();
  ASSERT_TRUE(write_private_key(files, folder / "plain.key", key).ok());
  ASSERT_TRUE(write_private_key(files, folder / "locked.key", key, "correct horse").ok());
  for (const mode_t mode : {0644, 0640, 0604}) {
    ASSERT_EQ(::chmod((folder / "plain.key").c_str(), mode), 0);
    const auto read = read_private_key(files, folder / "plain.key");
    ASSERT_FALSE(read.ok());
    EXPECT_THAT(read.error().line(), HasSubstr("plain.key: can be read by others; chmod 600"));
  }
  ASSERT_EQ(::chmod((folder / "locked.key").c_str(), 0644), 0);
  EXPECT_TRUE(read_private_key(files, folder / "locked.key", "correct horse").ok());
}

TEST(Keys, RefuseWhatIsNoKeyOfP256) {
  MemoryFileSystem files;
  EXPECT_FALSE(read_private_key(files, "missing.key").ok());
  const KeyPair key = sure_key(), other = sure_key();
  for (const std::string& pem : {std::string(), std::string("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
                                 public_key_pem(key.public_key), private_key_pem(key).substr(0, 120)}) {
    const auto read = parse_private_key(pem, "a.key");
    ASSERT_FALSE(read.ok());
    EXPECT_THAT(read.error().line(), HasSubstr("a.key: not a private key of P-256"));
  }
  const KeyPair mixed = {.private_key = key.private_key, .public_key = other.public_key};
  EXPECT_THAT(parse_private_key(private_key_pem(mixed), "a.key").error().line(), HasSubstr("does not belong"));
  EXPECT_FALSE(pair_of(PrivateKey{}).ok());
  PublicKey off = key.public_key;
  off[63] ^= 1;
  EXPECT_FALSE(is_on_curve(off));
  EXPECT_FALSE(public_key_from_hex(to_hex(off), "root.pub").ok());
  EXPECT_FALSE(public_key_from_hex("abcd", "root.pub").ok());
  EXPECT_FALSE(parse_public_key(public_key_pem(off), "a.pub").ok());
}

TEST(Keys, OpensslReadsOurKeysAndWeReadItsKeys) {
  if (!has_openssl()) GTEST_SKIP() << "skipped: no openssl";
  const Folder folder;
  DiskFileSystem files;
  const KeyPair key = sure_key();
  ASSERT_TRUE(write_private_key(files, folder / "ours.key", key).ok());
  ASSERT_EQ(run_command({"openssl", "pkey", "-in", folder / "ours.key", "-pubout", "-out", folder / "ours.pub"}), 0);
  EXPECT_EQ(files.read_text(folder / "ours.pub").value(), public_key_pem(key.public_key)) << "byte for byte";

  ASSERT_EQ(run_command(
                {"openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", folder / "pkcs8.key"}),
            0);
  ASSERT_EQ(run_command({"openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", folder / "sec1.key"}), 0);
  ASSERT_EQ(run_command(
                {"openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384", "-out", folder / "other.key"}),
            0);
  for (const char* name : {"pkcs8.key", "sec1.key"}) {
    const auto read = read_private_key(files, folder / name);
    ASSERT_TRUE(read.ok()) << read.error().line();
    ASSERT_EQ(run_command({"openssl", "pkey", "-in", folder / name, "-pubout", "-out", folder / "theirs.pub"}), 0);
    EXPECT_EQ(parse_public_key(files.read_text(folder / "theirs.pub").value(), name).value(), read->public_key);
  }
  EXPECT_THAT(read_private_key(files, folder / "other.key").error().line(), HasSubstr("P-256"));
}

TEST(Keys, EncryptedOnesComeBackWithTheirPassphraseAlone) {
  const Folder folder;
  DiskFileSystem files;
  const KeyPair key = sure_key();
  ASSERT_TRUE(write_private_key(files, folder / "a.key", key, "correct horse").ok());
  EXPECT_EQ(read_private_key(files, folder / "a.key", "correct horse").value().private_key, key.private_key);
  EXPECT_THAT(read_private_key(files, folder / "a.key", "battery staple").error().line(), HasSubstr("passphrase"));
  EXPECT_THAT(read_private_key(files, folder / "a.key").error().line(), HasSubstr("encrypted"));
  const std::string pem = files.read_text(folder / "a.key").value();
  EXPECT_EQ(pem.find(private_key_pem(key).substr(100, 40)), std::string::npos);
}

TEST(Keys, OpensslReadsOurEncryptedKeysAndWeReadItsOwn) {
  if (!has_openssl()) GTEST_SKIP() << "skipped: no openssl";
  const Folder folder;
  DiskFileSystem files;
  const KeyPair key = sure_key();
  ASSERT_TRUE(write_private_key(files, folder / "ours.key", key, "correct horse").ok());
  ASSERT_EQ(run_command({"openssl", "pkey", "-in", folder / "ours.key", "-passin", "pass:correct horse", "-pubout", "-out",
                         folder / "ours.pub"}),
            0);
  EXPECT_EQ(files.read_text(folder / "ours.pub").value(), public_key_pem(key.public_key));
  ASSERT_TRUE(write_private_key(files, folder / "plain.key", key).ok());
  ASSERT_EQ(run_command({"openssl", "pkcs8", "-topk8", "-in", folder / "plain.key", "-passout", "pass:tr0ub4dor", "-out",
                         folder / "theirs.key"}),
            0);
  const auto read = read_private_key(files, folder / "theirs.key", "tr0ub4dor");
  ASSERT_TRUE(read.ok()) << read.error().line();
  EXPECT_EQ(read->private_key, key.private_key);
  ASSERT_EQ(run_command({"openssl", "pkcs8", "-topk8", "-v1", "PBE-SHA1-3DES", "-in", folder / "plain.key", "-passout",
                         "pass:tr0ub4dor", "-out", folder / "old.key"}),
            0);
  EXPECT_THAT(read_private_key(files, folder / "old.key", "tr0ub4dor").error().line(), HasSubstr("PBKDF2"));
}

// A signature as openssl wants it: a SEQUENCE of two INTEGERs.
Bytes der_of(ByteView signature) {
  Bytes body;
  for (const ByteView number : {signature.first(32), signature.subspan(32)}) {
    const auto first = std::find_if(number.begin(), number.end(), [](uint8_t byte) { return byte != 0; });
    Bytes digits(first, number.end());
    if (digits.empty() || digits[0] >= 0x80) digits.insert(digits.begin(), 0);
    body.push_back(2);
    body.push_back(static_cast<uint8_t>(digits.size()));
    append(body, digits);
  }
  Bytes der = {0x30, static_cast<uint8_t>(body.size())};
  append(der, body);
  return der;
}

// The other way; s is brought into the lower half, as a device wants it.
Bytes raw_of(const Bytes& der) {
  Bytes raw(64);
  size_t at = 2;
  for (size_t part = 0; part < 2; ++part) {
    const size_t length = der[at + 1];
    ByteView digits = ByteView(der).subspan(at + 2, length);
    while (digits.size() > 32) digits = digits.subspan(1);
    std::copy(digits.begin(), digits.end(), raw.begin() + static_cast<long>(32 * part + 32 - digits.size()));
    at += 2 + length;
  }
  return raw;
}

TEST(Keys, OpensslVerifiesOurSignaturesAndWeVerifyItsSignatures) {
  if (!has_openssl()) GTEST_SKIP() << "skipped: no openssl";
  const Folder folder;
  DiskFileSystem files;
  const Crypto crypto = mbedtls_crypto();
  const std::string_view text = "what a model is";
  const Digest digest = sha256(view_of(text));
  const KeyPair key = sure_key();
  ASSERT_TRUE(files.write_text(folder / "text", text).ok());
  ASSERT_TRUE(write_private_key(files, folder / "a.key", key).ok());
  ASSERT_TRUE(files.write_text(folder / "a.pub", public_key_pem(key.public_key)).ok());

  Bytes ours(kSignatureBytes);
  ASSERT_TRUE(crypto.sign(crypto.context, key.private_key.data(), digest.data(), ours.data()));
  ASSERT_TRUE(files.write(folder / "ours.der", der_of(ours), Access::everyone).ok());
  EXPECT_EQ(run_command(
                {"openssl", "dgst", "-sha256", "-verify", folder / "a.pub", "-signature", folder / "ours.der", folder / "text"}),
            0);

  // Half of its signatures have the higher s, which a device refuses.
  int low = 0, high = 0;
  for (int round = 0; round < 40 && (low == 0 || high == 0); ++round) {
    ASSERT_EQ(
        run_command({"openssl", "dgst", "-sha256", "-sign", folder / "a.key", "-out", folder / "theirs.der", folder / "text"}),
        0);
    const Bytes theirs = raw_of(files.read(folder / "theirs.der", 100).value());
    const bool verified = crypto.verify(crypto.context, key.public_key.data(), digest.data(), theirs.data()) == Trusted::yes;
    const bool is_high = theirs[32] >= 0x80 || (theirs[32] == 0x7F && theirs[33] == 0xFF && theirs[36] > 0x80);
    EXPECT_EQ(verified, !is_high);
    (verified ? low : high) += 1;
  }
  EXPECT_GT(low, 0);
  EXPECT_GT(high, 0);
}

}  // namespace
}  // namespace mote
