// A device on the bench: the agent over simulated flash, and a host's side played by hand.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "device/agent/state.h"
#include "device/model/test/sample_models.h"
#include "device/port/mbedtls/crypto.h"
#include "device/update/envelope.h"
#include "ota/rollout/release.h"
#include "ota/simulated_flash/flash_simulator.h"
#include "ota/trust/test/keys.h"
#include "report_generated.h"

namespace mote {

// A valid model with a front end for windows of 16 samples of 2 channels; other numbers are other models.
inline ModelBuilder numbered_model(uint8_t number) {
  ModelBuilder model = whole_model();
  model.self_test = {};
  model.weights[32] = number;  // of the first convolution
  add_self_test(&model, 2);
  return model;
}

struct Sent {
  Channel channel;
  Bytes bytes;
};

class AgentBench {
 public:
  explicit AgentBench(uint32_t now_ms = 1000) : now_ms_(now_ms) {
    config.update = {&flash_,
                     &crypto_,
                     &identity,
                     {.journal = 0, .journal_half_bytes = 4096, .slots = {8192, 8192 + 16384}, .slot_bytes = 16384},
                     arena_.data(),
                     static_cast<uint32_t>(arena_.size()),
                     0,
                     nullptr};
    config.ports = {this,
                    [](void* bench, Channel channel, const uint8_t* bytes, size_t count) {
                      return static_cast<AgentBench*>(bench)->publish(channel, {bytes, count});
                    },
                    [](void* bench) { return static_cast<AgentBench*>(bench)->microseconds_ += 100; }, nullptr};
    config.report_windows = 10;
    config.report_ms = 60'000;
    config.resend_ms = 1000;
    config.request_chunks = 8;
    config.trial_ms = 20'000;
    boot();
  }

  mote_status boot() {
    const mote_status status = agent_start(&agent, config, now_ms_);
    EXPECT_EQ(status, MOTE_OK);
    return status;
  }

  void give(EventType type, Channel channel = Channel::state, ByteView bytes = {}) {
    agent_step(&agent, now_ms_, {type, channel, bytes.data(), bytes.size()});
  }
  void hear(Channel channel, ByteView bytes) { give(EventType::message, channel, bytes); }
  void connect() { give(EventType::connected); }
  void disconnect() { give(EventType::disconnected); }
  void wait(uint32_t ms) {
    now_ms_ += ms;
    give(EventType::tick);
  }
  void feel(int windows) {
    for (int i = 0; i < windows; ++i) {
      std::vector<int16_t> window(32);
      for (size_t k = 0; k < window.size(); ++k) window[k] = static_cast<int16_t>((felt_ * 31 + k * 97) % 400);
      ++felt_;
      give(EventType::window, Channel::state, bytes_of(std::span<const int16_t>(window)));
    }
  }

  // A release of `model`, in chunks of 256 bytes.
  std::unique_ptr<Release> release_of(const ModelBuilder& model, uint32_t release,
                                      const std::string& device_class = "vibration") {
    const AlignedBytes file = model.build();
    const BundleOptions options = {.name = "bench", .device_class = device_class, .release = release, .chunk_bytes = 256};
    Result<Bytes> bundle = make_bundle({file.data(), file.size()}, options, project.image_key);
    EXPECT_TRUE(bundle.ok()) << bundle.error().line();
    return std::move(Release::open(std::move(bundle).value(), project.root(), "bench")).value();
  }
  Bytes desired(const Release& release, uint32_t sequence, uint32_t trial_windows = 3, uint64_t expires = 0) {
    return desired(release, {.sequence = sequence, .expires = expires, .trial_windows = trial_windows});
  }
  Bytes desired(const Release& release, Directive directive) {
    directive.device = "press-04";
    directive.image_digest = release.image_digest();
    Bytes bytes = std::move(sign_directive(directive, project.director_key)).value();
    append(bytes, release.envelope());
    return bytes;
  }

  // Answers requests until none comes, leaving out the chunks that `drops` names.
  void serve(const Release& release, const std::vector<uint32_t>& drops = {}) {
    for (;;) {
      const std::vector<uint32_t> wanted = take_request();
      if (wanted.empty()) return;
      for (const uint32_t index : wanted)
        if (std::find(drops.begin(), drops.end(), index) == drops.end())
          hear(Channel::block, release.block(digest(release), index));
    }
  }
  static Digest digest(const Release& release) { return release.image().payloads[0].digest; }

  // The chunks that the oldest request asks for; empty when there is none.
  std::vector<uint32_t> take_request() {
    std::vector<uint32_t> wanted;
    const std::optional<Bytes> bytes = take(Channel::request);
    if (!bytes) return wanted;
    const auto* request = flatbuffers::GetRoot<format::Request>(bytes->data());
    for (uint32_t bit = 0; bit < request->missing()->size() * 8; ++bit)
      if (request->missing()->Get(bit / 8) >> bit % 8 & 1) wanted.push_back(request->first() + bit);
    return wanted;
  }

  // The payload of the oldest message of a channel whose envelope verifies.
  template <typename Table>
  std::unique_ptr<typename Table::NativeTableType> take_signed(Channel channel, EnvelopeType type) {
    const std::optional<Bytes> bytes = take(channel);
    if (!bytes) return nullptr;
    Opened opened;
    EXPECT_EQ(open_envelope(crypto_, type, single_key(report_key.public_key.data()), bytes->data(), bytes->size(), &opened), MOTE_OK);
    flatbuffers::Verifier verifier(opened.payload, opened.payload_bytes);
    EXPECT_TRUE(verifier.VerifyBuffer<Table>(nullptr));
    return std::unique_ptr<typename Table::NativeTableType>(flatbuffers::GetRoot<Table>(opened.payload)->UnPack());
  }
  std::unique_ptr<format::StateT> take_state() { return take_signed<format::State>(Channel::state, EnvelopeType::state); }
  std::unique_ptr<format::ReportT> take_report() { return take_signed<format::Report>(Channel::report, EnvelopeType::report); }
  std::unique_ptr<format::StateT> last_state() {
    std::unique_ptr<format::StateT> last;
    while (auto state = take_state()) last = std::move(state);
    return last;
  }
  std::optional<Bytes> take(Channel channel) {
    for (auto at = sent.begin(); at != sent.end(); ++at) {
      if (at->channel != channel) continue;
      Bytes bytes = std::move(at->bytes);
      sent.erase(at);
      return bytes;
    }
    return std::nullopt;
  }

  void acknowledge(uint32_t boot, uint32_t counter) {
    flatbuffers::FlatBufferBuilder builder;
    builder.Finish(format::CreateAcknowledge(builder, boot, counter));
    hear(Channel::acknowledge, {builder.GetBufferPointer(), builder.GetSize()});
  }
  // The windows that a report counts.
  static uint32_t windows_in(const format::ReportT& report) {
    uint32_t windows = 0;
    for (const auto& metric : report.metrics)
      if (metric->id == metric_id::windows) std::memcpy(&windows, metric->payload.data(), 4);
    return windows;
  }

  // From nothing to a confirmed release.
  void install(const Release& release, uint32_t sequence) {
    hear(Channel::desired, desired(release, sequence));
    serve(release);
    wait(1);
    wait(1);
    feel(3);
    wait(1);
    EXPECT_EQ(agent.updater.phase, Phase::idle);
    EXPECT_EQ(agent.running.release, release.image().release);
  }

  TestProject project;
  KeyPair report_key = test_key(10);
  Bytes root = root_document(project.root()).value();
  Identity identity = test_identity("press-04", "vibration", "", report_key, root);
  AgentConfig config{};
  Agent agent;
  std::vector<Sent> sent;
  bool transport_takes = true;
  std::unique_ptr<FlashSimulator> simulator =
      std::move(FlashSimulator::in_memory({.bytes = 65536, .sector_bytes = 4096, .program_bytes = 8}, 1)).value();

 private:
  bool publish(Channel channel, ByteView bytes) {
    if (transport_takes) sent.push_back({channel, Bytes(bytes.begin(), bytes.end())});
    return transport_takes;
  }

  uint32_t now_ms_;
  uint32_t microseconds_ = 0;
  uint32_t felt_ = 0;
  Flash flash_ = simulator->port();
  Crypto crypto_ = mbedtls_crypto();
  AlignedBytes arena_ = AlignedBytes(8192);
};

}  // namespace mote
