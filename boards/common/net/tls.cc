// lwIP's TLS over mbedTLS, held to what lwIP leaves open: it would go on with a certificate that is not to be believed, and asks
// no host for its name.
#include "boards/common/net/tls.h"

#include <altcp_tls_mbedtls_mem.h>
#include <mbedtls/oid.h>
#include <mbedtls/platform.h>
#include <mbedtls/ssl.h>
#include <string.h>

#include "board_values.h"

namespace mote::net {
namespace {

static_assert(board::network_emulation_only == 1,
              "a part of its own needs a source of random numbers: a seed in flash can be copied");

SeedStore* seed_store;
mbedtls_ssl_config* settings;
uint32_t refused_for;  // MBEDTLS_X509_BADCERT_*

int read_seed(unsigned char* to, size_t count) {
  if (count != kSeedBytes) return -1;
  seed_read(seed_store, to);
  return static_cast<int>(count);
}

int write_seed(unsigned char* from, size_t count) {
  if (count != kSeedBytes || seed_replace(seed_store, from) != MOTE_OK) return -1;
  return static_cast<int>(count);
}

// mbedTLS looks at what a certificate may be used for after this.
int note_refusal(void*, mbedtls_x509_crt* certificate, int depth, uint32_t* flags) {
  const bool is_server = mbedtls_x509_crt_check_extended_key_usage(certificate, MBEDTLS_OID_SERVER_AUTH,
                                                                   MBEDTLS_OID_SIZE(MBEDTLS_OID_SERVER_AUTH)) == 0;
  if (depth == 0 && !is_server) *flags |= MBEDTLS_X509_BADCERT_EXT_KEY_USAGE;
  refused_for |= *flags;
  return 0;
}

}  // namespace

altcp_tls_config* tls_start(const Network& network, SeedStore* seeds) {
  seed_store = seeds;
  mbedtls_platform_set_nv_seed(read_seed, write_seed);
  altcp_tls_config* made = altcp_tls_create_config_client_2wayauth(network.authority.bytes, network.authority.count,
                                                                   network.key.bytes, network.key.count, nullptr, 0,
                                                                   network.certificate.bytes, network.certificate.count);
  // altcp_tls_mbedtls.c: an altcp_tls_config begins with the settings.
  settings = reinterpret_cast<mbedtls_ssl_config*>(made);
  if (made == nullptr) return nullptr;
  mbedtls_ssl_conf_authmode(settings, MBEDTLS_SSL_VERIFY_REQUIRED);
  mbedtls_ssl_conf_verify(settings, note_refusal, nullptr);
  // What mbedtls_ssl_conf_max_frag_len would set, were our outgoing records not shorter still.
  settings->mfl_code = MBEDTLS_SSL_MAX_FRAG_LEN_4096;
  static_assert(MBEDTLS_SSL_IN_CONTENT_LEN == 4096, "what the broker is asked for is what there is room for");
  return made;
}

bool tls_expect(altcp_pcb* connection, const char* host_name) {
  refused_for = 0;
  auto* context = static_cast<mbedtls_ssl_context*>(altcp_tls_context(connection));
  return context != nullptr && context->conf == settings && settings->authmode == MBEDTLS_SSL_VERIFY_REQUIRED &&
         mbedtls_ssl_set_hostname(context, host_name) == 0;
}

const char* tls_refusal() {
  if ((refused_for & MBEDTLS_X509_BADCERT_NOT_TRUSTED) != 0) return "the broker's certificate is not of the authority";
  if ((refused_for & MBEDTLS_X509_BADCERT_CN_MISMATCH) != 0) return "the broker's certificate is for another host";
  return refused_for != 0 ? "the broker's certificate is not good for a broker" : nullptr;
}

}  // namespace mote::net

extern "C" uint32_t mote_net_random() {
  uint32_t number = 0;
  // The generator fails only where it has to be seeded anew, from flash: what it then gives is of no use to lwIP, which starts
  // again.
  if (mote::net::settings == nullptr ||
      mote::net::settings->f_rng(mote::net::settings->p_rng, reinterpret_cast<unsigned char*>(&number), sizeof number) != 0)
    mote_net_assertion_failed();
  return number;
}

// What lwIP's TLS keeps, from mbedTLS's pool: so it is there before lwIP's own memory, and one pool holds all of it.
extern "C" {

void altcp_mbedtls_mem_init() {}
altcp_mbedtls_state_t* altcp_mbedtls_alloc(void* conf) {
  auto* state = static_cast<altcp_mbedtls_state_t*>(mbedtls_calloc(1, sizeof(altcp_mbedtls_state_t)));
  if (state != nullptr) state->conf = conf;
  return state;
}
void altcp_mbedtls_free(void*, altcp_mbedtls_state_t* state) { mbedtls_free(state); }
void* altcp_mbedtls_alloc_config(size_t size) { return mbedtls_calloc(1, size); }
void altcp_mbedtls_free_config(void* item) { mbedtls_free(item); }
}
