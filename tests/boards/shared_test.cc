// Two networked boards take a model whose chunks are published once, against a real broker over TLS: docs/spec/topics.md, T11,
// T12.
#include <cinttypes>

#include "tests/boards/boards_case.h"
#include "tests/boards/linked_board.h"
#include "tests/boards/network_host.h"

namespace mote {
namespace {

using std::chrono::seconds;
using test::LinkedBoard;

const std::vector<std::string> kDevices = {"net-1", "net-2"};
constexpr uint32_t kChunkBytes = 256;
constexpr uint32_t kRelease = 1;

// What a rollout does with requests, and how many bytes of the model it sends for that.
struct Cohort {
  TestWorkspace world;
  test::NetworkKeys keys;
  std::unique_ptr<BrokerProcess> broker;
  std::shared_ptr<Relay> relay;
  std::unique_ptr<MqttConnection> connection;
  std::unique_ptr<Release> release;
  std::unique_ptr<BlockQueue> blocks;
  std::map<std::string, format::StateT> states;  // the newest of each
  std::set<std::string> asked;                   // who has, so far
  size_t shared_bytes = 0, own_bytes = 0;
  size_t swallow_every = 0;  // of the shared chunks; 0: none
  size_t shared_chunks = 0;

  Cohort() {
    for (const std::string& device : kDevices) world.enrol(device);
    broker = std::make_unique<BrokerProcess>(must(BrokerProcess::up(world.workspace, world.files, world.clock, {})));
    relay = must(Relay::start(world.clock));
    const Endpoint endpoint = must(host_endpoint(world.workspace, world.files, broker->address(), HostProgram::controller));
    connection = must(MqttConnection::open(endpoint, relay, world.clock));
    for (const Channel channel : {Channel::state, Channel::request}) must(connection->subscribe(filter_of(channel)));
    serve([this] { return connection->connected(); });
  }

  void want(const Bytes& model) {
    const BundleOptions options{.name = "test", .device_class = "vibration", .release = kRelease, .chunk_bytes = kChunkBytes};
    release = Release::open(must(make_bundle(model, options, keys.image_key)), keys.root(), "bundle").value();
    blocks = std::make_unique<BlockQueue>(*release);
    for (const std::string& device : kDevices) {
      const Directive directive{
          .device = device, .sequence = kRelease, .image_digest = release->image_digest(), .trial_windows = 3};
      Bytes desired = must(sign_directive(directive, keys.director_key));
      append(desired, release->envelope());
      must(connection->publish(topic_of(device, Channel::desired), desired, Delivery::at_least_once, Retain::yes));
    }
  }

  bool serve(const std::function<bool()>& done, seconds patience = seconds(90)) {
    const Handlers handlers{.message = [this](const Message& message) { take(message); }};
    for (const auto end = std::chrono::steady_clock::now() + patience; !done();) {
      if (std::chrono::steady_clock::now() > end) return false;
      connection->poll(std::chrono::milliseconds(5), handlers);
      while (send_block()) continue;
    }
    return true;
  }

  bool all_are_on_trial() const {
    return std::all_of(kDevices.begin(), kDevices.end(), [this](const std::string& device) {
      const auto state = states.find(device);
      return state != states.end() && state->second.phase == static_cast<uint8_t>(Phase::trial);
    });
  }

  std::string standing() const {
    std::string text = std::to_string(shared_bytes) + " bytes shared, " + std::to_string(own_bytes) + " not";
    for (const auto& [device, state] : states)
      text += "\n" + device + ": phase " + std::to_string(state.phase) + ", " + std::to_string(state.chunks_held) + " of " +
              std::to_string(state.chunks_total) + " chunks, status " + std::to_string(state.status);
    return text;
  }

 private:
  void take(const Message& message) {
    const std::optional<DeviceTopic> topic = parse_topic(message.topic);
    if (!topic || message.payload.empty()) return;
    if (topic->channel == Channel::request && blocks) {
      asked.insert(topic->device);
      blocks->ask(topic->device, message.payload, world.clock.steady_ms());
    }
    Opened opened;
    if (topic->channel == Channel::state && parse_state_or_will(message.payload).kind == StateKind::state &&
        open_envelope(mbedtls_crypto(), EnvelopeType::state, single_key(keys.report.public_key.data()), message.payload.data(),
                      message.payload.size(), &opened) == MOTE_OK)
      flatbuffers::GetRoot<format::State>(opened.payload)->UnPackTo(&states[topic->device]);
  }

  // Not before all have asked: how long a board takes to a first request depends on the machine.
  bool send_block() {
    if (asked.size() < kDevices.size()) return false;
    const std::optional<OutgoingBlock> block = blocks->next(world.clock.steady_ms());
    if (!block) return false;
    const bool is_shared = channel_down(block->topic, "") == Channel::block;
    (is_shared ? shared_bytes : own_bytes) += flatbuffers::GetRoot<format::Block>(block->payload.data())->data()->size();
    blocks->sent();
    if (is_shared && swallow_every != 0 && shared_chunks++ % swallow_every == 0) return true;
    must(connection->publish(block->topic, block->payload, Delivery::at_most_once, Retain::no));
    return true;
  }
};

class SharedTest : public test::BoardsTest, public testing::WithParamInterface<std::string> {
 protected:
  std::unique_ptr<LinkedBoard> start(const std::string& device) {
    EmulatedBoard board = must(EmulatedBoard::prepare({.board = GetParam(),
                                                       .program = "agent_net",
                                                       .wait = true,
                                                       .flash = folder / (device + ".flash"),
                                                       .network = true,
                                                       .socket = folder / device,
                                                       .log = folder / (device + ".log")},
                                                      files, test::program_folder()));
    must(board.provision(cohort.keys.identity(device)));
    must(board.provision_network(must(network_blob(
        cohort.world.workspace, files, device,
        {.broker = test::kHostFromGuest, .port = cohort.broker->port(), .host_name = "localhost", .own = "", .router = ""}))));
    auto linked = std::make_unique<LinkedBoard>(std::move(board));
    EXPECT_TRUE(linked->start());
    return linked;
  }

  // Both boards, until both run the model on trial.
  void update() {
    for (const std::string& device : kDevices) boards.push_back(start(device));
    ASSERT_TRUE(cohort.serve([this] { return cohort.states.size() == kDevices.size(); }));
    cohort.want(model);
    ASSERT_TRUE(cohort.serve([this] { return cohort.all_are_on_trial(); })) << cohort.standing();
    std::printf("a model of %zu bytes to 2 devices: %zu bytes on shared topics, %zu to single devices\n", model.size(),
                cohort.shared_bytes, cohort.own_bytes);
  }

  Cohort cohort;
  std::vector<std::unique_ptr<LinkedBoard>> boards;
  const Bytes model = test::random_model(286);  // a large one, of two parts
};

TEST_P(SharedTest, T11_TwoBoardsTakeChunksThatArePublishedOnce) {
  ASSERT_GT(model.size(), kChunksInPart * kChunkBytes);
  update();
  EXPECT_LE(cohort.shared_bytes, model.size()) << "T12: none of them twice";
  EXPECT_GT(cohort.shared_bytes, model.size() * 3 / 4);
  EXPECT_LT(cohort.shared_bytes + cohort.own_bytes, model.size() * 5 / 4);
}

TEST_P(SharedTest, T12_WhatASharedTopicLostIsAskedForByEachBoardAlone) {
  cohort.swallow_every = 4;
  update();
  EXPECT_GT(cohort.own_bytes, 2 * (cohort.shared_bytes / cohort.swallow_every) * 3 / 4);
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(SharedTest);
INSTANTIATE_TEST_SUITE_P(Boards, SharedTest, testing::ValuesIn(test::boards("agent_net")), test::name_of_board);

}  // namespace
}  // namespace mote
