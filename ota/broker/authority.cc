// X.509 by mbedTLS 2.28; the revocation list, which it can read but not write, by hand.
#include "ota/broker/authority.h"

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/ecp.h>
#include <mbedtls/entropy.h>
#include <mbedtls/oid.h>
#include <mbedtls/pk.h>
#include <mbedtls/x509_crl.h>
#include <mbedtls/x509_crt.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/sha256.h"
#include "ota/trust/der.h"

namespace mote {

struct AuthorityParts {
  mutable mbedtls_entropy_context entropy;
  mutable mbedtls_ctr_drbg_context random;
  mutable mbedtls_pk_context key;
  mbedtls_x509_crt certificate;
  AuthorityParts() {
    mbedtls_entropy_init(&entropy);
    mbedtls_ctr_drbg_init(&random);
    mbedtls_pk_init(&key);
    mbedtls_x509_crt_init(&certificate);
  }
  ~AuthorityParts() {
    mbedtls_x509_crt_free(&certificate);
    mbedtls_pk_free(&key);
    mbedtls_ctr_drbg_free(&random);
    mbedtls_entropy_free(&entropy);
  }
};

namespace {

constexpr size_t kMaxCertificateBytes = 1 << 20;
constexpr int64_t kDaySeconds = 24 * 3600;
constexpr int64_t kAuthorityDays = 20 * 365, kLeafDays = 10 * 365;

Error authority_problem(const Path& where, const std::string& what, const std::string& todo = "") {
  return Error{.cause = Cause::failed, .what = what, .where = where.string(), .todo = todo};
}

// mbedTLS's structures, freed with their scope.
struct Key {
  mbedtls_pk_context pk;
  Key() { mbedtls_pk_init(&pk); }
  ~Key() { mbedtls_pk_free(&pk); }
};
struct Writer {
  mbedtls_x509write_cert certificate;
  mbedtls_mpi serial;
  Writer() {
    mbedtls_x509write_crt_init(&certificate);
    mbedtls_mpi_init(&serial);
  }
  ~Writer() {
    mbedtls_mpi_free(&serial);
    mbedtls_x509write_crt_free(&certificate);
  }
};
struct Read {
  mbedtls_x509_crt certificate;
  mbedtls_x509_crl revoked;
  Read() {
    mbedtls_x509_crt_init(&certificate);
    mbedtls_x509_crl_init(&revoked);
  }
  ~Read() {
    mbedtls_x509_crl_free(&revoked);
    mbedtls_x509_crt_free(&certificate);
  }
};

struct Subject {
  std::string name;  // "CN=press-04"
  int64_t days;
  bool authority;
  CertificateUse use;  // of a leaf
  std::string host;    // that a server's is for
};

bool make_key(const AuthorityParts& parts, mbedtls_pk_context* key) {
  return mbedtls_pk_setup(key, mbedtls_pk_info_from_type(MBEDTLS_PK_ECKEY)) == 0 &&
         mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1, mbedtls_pk_ec(*key), mbedtls_ctr_drbg_random, &parts.random) == 0;
}

bool set_serial(const AuthorityParts& parts, Writer& writer) {
  std::array<uint8_t, 16> serial;
  if (mbedtls_ctr_drbg_random(&parts.random, serial.data(), serial.size()) != 0) return false;
  serial[0] = static_cast<uint8_t>((serial[0] & 0x7f) | 0x40);  // positive, and always of 16 bytes
  return mbedtls_mpi_read_binary(&writer.serial, serial.data(), serial.size()) == 0 &&
         mbedtls_x509write_crt_set_serial(&writer.certificate, &writer.serial) == 0;
}

bool add_extension(mbedtls_x509write_cert* to, std::string_view oid, bool critical, const Bytes& value) {
  return mbedtls_x509write_crt_set_extension(to, oid.data(), oid.size(), critical, value.data(), value.size()) == 0;
}

// Says what the certificate is good for: a device's certificate cannot stand in for the broker's.
bool add_use(mbedtls_x509write_cert* to, const Subject& subject) {
  const std::string_view purpose = subject.use == CertificateUse::server ? MBEDTLS_OID_SERVER_AUTH : MBEDTLS_OID_CLIENT_AUTH;
  const Bytes uses = der::encode(der::sequence, {der::encode(der::object_identifier, {view_of(purpose)})});
  if (!add_extension(to, MBEDTLS_OID_EXTENDED_KEY_USAGE, false, uses)) return false;
  if (subject.use == CertificateUse::client) return true;
  const uint8_t loopback[] = {127, 0, 0, 1};
  Bytes names = der::encode(der::context_2, {view_of("localhost")});
  if (subject.host != "localhost") append(names, der::encode(der::context_2, {view_of(subject.host)}));
  const Bytes address = der::encode(der::context_7, {loopback});
  return add_extension(to, MBEDTLS_OID_SUBJECT_ALT_NAME, false, der::encode(der::sequence, {names, address}));
}

Result<std::string> write_certificate(const AuthorityParts& parts, mbedtls_pk_context* key, const Subject& subject,
                                      const std::string& issuer, int64_t now_seconds) {
  Writer writer;
  mbedtls_x509write_cert* to = &writer.certificate;
  mbedtls_x509write_crt_set_version(to, MBEDTLS_X509_CRT_VERSION_3);
  mbedtls_x509write_crt_set_md_alg(to, MBEDTLS_MD_SHA256);
  mbedtls_x509write_crt_set_subject_key(to, key);
  mbedtls_x509write_crt_set_issuer_key(to, &parts.key);
  const std::string from = der::digits_of(now_seconds - kDaySeconds);  // clocks differ
  const std::string until = der::digits_of(now_seconds + subject.days * kDaySeconds);
  const unsigned usage =
      subject.authority ? MBEDTLS_X509_KU_KEY_CERT_SIGN | MBEDTLS_X509_KU_CRL_SIGN : MBEDTLS_X509_KU_DIGITAL_SIGNATURE;
  std::array<uint8_t, 4096> pem;
  const bool good = set_serial(parts, writer) && mbedtls_x509write_crt_set_subject_name(to, subject.name.c_str()) == 0 &&
                    mbedtls_x509write_crt_set_issuer_name(to, issuer.c_str()) == 0 &&
                    mbedtls_x509write_crt_set_validity(to, from.c_str(), until.c_str()) == 0 &&
                    mbedtls_x509write_crt_set_basic_constraints(to, subject.authority, subject.authority ? 0 : -1) == 0 &&
                    mbedtls_x509write_crt_set_key_usage(to, usage) == 0 &&
                    mbedtls_x509write_crt_set_subject_key_identifier(to) == 0 &&
                    mbedtls_x509write_crt_set_authority_key_identifier(to) == 0 && (subject.authority || add_use(to, subject)) &&
                    mbedtls_x509write_crt_pem(to, pem.data(), pem.size(), mbedtls_ctr_drbg_random, &parts.random) == 0;
  if (!good) return authority_problem(subject.name, "the certificate cannot be made");
  return std::string(reinterpret_cast<const char*>(pem.data()));
}

Result<std::string> key_pem(mbedtls_pk_context* key) {
  std::array<uint8_t, 2048> pem;
  const bool good = mbedtls_pk_write_key_pem(key, pem.data(), pem.size()) == 0;
  std::string text = good ? reinterpret_cast<const char*>(pem.data()) : "";
  pem.fill(0);
  if (!good) return authority_problem("key", "cannot be written as PEM");
  return text;
}

Bytes copy_of(const mbedtls_x509_buf& part) { return {part.p, part.p + part.len}; }

int64_t seconds_of(const mbedtls_x509_time& time) {
  std::tm parts{};
  parts.tm_year = time.year - 1900, parts.tm_mon = time.mon - 1, parts.tm_mday = time.day;
  parts.tm_hour = time.hour, parts.tm_min = time.min, parts.tm_sec = time.sec;
  return ::timegm(&parts);
}

using Revoked = std::map<std::string, int64_t>;  // serial number in hexadecimal digits, when

// A revocation list of version 1 (RFC 5280, 5.1) that holds until there is another.
Result<std::string> write_revoked(const AuthorityParts& parts, const Revoked& revoked, int64_t now_seconds) {
  const std::string_view oid = MBEDTLS_OID_ECDSA_SHA256;
  const Bytes algorithm = der::encode(der::sequence, {der::encode(der::object_identifier, {view_of(oid)})});
  Bytes entries;
  for (const auto& [serial, when] : revoked)
    append(entries, der::encode(der::sequence, {der::encode(der::integer, {*from_hex(serial)}), der::time(when)}));
  const Bytes list = entries.empty() ? Bytes{} : der::encode(der::sequence, {entries});
  const Bytes issuer = copy_of(parts.certificate.subject_raw);
  const Bytes never = der::encode(der::generalized_time, {view_of("99991231235959Z")});
  const Bytes content = der::encode(der::sequence, {algorithm, issuer, der::time(now_seconds), never, list});
  const Digest digest = sha256(content);
  std::array<uint8_t, MBEDTLS_PK_SIGNATURE_MAX_SIZE> signature;
  size_t bytes = 0;
  if (mbedtls_pk_sign(&parts.key, MBEDTLS_MD_SHA256, digest.data(), digest.size(), signature.data(), &bytes,
                      mbedtls_ctr_drbg_random, &parts.random) != 0)
    return authority_problem("revoked.crl", "cannot be signed");
  const uint8_t unused_bits = 0;
  const Bytes signed_bits = der::encode(der::bit_string, {ByteView(&unused_bits, 1), ByteView(signature).first(bytes)});
  return der::pem("X509 CRL", der::encode(der::sequence, {content, algorithm, signed_bits}));
}

}  // namespace

Authority::Authority(Path folder, FileSystem& files, const Clock& clock)
    : folder_(std::move(folder)), files_(&files), clock_(&clock), parts_(std::make_unique<AuthorityParts>()) {}
Authority::Authority(Authority&&) noexcept = default;
Authority::~Authority() = default;

Result<Authority> Authority::open(const Path& folder, FileSystem& files, const Clock& clock) {
  Authority authority(folder, files, clock);
  AuthorityParts& parts = *authority.parts_;
  if (mbedtls_ctr_drbg_seed(&parts.random, mbedtls_entropy_func, &parts.entropy, nullptr, 0) != 0)
    return authority_problem(folder, "the system gives no random numbers");
  if (!files.exists(authority.certificate_path())) TRY_DO(authority.make());
  TRY_DO(authority.load());
  return authority;
}

Result<void> Authority::make() {
  TRY_DO(files_->make_folder(folder_, Access::owner_only));
  if (!make_key(*parts_, &parts_->key)) return authority_problem(folder_, "the authority's key cannot be made");
  std::array<uint8_t, 4> tail;  // tells the authorities of two workspaces apart
  if (mbedtls_ctr_drbg_random(&parts_->random, tail.data(), tail.size()) != 0)
    return authority_problem(folder_, "no random numbers");
  const std::string name = "CN=mote transport " + to_hex(tail) + ",O=mote";
  const int64_t now = clock_->now_ms() / 1000;
  TRY(const std::string certificate,
      write_certificate(*parts_, &parts_->key, {name, kAuthorityDays, true, CertificateUse::client, ""}, name, now));
  TRY(const std::string key, key_pem(&parts_->key));
  if (mbedtls_x509_crt_parse(&parts_->certificate, reinterpret_cast<const uint8_t*>(certificate.c_str()),
                             certificate.size() + 1) != 0)
    return authority_problem(folder_, "the authority's certificate cannot be read back");
  TRY(const std::string revoked, write_revoked(*parts_, {}, now));
  TRY_DO(files_->write_text(folder_ / "ca.key", key, Access::owner_only));
  TRY_DO(files_->write_text(revoked_path(), revoked));
  return files_->write_text(certificate_path(), certificate);  // last: where it is, all is there
}

Result<void> Authority::load() {
  AuthorityParts& parts = *parts_;
  mbedtls_x509_crt_free(&parts.certificate);
  mbedtls_x509_crt_init(&parts.certificate);
  mbedtls_pk_free(&parts.key);
  mbedtls_pk_init(&parts.key);
  const std::string again = "take it from a copy, or remove the folder: every device must then be enrolled again";
  TRY(Bytes certificate, files_->read(certificate_path(), kMaxCertificateBytes));
  TRY(Bytes key, files_->read(folder_ / "ca.key", kMaxCertificateBytes));
  certificate.push_back(0), key.push_back(0);
  if (mbedtls_x509_crt_parse(&parts.certificate, certificate.data(), certificate.size()) != 0)
    return authority_problem(certificate_path(), "is no certificate", again);
  if (mbedtls_pk_parse_key(&parts.key, key.data(), key.size(), nullptr, 0) != 0 ||
      mbedtls_pk_check_pair(&parts.certificate.pk, &parts.key) != 0)
    return authority_problem(folder_ / "ca.key", "is not the key of the authority's certificate", again);
  return {};
}

Result<Credentials> Authority::mint(const std::string& name, CertificateUse use) const {
  Key key;
  if (!make_key(*parts_, &key.pk)) return authority_problem(name, "the transport key cannot be made");
  std::array<char, 256> issuer;
  if (mbedtls_x509_dn_gets(issuer.data(), issuer.size(), &parts_->certificate.subject) < 0)
    return authority_problem(certificate_path(), "has a name that is too long");
  Credentials made;
  TRY(made.certificate,
      write_certificate(*parts_, &key.pk, {"CN=" + name, kLeafDays, false, use, name}, issuer.data(), clock_->now_ms() / 1000));
  TRY(made.key, key_pem(&key.pk));
  return made;
}

Result<void> Authority::revoke(const std::string& certificate) {
  Read read;
  const auto* text = reinterpret_cast<const uint8_t*>(certificate.c_str());
  if (mbedtls_x509_crt_parse(&read.certificate, text, certificate.size() + 1) != 0)
    return authority_problem("certificate", "cannot be read");
  if (copy_of(read.certificate.issuer_raw) != copy_of(parts_->certificate.subject_raw))
    return authority_problem("certificate", "is not from the authority in " + folder_.string());
  TRY(Bytes list, files_->read(revoked_path(), kMaxCertificateBytes));
  list.push_back(0);
  if (mbedtls_x509_crl_parse(&read.revoked, list.data(), list.size()) != 0)
    return authority_problem(revoked_path(), "is no list of revoked certificates", "take it from a copy");
  Revoked revoked;
  for (const mbedtls_x509_crl_entry* entry = &read.revoked.entry; entry != nullptr; entry = entry->next)
    if (entry->serial.len > 0) revoked[to_hex(copy_of(entry->serial))] = seconds_of(entry->revocation_date);
  const int64_t now = clock_->now_ms() / 1000;
  if (!revoked.try_emplace(to_hex(copy_of(read.certificate.serial)), now).second) return {};
  TRY(const std::string written, write_revoked(*parts_, revoked, now));
  return files_->write_text(revoked_path(), written);
}

}  // namespace mote
