// Brings a rollout from its first canary to its end, and can be killed anywhere on the way (docs/rollout.md).
//
//     TRY(Controller controller, Controller::open("spring", world));
//     while (!controller.ended() && !stop) TRY_DO(controller.step(std::chrono::milliseconds(100)));
//     return outcome_of(controller.view());
//
// Everything that decides anything is in the store before it is acted upon, so a new controller over the same store goes on where
// the last one was: with the same sequences, the same canaries, the same clocks.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <set>

#include "base/clock.h"
#include "device/format/channels.h"
#include "ota/devices/devices.h"
#include "ota/rollout/blocks.h"
#include "ota/rollout/judge.h"
#include "ota/rollout/release.h"
#include "ota/rollout/roots.h"
#include "ota/rollout/store.h"
#include "ota/transport/connection.h"
#include "ota/trust/keys.h"

namespace mote {

struct ControllerWorld {
  RolloutStore& store;
  Devices& devices;
  Connection& connection;
  const Clock& clock;
  const TrustRoot& root;
  const Signers& director;
  RootCourier* roots = nullptr;  // hands newer roots to devices that need them
  HealthSource* health = nullptr;
};

class Controller {
 public:
  // Takes up the rollout wherever it stands. One that was halted, aborted or paused only has its offers withdrawn: then it has
  // ended. See resume() for setting a paused or partial one going again.
  static Result<Controller> open(const std::string& name, const ControllerWorld& world);

  // Waits for messages at most `patience`. An error is of the store; the rollout may be taken up again after it.
  Result<void> step(std::chrono::milliseconds patience);

  // Nothing is left to be done: the rollout is not running, and what stood on the topics of members that did not get the release
  // is cleared.
  bool ended() const { return view_.rollout.state != RolloutState::running && withdrawn(); }
  const RolloutView& view() const { return view_; }

  // Told of each change, for a person: "press-04 confirmed".
  std::function<void(const std::string&)> tell;

 private:
  explicit Controller(const ControllerWorld& world) : world_(world) {}

  struct Arrived {
    std::string device;
    Channel channel;
    Bytes payload;
  };

  Member* member(const std::string& device);
  void say(const std::string& line) const;
  void receive(std::chrono::milliseconds patience);
  Result<void> look_for_orders();
  Result<void> pass_time();
  Result<void> take_state(Member& member, ByteView payload);
  void take_request(const Member& member, ByteView payload);
  Result<void> settle(Member& member, MemberState state, mote_status status);
  Result<void> offer_stage();
  Result<void> offer(Member& member, uint32_t at_least);
  Result<void> ask_health();
  Result<void> advance();
  Result<void> pass_deadline();
  Result<void> leave_stage();
  Result<void> end(RolloutState state, const std::string& reason, const std::string& culprit);
  Result<void> publish_desired();
  Result<bool> publish_directive(const Member& member);
  Result<void> publish_time();
  void withdraw();
  bool withdrawn() const;
  void send_blocks();

  ControllerWorld world_;
  RolloutView view_;
  std::unique_ptr<Release> release_;
  std::unique_ptr<BlockQueue> blocks_;
  std::map<std::string, PublicKey> report_keys_;
  std::vector<Arrived> arrived_;
  // Desired topics that hold what they should, and when each was published or its device last asked for chunks (steady ms).
  std::map<std::string, int64_t> published_;
  std::set<std::string> cleared_;             // desired topics that were cleared
  std::map<std::string, uint32_t> outpaced_;  // how often a member needed a new sequence

  int64_t steady_ms_ = 0;  // of the last step
  bool was_connected_ = false;
  bool sending_ = false;  // blocks went out in the last step, and there may be more
  int64_t saved_ms_ = 0;  // when the stage's clocks were saved
  int64_t orders_ms_ = 0;
  int64_t health_ms_ = 0;
  int64_t beacon_ms_ = 0;
  bool beacon_due_ = true;
};

}  // namespace mote
