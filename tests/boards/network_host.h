// The operator of one networked board: a workspace, a real broker, the keys of both sides, and who answers the board over MQTT.
#pragma once

#include <set>

#include "device/port/identity.h"
#include "device/port/mbedtls/crypto.h"
#include "device/update/envelope.h"
#include "ota/broker/broker.h"
#include "ota/broker/test/workspace.h"
#include "ota/devices/network.h"
#include "ota/rollout/release.h"
#include "ota/transport/mqtt.h"
#include "ota/transport/presence.h"
#include "ota/transport/topics.h"
#include "ota/trust/test/keys.h"
#include "report_generated.h"

namespace mote::test {

constexpr char kNetworkDevice[] = "net-1";
constexpr char kHostFromGuest[] = "10.0.2.2";  // QEMU's user-mode network: this machine's loopback

// A board's keys and those of its operator.
struct NetworkKeys : TestProject {
  using TestProject::TestProject;
  KeyPair report = sure_key();

  Bytes identity(const std::string& device = kNetworkDevice) const {
    const Bytes document = must(root_document(root()));
    return blob_of(test_identity(device, "vibration", "", report, document));
  }
};

class NetworkHost {
 public:
  NetworkHost() { world.enrol(kNetworkDevice); }

  Bytes network(uint16_t port, const std::string& host_name = "localhost", const std::string& own = "") {
    return must(network_blob(world.workspace, world.files, kNetworkDevice,
                             {.broker = kHostFromGuest, .port = port, .host_name = host_name, .own = own}));
  }

  void broker_up() {
    broker = std::make_unique<BrokerProcess>(must(BrokerProcess::up(world.workspace, world.files, world.clock, {})));
  }

  // Listens as the controller from now on.
  void join() {
    relay = must(Relay::start(world.clock));
    const Endpoint endpoint = must(host_endpoint(world.workspace, world.files, broker->address(), HostProgram::controller));
    connection = must(MqttConnection::open(endpoint, relay, world.clock));
    for (const Channel channel : {Channel::state, Channel::report, Channel::request})
      must(connection->subscribe(filter_of(channel)));
    wait_for([this] { return connected; });
  }

  static constexpr uint32_t kChunkBytes = 256;

  // Signs with `signer`'s image key and the director key, and wants it on the device.
  void want(const Bytes& model, uint32_t release, const TestProject& signer) { want(model, release, signer, keys.director_key); }
  void want(const Bytes& model, uint32_t release, const TestProject& signer, const KeyPair& director, uint64_t expires = 0) {
    const BundleOptions options{.name = "test", .device_class = "vibration", .release = release, .chunk_bytes = kChunkBytes};
    release_ = Release::open(must(make_bundle(model, options, signer.image_key)), signer.root(), "bundle").value();
    blocks_ = std::make_unique<BlockQueue>(*release_);
    const Directive directive{.device = kNetworkDevice,
                              .sequence = release,
                              .expires = expires,
                              .image_digest = release_->image_digest(),
                              .trial_windows = 3};
    Bytes desired = must(sign_directive(directive, director));
    append(desired, release_->envelope());
    must(connection->publish(topic_of(kNetworkDevice, Channel::desired), desired, Delivery::at_least_once, Retain::yes));
  }

  void say_time(uint64_t unix_seconds, const KeyPair& director) {
    const Bytes beacon = must(sign_time(unix_seconds, director));
    must(connection->publish(topic_of("", Channel::time), beacon, Delivery::at_least_once, Retain::yes));
  }

  void send(Channel channel, const Bytes& message) {
    must(connection->publish(topic_of(kNetworkDevice, channel), message, Delivery::at_least_once, Retain::no));
  }

  // Answers the board until `done`, or 60 s.
  bool wait_for(const std::function<bool()>& done, std::chrono::milliseconds patience = std::chrono::seconds(60)) {
    const Handlers handlers{.message = [this](const Message& message) { take(message); },
                            .connected = [this] { connected = true; },
                            .disconnected = [this] { connected = false; }};
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!done()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      connection->poll(std::chrono::milliseconds(5), handlers);
      if (idle) idle();
    }
    return true;
  }

  TestWorkspace world;
  NetworkKeys keys;
  std::unique_ptr<BrokerProcess> broker;
  std::shared_ptr<Relay> relay;
  std::unique_ptr<MqttConnection> connection;
  std::function<void()> idle;  // called while it waits
  bool connected = false;
  std::optional<format::StateT> state;  // the newest, whose signature is good
  std::optional<uint32_t> will;         // the boot of the newest last will
  int states = 0, reports = 0, requests = 0;
  size_t answered = 0;        // chunks
  std::set<uint32_t> chunks;  // which of them
  size_t answer_at_most = SIZE_MAX;

 private:
  bool opens(EnvelopeType type, const Message& message, Opened* opened) {
    const mote_status status = open_envelope(mbedtls_crypto(), type, single_key(keys.report.public_key.data()),
                                             message.payload.data(), message.payload.size(), opened);
    EXPECT_EQ(status, MOTE_OK) << mote_status_name(status);
    return status == MOTE_OK;
  }

  void take(const Message& message) {
    const std::optional<DeviceTopic> topic = parse_topic(message.topic);
    if (!topic || topic->device != kNetworkDevice || message.payload.empty()) return;
    Opened opened;
    if (topic->channel == Channel::state) {
      const StateMessage said = parse_state_or_will(message.payload);
      if (said.kind == StateKind::will) will = said.boot;
      if (said.kind != StateKind::state || !opens(EnvelopeType::state, message, &opened)) return;
      state.emplace();
      flatbuffers::GetRoot<format::State>(opened.payload)->UnPackTo(&*state);
      ++states;
    } else if (topic->channel == Channel::report) {
      reports += opens(EnvelopeType::report, message, &opened) ? 1 : 0;
    } else if (topic->channel == Channel::request) {
      ++requests;
      if (blocks_) answer(message.payload);
    }
  }

  void answer(const Bytes& request) {
    blocks_->ask(kNetworkDevice, request, 0);
    for (int64_t now = 1'000'000; auto block = blocks_->next(now += 1000);) {
      if (answered == answer_at_most) return;
      if (!connection->publish(topic_of(kNetworkDevice, Channel::block), block->payload, Delivery::at_most_once, Retain::no).ok())
        return;
      chunks.insert(flatbuffers::GetRoot<format::Block>(block->payload.data())->index());
      blocks_->sent();
      ++answered;
    }
  }

  std::unique_ptr<Release> release_;
  std::unique_ptr<BlockQueue> blocks_;
};

}  // namespace mote::test
