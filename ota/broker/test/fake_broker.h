// A TLS server on loopback that says to its one visitor whatever a test wants: a hostile broker.
#pragma once

#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <mbedtls/x509_crt.h>
#include <poll.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

#include "ota/broker/authority.h"
#include "ota/transport/relay/sockets.h"

namespace mote {

class FakeBroker {
 public:
  // After the visitor's first bytes it says `greeting`, then `flood` again and again, with `pause` before each, until it is cut
  // off or `most` bytes are out.
  FakeBroker(const Credentials& credentials, Bytes greeting, Bytes flood, size_t most, std::chrono::milliseconds pause = {})
      : greeting_(std::move(greeting)), flood_(std::move(flood)), most_(most), pause_(pause) {
    mbedtls_entropy_init(&entropy_), mbedtls_ctr_drbg_init(&random_), mbedtls_x509_crt_init(&certificate_);
    mbedtls_pk_init(&key_), mbedtls_ssl_config_init(&config_), mbedtls_ssl_init(&ssl_);
    mbedtls_net_init(&listener_), mbedtls_net_init(&visitor_);
    const auto pem = [](const std::string& text) { return reinterpret_cast<const uint8_t*>(text.c_str()); };
    port_ = free_port(0).value();
    const bool good =
        mbedtls_ctr_drbg_seed(&random_, mbedtls_entropy_func, &entropy_, nullptr, 0) == 0 &&
        mbedtls_x509_crt_parse(&certificate_, pem(credentials.certificate), credentials.certificate.size() + 1) == 0 &&
        mbedtls_pk_parse_key(&key_, pem(credentials.key), credentials.key.size() + 1, nullptr, 0) == 0 &&
        mbedtls_ssl_config_defaults(&config_, MBEDTLS_SSL_IS_SERVER, MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT) ==
            0 &&
        mbedtls_ssl_conf_own_cert(&config_, &certificate_, &key_) == 0 && mbedtls_ssl_setup(&ssl_, &config_) == 0 &&
        mbedtls_net_bind(&listener_, "127.0.0.1", std::to_string(port_).c_str(), MBEDTLS_NET_PROTO_TCP) == 0;
    if (!good) throw std::runtime_error("the fake broker cannot be set up");
    mbedtls_ssl_conf_rng(&config_, mbedtls_ctr_drbg_random, &random_);
    thread_ = std::thread([this] { serve(); });
  }
  ~FakeBroker() {
    stop_ = true;
    thread_.join();
    mbedtls_net_free(&visitor_), mbedtls_net_free(&listener_), mbedtls_ssl_free(&ssl_), mbedtls_ssl_config_free(&config_);
    mbedtls_pk_free(&key_), mbedtls_x509_crt_free(&certificate_), mbedtls_ctr_drbg_free(&random_),
        mbedtls_entropy_free(&entropy_);
  }

  uint16_t port() const { return port_; }
  bool served() const { return served_; }  // the visitor has come and gone, or has taken it all
  size_t flooded() const { return flooded_; }

 private:
  void serve() {
    while (!stop_ && !readable(listener_.fd)) continue;
    if (!stop_ && mbedtls_net_accept(&listener_, &visitor_, nullptr, 0, nullptr) == 0) {
      mbedtls_ssl_set_bio(&ssl_, &visitor_, mbedtls_net_send, mbedtls_net_recv, nullptr);
      uint8_t first[512];
      if (mbedtls_ssl_handshake(&ssl_) == 0 && mbedtls_ssl_read(&ssl_, first, sizeof first) > 0 && say(greeting_))
        while (!stop_ && flooded_ < most_ && dawdle() && say(flood_)) flooded_ += flood_.size();
    }
    served_ = true;
  }
  bool dawdle() const {
    if (pause_.count() > 0) std::this_thread::sleep_for(pause_);
    return true;
  }
  bool say(const Bytes& bytes) {
    for (size_t at = 0; at < bytes.size();) {
      const int sent = mbedtls_ssl_write(&ssl_, bytes.data() + at, bytes.size() - at);
      if (sent <= 0) return false;
      at += static_cast<size_t>(sent);
    }
    return true;
  }
  static bool readable(int descriptor) {
    pollfd waited{descriptor, POLLIN, 0};
    return ::poll(&waited, 1, 50) > 0;
  }

  Bytes greeting_, flood_;
  size_t most_;
  std::chrono::milliseconds pause_;
  mbedtls_entropy_context entropy_;
  mbedtls_ctr_drbg_context random_;
  mbedtls_x509_crt certificate_;
  mbedtls_pk_context key_;
  mbedtls_ssl_config config_;
  mbedtls_ssl_context ssl_;
  mbedtls_net_context listener_, visitor_;
  uint16_t port_ = 0;
  std::atomic<bool> stop_ = false, served_ = false;
  std::atomic<size_t> flooded_ = 0;
  std::thread thread_;
};

}  // namespace mote
