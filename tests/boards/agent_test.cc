// The agent's firmware on every emulated board: its link, its flash across restarts, and a signed model on its way into it.
#include <gmock/gmock.h>

#include "device/port/identity.h"
#include "device/port/mbedtls/crypto.h"
#include "device/update/envelope.h"
#include "ota/rollout/release.h"
#include "ota/trust/test/keys.h"
#include "report_generated.h"
#include "tests/boards/boards_case.h"
#include "tests/boards/linked_board.h"

namespace mote {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::LinkedBoard;
using test::LinkFrame;
using testing::HasSubstr;

constexpr uint32_t kSamples = 32, kChannels = 3;

// A device's keys and those of its operator.
struct Keys : TestProject {
  using TestProject::TestProject;
  KeyPair report = generate_key().value();
};

Bytes identity_of(const Keys& keys) {
  const Bytes root = root_document(keys.root()).value();
  return blob_of(test_identity("m4-1", "vibration", "board", keys.report, root));
}

class AgentTest : public test::BoardsTest {
 protected:
  void SetUp() override {
    test::BoardsTest::SetUp();
    if (test::boards("agent").empty()) GTEST_SKIP() << "skipped: no board's agent was built (docs/dependencies.md)";
  }

  std::unique_ptr<LinkedBoard> board(const std::string& name, bool provisioned = true) {
    Result<EmulatedBoard> prepared = EmulatedBoard::prepare({.board = name,
                                                             .flash = folder / (name + ".flash"),
                                                             .socket = folder / (name + ".socket"),
                                                             .log = folder / (name + ".log")},
                                                            files, test::program_folder());
    EXPECT_TRUE(prepared.ok()) << prepared.error().line();
    if (!prepared.ok()) return nullptr;
    if (provisioned) {
      const Result<void> written = prepared->provision(identity_of(keys));
      EXPECT_TRUE(written.ok()) << written.error().line();
    }
    auto linked = std::make_unique<LinkedBoard>(std::move(prepared).value());
    EXPECT_TRUE(linked->start());
    return linked;
  }

  // Waits for a state that `wanted` accepts; its signature is checked first.
  std::optional<format::StateT> state(
      LinkedBoard& board, const std::function<bool(const format::StateT&)>& wanted, milliseconds patience = seconds(20),
      const std::function<void(const LinkFrame&)>& seen = [](const LinkFrame&) {}) {
    std::optional<format::StateT> found;
    board.wait_for(
        [&](const LinkFrame& frame) {
          seen(frame);
          if (!frame.is(Channel::state)) return false;
          Opened opened;
          const mote_status status = open_envelope(mbedtls_crypto(), EnvelopeType::state, single_key(keys.report.public_key.data()),
                                                   frame.message().data(), frame.message().size(), &opened);
          EXPECT_EQ(status, MOTE_OK) << mote_status_name(status);
          if (status != MOTE_OK) return true;
          format::StateT state;
          flatbuffers::GetRoot<format::State>(opened.payload)->UnPackTo(&state);
          if (wanted(state)) found = state;
          return found.has_value();
        },
        patience);
    return found;
  }

  Keys keys;
};

TEST_F(AgentTest, L8_says_hello_once_a_second_until_it_is_welcomed) {
  for (const std::string& name : test::boards("agent")) {
    const auto linked = board(name);
    ASSERT_TRUE(linked);
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < 3; ++i) {
      const auto hello = linked->wait_for([](const LinkFrame& frame) {
        EXPECT_NE(frame.type, FrameType::message);
        return frame.type == FrameType::hello;
      });
      ASSERT_TRUE(hello);
      EXPECT_EQ(hello->text(), "m4-1");
    }
    EXPECT_GT(std::chrono::steady_clock::now() - start, milliseconds(1000));
    linked->send(FrameType::welcome);
    const auto answer = state(*linked, [](const format::StateT&) { return true; });
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->device, "m4-1");
    EXPECT_EQ(answer->device_class, "vibration");
    EXPECT_EQ(answer->slot_bytes, linked->board().board().slot_bytes);
    EXPECT_EQ(answer->arena_bytes, linked->board().board().arena_bytes);
    EXPECT_EQ(answer->release, 0u);
    EXPECT_FALSE(linked->wait_for(FrameType::hello, milliseconds(1500)));
    EXPECT_EQ(linked->dropped(), 0u);
  }
}

TEST_F(AgentTest, L9_says_hello_again_after_a_farewell) {
  const auto linked = board(test::boards("agent").front());
  ASSERT_TRUE(linked->wait_for(FrameType::hello));
  linked->send(FrameType::welcome);
  ASSERT_TRUE(state(*linked, [](const format::StateT&) { return true; }));
  linked->send(FrameType::farewell);
  ASSERT_TRUE(linked->wait_for(FrameType::hello, seconds(3)));
  linked->send(FrameType::welcome);
  EXPECT_TRUE(state(*linked, [](const format::StateT&) { return true; }))
      << "its state is written anew when the transport is up again";
}

TEST_F(AgentTest, L7_ignores_frames_it_does_not_know_and_noise) {
  const auto linked = board(test::boards("agent").front());
  ASSERT_TRUE(linked->wait_for(FrameType::hello));
  Random random(5);
  Bytes noise(3000);
  for (uint8_t& byte : noise) byte = static_cast<uint8_t>(random.next());
  linked->send_bytes(noise);
  linked->send(static_cast<FrameType>(77), Bytes(50, 1));
  linked->send(FrameType::message, {});
  linked->send(Channel::desired, noise);
  linked->send(FrameType::window, Bytes(3, 1));
  linked->send(FrameType::welcome);
  EXPECT_TRUE(state(*linked, [](const format::StateT& state) { return state.release == 0; }));
}

TEST_F(AgentTest, SaysThatItHasNoIdentity) {
  const auto linked = board(test::boards("agent").front(), false);
  const auto log = linked->wait_for(FrameType::log);
  ASSERT_TRUE(log);
  EXPECT_THAT(log->text(), HasSubstr("no identity"));
}

TEST_F(AgentTest, CountsItsStartsInFlashThatOutlivesTheProcess) {
  const auto linked = board(test::boards("agent").front());
  uint32_t before = 0;
  for (int start = 0; start < 3; ++start) {
    ASSERT_TRUE(start == 0 || linked->start());
    ASSERT_TRUE(linked->wait_for(FrameType::hello));
    linked->send(FrameType::welcome);
    const auto answer = state(*linked, [](const format::StateT&) { return true; });
    ASSERT_TRUE(answer);
    EXPECT_TRUE(start == 0 || answer->boot == before + 1) << answer->boot << " after " << before;
    before = answer->boot;
  }
}

// What a host would do for one device: a bundle, a directive, and the chunks that are asked for.
class FleetOperator {
 public:
  FleetOperator(const Keys& keys, const Bytes& model, uint32_t release)
      : release_(Release::open(
                     make_bundle(model, {.name = "test", .device_class = "vibration", .release = release}, keys.image_key).value(),
                     keys.root(), "bundle")
                     .value()),
        blocks_(*release_) {
    const Directive directive{
        .device = "m4-1", .sequence = release, .image_digest = release_->image_digest(), .trial_windows = 3};
    desired_ = sign_directive(directive, keys.director_key).value();
    append(desired_, release_->envelope());
  }
  const Bytes& desired() const { return desired_; }

  void answer(LinkedBoard& board, const LinkFrame& frame) {
    if (frame.is(Channel::request)) blocks_.ask("m4-1", frame.message());
    for (int64_t now = 1'000'000; auto block = blocks_.next(now += 1000);) {
      board.send(Channel::block, block->payload);
      blocks_.sent();
    }
  }

 private:
  std::unique_ptr<Release> release_;
  BlockQueue blocks_;
  Bytes desired_;
};

TEST_F(AgentTest, InstallsASignedModelAndRunsIt) {
  const auto linked = board(test::boards("agent").front());
  const Bytes model = test::random_model(6, kSamples, kChannels);
  FleetOperator host(keys, model, 1);
  linked->send(FrameType::welcome);
  linked->send(Channel::desired, host.desired());

  const auto start = std::chrono::steady_clock::now();
  const auto reached = [&](const std::function<bool(const format::StateT&)>& wanted) {
    return state(*linked, wanted, seconds(60), [&](const LinkFrame& frame) { host.answer(*linked, frame); });
  };
  ASSERT_TRUE(reached([](const format::StateT& state) { return state.phase == static_cast<uint8_t>(Phase::trial); }));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("a model of %zu bytes was on trial after %.1f s\n", model.size(), took.count());

  Random random(7);
  const auto send_window = [&] {
    std::vector<int16_t> window(kSamples * kChannels);
    for (int16_t& value : window) value = static_cast<int16_t>(1000 * random.normal());
    linked->send(FrameType::window, bytes_of(std::span<const int16_t>(window)));
  };
  for (int i = 0; i < 3; ++i) send_window();
  const auto confirmed = reached([](const format::StateT& state) { return state.phase == 0 && state.release == 1; });
  ASSERT_TRUE(confirmed);
  EXPECT_EQ(confirmed->floor, 1u);

  for (int i = 0; i < 20; ++i) send_window();
  const auto report = linked->wait_for([](const LinkFrame& frame) { return frame.is(Channel::report); });
  ASSERT_TRUE(report);
  Opened opened;
  EXPECT_EQ(open_envelope(mbedtls_crypto(), EnvelopeType::report, single_key(keys.report.public_key.data()), report->message().data(),
                          report->message().size(), &opened),
            MOTE_OK);

  linked->send(FrameType::welcome);
  const auto log = linked->wait_for(FrameType::log);
  ASSERT_TRUE(log);
  std::printf("%s\n", log->text().c_str());

  linked->board().stop();
  const Bytes flash = get(linked->board().options().flash.filename());
  const auto slot = std::search(flash.begin(), flash.end(), model.begin(), model.end());
  ASSERT_NE(slot, flash.end()) << "the model stands in the flash";
  ASSERT_TRUE(linked->start());
  linked->send(FrameType::welcome);
  EXPECT_TRUE(state(*linked, [](const format::StateT& state) { return state.release == 1; })) << "and starts from it";
}

TEST_F(AgentTest, RefusesAStrangersModel) {
  const auto linked = board(test::boards("agent").front());
  Keys stranger(70);
  FleetOperator host(stranger, test::random_model(6, kSamples, kChannels), 1);
  linked->send(FrameType::welcome);
  linked->send(Channel::desired, host.desired());
  const auto refused = state(*linked, [](const format::StateT& state) { return state.status == MOTE_UNKNOWN_KEY; });
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->release, 0u);
}

}  // namespace
}  // namespace mote
