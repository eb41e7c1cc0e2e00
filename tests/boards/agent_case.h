// A board with the agent's firmware, the other end of its link, and the operator who gives it models.
#pragma once

#include "device/monitor/report.h"
#include "device/port/identity.h"
#include "device/port/mbedtls/crypto.h"
#include "device/update/envelope.h"
#include "ota/rollout/release.h"
#include "ota/trust/test/keys.h"
#include "report_generated.h"
#include "tests/boards/boards_case.h"
#include "tests/boards/linked_board.h"

namespace mote::test {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr uint32_t kWindowSamples = 32, kWindowChannels = 3;

// A device's keys and those of its operator.
struct DeviceKeys : TestProject {
  using TestProject::TestProject;
  KeyPair report = generate_key().value();

  Bytes identity() const { return blob_of(test_identity("m4-1", "vibration", "board", report, root_document(root()).value())); }
};

// What a host does for one device: a bundle, a directive, and the chunks that are asked for.
class FleetOperator {
 public:
  FleetOperator(const DeviceKeys& keys, const Bytes& model, uint32_t release, Directive directive = {.trial_windows = 3})
      : release_(Release::open(
                     make_bundle(model, {.name = "test", .device_class = "vibration", .release = release, .chunk_bytes = 256},
                                 keys.image_key)
                         .value(),
                     keys.root(), "bundle")
                     .value()),
        blocks_(*release_) {
    directive.device = "m4-1";
    directive.sequence = release;
    directive.image_digest = release_->image_digest();
    desired_ = sign_directive(directive, keys.director_key).value();
    append(desired_, release_->envelope());
  }
  const Bytes& desired() const { return desired_; }
  uint32_t sent() const { return sent_; }

  void answer(LinkedBoard& board, const LinkFrame& frame) {
    if (frame.is(Channel::request)) blocks_.ask("m4-1", frame.message(), 0);
    for (int64_t now = 1'000'000; auto block = blocks_.next(now += 1000); ++sent_) {
      board.send(Channel::block, block->payload);
      blocks_.sent();
    }
  }

 private:
  std::unique_ptr<Release> release_;
  BlockQueue blocks_;
  Bytes desired_;
  uint32_t sent_ = 0;  // blocks
};

// Number `number` of the models of more than one sector that a board has room for.
inline Bytes model_for(const Board& board, int number) {
  for (uint64_t seed = 1; seed < 1000; ++seed) {
    Bytes model = random_model(seed, kWindowSamples, kWindowChannels);
    uint32_t arena_bytes = 0;
    EXPECT_EQ(mote_check(model.data(), model.size(), &arena_bytes, nullptr), MOTE_OK);
    const bool fits = model.size() <= board.slot_bytes && arena_bytes <= board.agent_arena_bytes;
    if (model.size() > 4096 && fits && number-- == 0) return model;
  }
  ADD_FAILURE() << "no model is so small";
  return {};
}

class AgentCase : public BoardsTest, public testing::WithParamInterface<std::string> {
 protected:
  using Wanted = std::function<bool(const format::StateT&)>;
  using Seen = std::function<void(const LinkFrame&)>;

  std::unique_ptr<LinkedBoard> board(bool provisioned = true) {
    Result<EmulatedBoard> prepared = EmulatedBoard::prepare(
        {.board = GetParam(), .flash = folder / "flash", .socket = folder / "socket", .log = folder / "log"}, files, programs);
    EXPECT_TRUE(prepared.ok()) << prepared.error().line();
    if (!prepared.ok()) return nullptr;
    if (provisioned) {
      const Result<void> written = prepared->provision(keys.identity());
      EXPECT_TRUE(written.ok()) << written.error().line();
    }
    auto linked = std::make_unique<LinkedBoard>(std::move(prepared).value());
    EXPECT_TRUE(linked->start());
    return linked;
  }

  // The payload of what the device has signed.
  Bytes opened(EnvelopeType type, const LinkFrame& frame) {
    Opened opened;
    const mote_status status = open_envelope(mbedtls_crypto(), type, single_key(keys.report.public_key.data()),
                                             frame.message().data(), frame.message().size(), &opened);
    EXPECT_EQ(status, MOTE_OK) << mote_status_name(status);
    return status == MOTE_OK ? Bytes(opened.payload, opened.payload + opened.payload_bytes) : Bytes{};
  }

  // Waits for a state that `wanted` accepts.
  std::optional<format::StateT> state(
      LinkedBoard& board, const Wanted& wanted, milliseconds patience = seconds(20), const Seen& seen = [](const LinkFrame&) {}) {
    std::optional<format::StateT> found;
    board.wait_for(
        [&](const LinkFrame& frame) {
          seen(frame);
          if (!frame.is(Channel::state)) return false;
          const Bytes payload = opened(EnvelopeType::state, frame);
          if (payload.empty()) return true;
          format::StateT state;
          flatbuffers::GetRoot<format::State>(payload.data())->UnPackTo(&state);
          if (wanted(state)) found = state;
          last = state;
          return found.has_value();
        },
        patience);
    return found;
  }
  // As host and collector do meanwhile.
  std::optional<format::StateT> answered(LinkedBoard& board, FleetOperator& host, const Wanted& wanted) {
    return state(board, wanted, seconds(20), [&](const LinkFrame& frame) {
      host.answer(board, frame);
      if (frame.is(Channel::report)) acknowledge(board, frame);
    });
  }
  void acknowledge(LinkedBoard& board, const LinkFrame& frame) {
    const Bytes payload = opened(EnvelopeType::report, frame);
    if (payload.empty()) return;
    const auto* report = flatbuffers::GetRoot<format::Report>(payload.data());
    flatbuffers::FlatBufferBuilder builder;
    builder.Finish(format::CreateAcknowledge(builder, report->boot(), report->counter()));
    board.send(Channel::acknowledge, {builder.GetBufferPointer(), builder.GetSize()});
  }

  struct Report {
    uint32_t counter, release, windows;
  };
  std::optional<LinkFrame> report_frame(LinkedBoard& board) {
    return board.wait_for([](const LinkFrame& frame) { return frame.is(Channel::report); });
  }
  Report read(const LinkFrame& frame) {
    const Bytes payload = opened(EnvelopeType::report, frame);
    if (payload.empty()) return {};
    format::ReportT report;
    flatbuffers::GetRoot<format::Report>(payload.data())->UnPackTo(&report);
    Report found{report.counter, report.release, 0};
    for (const auto& metric : report.metrics)
      if (metric->id == metric_id::windows) std::memcpy(&found.windows, metric->payload.data(), 4);
    return found;
  }

  void feel(LinkedBoard& board, int windows) {
    for (int i = 0; i < windows; ++i) {
      std::vector<int16_t> window(kWindowSamples * kWindowChannels);
      for (int16_t& value : window) value = static_cast<int16_t>(1000 * random.normal());
      board.send(FrameType::window, bytes_of(std::span<const int16_t>(window)));
    }
  }

  // Before its first hello a board may not listen yet.
  bool welcome(LinkedBoard& board) { return board.wait_for(FrameType::hello) && board.send(FrameType::welcome); }

  // From `desired` to a confirmed model.
  bool install(LinkedBoard& board, FleetOperator& host, uint32_t release) {
    if (!welcome(board)) return false;
    board.send(Channel::desired, host.desired());
    if (!answered(board, host, is_on_trial)) return false;
    feel(board, 3);
    return answered(board, host, [release](const format::StateT& state) { return state.phase == 0 && state.release == release; })
        .has_value();
  }
  static bool is_on_trial(const format::StateT& state) { return state.phase == static_cast<uint8_t>(Phase::trial); }

  // What the device said last, for the messages of a test that waited for something else.
  std::string last_said() const {
    return "phase " + std::to_string(last.phase) + ", " + mote_status_name(static_cast<mote_status>(last.status));
  }

  Path programs = program_folder();
  format::StateT last;
  DeviceKeys keys;
  Random random{7};
};

}  // namespace mote::test
