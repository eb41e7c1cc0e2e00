// A device for tests: signs what the device's own code writes, so that the host is held to the real bytes.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "base/sha256.h"
#include "device/agent/agent.h"
#include "device/format/messages.h"
#include "device/monitor/monitor.h"
#include "device/port/mbedtls/crypto.h"
#include "device/update/envelope.h"
#include "ota/devices/devices.h"
#include "ota/trust/keys.h"

namespace mote::fleet {

class SpeakingDevice {
 public:
  explicit SpeakingDevice(std::string id, Bytes baseline = {}, const KeyPair& key = generate_key().value())
      : id_(std::move(id)), key_(key), baseline_(std::move(baseline)) {
    model_id_.fill(0x5a);
    restart();
  }

  const std::string& id() const { return id_; }
  const KeyPair& key() const { return key_; }
  uint32_t boot() const { return boot_; }
  void restart() {
    ++boot_;
    counter_ = 0;
    monitor_start(&monitor_, baseline_.data(), baseline_.size());
  }
  void run(uint32_t release, const Digest& model_id) {
    release_ = release;
    model_id_ = model_id;
    monitor_start(&monitor_, baseline_.data(), baseline_.size());
  }

  EnrolledDevice enrolment() const {
    return {.id = id_, .device_class = "vibration-m4", .cohort = "hall-1", .report_key = key_.public_key, .enrolled_ms = 1};
  }

  void window(const std::vector<int16_t>& statistics, const std::vector<int8_t>& scores, uint32_t latency_us = 900) {
    monitor_window(&monitor_, statistics.data(), static_cast<uint32_t>(statistics.size()), scores.data(),
                   static_cast<uint32_t>(scores.size()), latency_us);
  }
  void miss() { monitor_miss(&monitor_); }
  void hear_time(uint32_t seconds) { heard_ = seconds; }

  // The next report; `says`: whom it speaks for.
  Bytes report(const std::string& says = "") {
    Bytes bytes(kMaxReportBytes);
    const std::string device = says.empty() ? id_ : says;
    ReportWriter writer;
    report_begin(&writer, bytes.data() + kEnvelopeHeaderBytes, kMaxReportBytes - kEnvelopeOverhead,
                 {.device = device.c_str(),
                  .boot = boot_,
                  .counter = ++counter_,
                  .uptime_ms = 1000,
                  .release = release_,
                  .model_id = model_id_.data()});
    monitor_cut(&monitor_, &writer);
    if (heard_ != 0) report_u32(&writer, metric_id::time_floor, 0, heard_);
    return sealed(EnvelopeType::report, std::move(bytes), report_finish(&writer));
  }

  Bytes state(mote_status status = MOTE_OK) {
    Bytes bytes(1024);
    const StateFields fields = {.device = id_.c_str(),
                                .device_class = "vibration-m4",
                                .online = true,
                                .status = static_cast<uint8_t>(status),
                                .boot = boot_,
                                .release = release_,
                                .model_id = model_id_.data()};
    const uint32_t count = write_state(fields, bytes.data() + kEnvelopeHeaderBytes, 1024 - kEnvelopeOverhead);
    return sealed(EnvelopeType::state, std::move(bytes), count);
  }

  Bytes sealed(EnvelopeType type, Bytes envelope, uint32_t payload) const {
    seal_envelope(mbedtls_crypto(), type, key_.private_key.data(), key_.public_key.data(), envelope.data(), payload);
    envelope.resize(payload + kEnvelopeOverhead);
    return envelope;
  }
  Bytes sealed_payload(EnvelopeType type, ByteView payload) const {
    Bytes envelope(payload.size() + kEnvelopeOverhead);
    std::copy(payload.begin(), payload.end(), envelope.begin() + kEnvelopeHeaderBytes);
    return sealed(type, std::move(envelope), static_cast<uint32_t>(payload.size()));
  }

 private:
  std::string id_;
  KeyPair key_;
  Bytes baseline_;
  Digest model_id_;
  uint32_t release_ = 1, boot_ = 0, counter_ = 0, heard_ = 0;
  Monitor monitor_;
};

}  // namespace mote::fleet
