// mbedTLS 2.28 behind three calls that do not block.
#include "ota/transport/relay/tls.h"

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/error.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/pk.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace mote {

struct TlsParts {
  mbedtls_entropy_context entropy;
  mbedtls_ctr_drbg_context random;
  mbedtls_x509_crt authority;
  mbedtls_x509_crt certificate;
  mbedtls_pk_context key;
  mbedtls_ssl_config config;
  std::string server_name;
};

struct TlsState {
  mbedtls_ssl_context ssl;
  int socket = -1;
  bool wants_write = false;
  std::string trouble;
};

namespace {

// Suites with forward secrecy and authenticated encryption, for the P-256 certificates that `mote broker up` makes.
constexpr int kSuites[] = {MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, MBEDTLS_TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
                           MBEDTLS_TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, 0};

Error refuse(const std::string& what, const std::string& todo) {
  return Error{.cause = Cause::failed, .what = what, .where = "TLS", .todo = todo};
}

const uint8_t* pem(const std::string& text) { return reinterpret_cast<const uint8_t*>(text.c_str()); }

int send_bytes(void* context, const uint8_t* bytes, size_t count) {
  const ssize_t sent = ::send(static_cast<TlsState*>(context)->socket, bytes, count, MSG_NOSIGNAL);
  if (sent >= 0) return static_cast<int>(sent);
  return errno == EAGAIN || errno == EINTR ? MBEDTLS_ERR_SSL_WANT_WRITE : MBEDTLS_ERR_NET_CONN_RESET;
}

int receive_bytes(void* context, uint8_t* bytes, size_t count) {
  const ssize_t received = ::recv(static_cast<TlsState*>(context)->socket, bytes, count, 0);
  if (received >= 0) return static_cast<int>(received);
  return errno == EAGAIN || errno == EINTR ? MBEDTLS_ERR_SSL_WANT_READ : MBEDTLS_ERR_NET_CONN_RESET;
}

std::string text_of_error(int code) {
  char text[160] = "";
  mbedtls_strerror(code, text, sizeof text);
  return text;
}

std::string why_not_believed(uint32_t flags) {
  if ((flags & MBEDTLS_X509_BADCERT_CN_MISMATCH) != 0) return "the broker's certificate is for another name";
  if ((flags & MBEDTLS_X509_BADCERT_EXPIRED) != 0) return "the broker's certificate has expired";
  if ((flags & MBEDTLS_X509_BADCERT_FUTURE) != 0) return "the broker's certificate is not valid yet";
  if ((flags & MBEDTLS_X509_BADCERT_EXT_KEY_USAGE) != 0) return "the broker's certificate is not one of a server";
  return "the broker's certificate is not from our authority";
}

}  // namespace

TlsIdentity::TlsIdentity() : parts_(std::make_unique<TlsParts>()) {
  mbedtls_entropy_init(&parts_->entropy);
  mbedtls_ctr_drbg_init(&parts_->random);
  mbedtls_x509_crt_init(&parts_->authority);
  mbedtls_x509_crt_init(&parts_->certificate);
  mbedtls_pk_init(&parts_->key);
  mbedtls_ssl_config_init(&parts_->config);
}

TlsIdentity::~TlsIdentity() {
  mbedtls_ssl_config_free(&parts_->config);
  mbedtls_pk_free(&parts_->key);
  mbedtls_x509_crt_free(&parts_->certificate);
  mbedtls_x509_crt_free(&parts_->authority);
  mbedtls_ctr_drbg_free(&parts_->random);
  mbedtls_entropy_free(&parts_->entropy);
}

Result<std::shared_ptr<TlsIdentity>> TlsIdentity::make(const std::string& authority, const std::string& certificate,
                                                       const std::string& key, const std::string& server_name) {
  std::shared_ptr<TlsIdentity> made(new TlsIdentity);
  TlsParts& parts = *made->parts_;
  parts.server_name = server_name;
  if (server_name.empty()) return refuse("the name that the broker's certificate must carry is empty", "");
  if (mbedtls_ctr_drbg_seed(&parts.random, mbedtls_entropy_func, &parts.entropy, nullptr, 0) != 0)
    return refuse("the system gives no random numbers", "");
  if (mbedtls_x509_crt_parse(&parts.authority, pem(authority), authority.size() + 1) != 0)
    return refuse("the certificate of the authority cannot be read", "");
  if (mbedtls_x509_crt_parse(&parts.certificate, pem(certificate), certificate.size() + 1) != 0)
    return refuse("the client certificate cannot be read", "");
  if (mbedtls_pk_parse_key(&parts.key, pem(key), key.size() + 1, nullptr, 0) != 0)
    return refuse("the client's private key cannot be read", "");
  if (mbedtls_pk_check_pair(&parts.certificate.pk, &parts.key) != 0)
    return refuse("the client's private key does not belong to its certificate", "");

  mbedtls_ssl_config* config = &parts.config;
  if (mbedtls_ssl_config_defaults(config, MBEDTLS_SSL_IS_CLIENT, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT) != 0 ||
      mbedtls_ssl_conf_own_cert(config, &parts.certificate, &parts.key) != 0)
    return refuse("there is not enough memory", "");
  mbedtls_ssl_conf_min_version(config, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
  mbedtls_ssl_conf_max_version(config, MBEDTLS_SSL_MAJOR_VERSION_3, MBEDTLS_SSL_MINOR_VERSION_3);
  mbedtls_ssl_conf_ciphersuites(config, kSuites);
  mbedtls_ssl_conf_cert_profile(config, &mbedtls_x509_crt_profile_suiteb);
  mbedtls_ssl_conf_authmode(config, MBEDTLS_SSL_VERIFY_REQUIRED);
  mbedtls_ssl_conf_ca_chain(config, &parts.authority, nullptr);
  mbedtls_ssl_conf_rng(config, mbedtls_ctr_drbg_random, &parts.random);
  mbedtls_ssl_conf_session_tickets(config, MBEDTLS_SSL_SESSION_TICKETS_DISABLED);
  return made;
}

TlsStream::TlsStream(std::shared_ptr<TlsIdentity> identity, int socket)
    : identity_(std::move(identity)), state_(std::make_unique<TlsState>()) {
  state_->socket = socket;
  mbedtls_ssl_init(&state_->ssl);
  // Without the name a certificate of any server of the same authority would do (CVE-2025-27809 is about forgetting it).
  if (mbedtls_ssl_setup(&state_->ssl, &identity_->parts_->config) != 0 ||
      mbedtls_ssl_set_hostname(&state_->ssl, identity_->parts_->server_name.c_str()) != 0)
    state_->trouble = "there is not enough memory";
  mbedtls_ssl_set_bio(&state_->ssl, state_.get(), send_bytes, receive_bytes, nullptr);
}

TlsStream::~TlsStream() { mbedtls_ssl_free(&state_->ssl); }

TlsResult TlsStream::handshake() {
  if (!state_->trouble.empty()) return TlsResult::ended;
  const int code = mbedtls_ssl_handshake(&state_->ssl);
  if (code == MBEDTLS_ERR_X509_CERT_VERIFY_FAILED) {
    state_->trouble = why_not_believed(mbedtls_ssl_get_verify_result(&state_->ssl));
    return TlsResult::ended;
  }
  // A broker that closes at once takes its alert back (TCP resets what was not read), so its end says the same as its alert.
  if (code == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE || code == MBEDTLS_ERR_NET_CONN_RESET || code == MBEDTLS_ERR_SSL_CONN_EOF) {
    state_->trouble = "the broker refused us or our certificate, or went away, in the TLS handshake";
    return TlsResult::ended;
  }
  return result_of(code);
}

TlsResult TlsStream::read(std::span<uint8_t> to, size_t* taken) {
  const int code = mbedtls_ssl_read(&state_->ssl, to.data(), to.size());
  *taken = code > 0 ? static_cast<size_t>(code) : 0;
  return result_of(code == 0 ? MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY : code);
}

TlsResult TlsStream::write(ByteView bytes, size_t* taken) {
  const int code = mbedtls_ssl_write(&state_->ssl, bytes.data(), bytes.size());
  *taken = code > 0 ? static_cast<size_t>(code) : 0;
  return result_of(code);
}

void TlsStream::close_notify() { mbedtls_ssl_close_notify(&state_->ssl); }
bool TlsStream::wants_write() const { return state_->wants_write; }
const std::string& TlsStream::trouble() const { return state_->trouble; }

TlsResult TlsStream::result_of(int code) {
  state_->wants_write = code == MBEDTLS_ERR_SSL_WANT_WRITE;
  if (code >= 0) return TlsResult::done;
  if (code == MBEDTLS_ERR_SSL_WANT_READ || code == MBEDTLS_ERR_SSL_WANT_WRITE) return TlsResult::again;
  const bool orderly = code == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY || code == MBEDTLS_ERR_SSL_CONN_EOF;
  if (orderly || code == MBEDTLS_ERR_NET_CONN_RESET) {
    state_->trouble = orderly ? "closed by the broker" : "the connection broke";
  } else {
    state_->trouble = "TLS: " + text_of_error(code);
  }
  return TlsResult::ended;
}

}  // namespace mote
