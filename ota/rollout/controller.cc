// The controller's step: what has arrived, what time has done, what follows from it, and what is to be published.
#include "ota/rollout/controller.h"

#include <algorithm>

#include "ota/transport/topics.h"

namespace mote {
namespace {

constexpr int64_t kOrdersMs = 250;    // how often the store is asked whether a person paused or aborted
constexpr int64_t kSaveMs = 1000;     // how much of a stage's clock a killed controller may lose
constexpr int64_t kNudgeMs = 10'000;  // an offer is published again after this without a confirmation
constexpr int64_t kBeaconMs = 60'000;
constexpr size_t kDesiredPerStep = 64;
constexpr size_t kBlocksPerStep = 128;
constexpr int64_t kGatherLookMs = 20;  // for requests that wait for others
constexpr uint32_t kMaxOutpaced = 8;   // new sequences for one member, so that a device cannot make us write for ever

}  // namespace

Result<Controller> Controller::open(const std::string& name, const ControllerWorld& world) {
  Controller controller(world);
  TRY(controller.view_, world.store.view(name));
  TRY(Bytes bundle, world.store.bundle(controller.view_.rollout.id));
  TRY(controller.release_, Release::open(std::move(bundle), world.root, "rollout " + name));
  controller.blocks_ = std::make_unique<BlockQueue>(*controller.release_);
  for (const Member& member : controller.view_.members) {
    TRY(const EnrolledDevice device, world.devices.find(member.device));
    controller.report_keys_[member.device] = device.report_key;
  }
  controller.steady_ms_ = world.clock.steady_ms();
  controller.saved_ms_ = controller.steady_ms_;
  TRY_DO(world.connection.subscribe(filter_of(Channel::state)));
  TRY_DO(world.connection.subscribe(filter_of(Channel::request)));
  return controller;
}

void Controller::say(const std::string& line) const {
  if (tell) tell(line);
}

Member* Controller::member(const std::string& device) {
  const auto found =
      std::find_if(view_.members.begin(), view_.members.end(), [&](const Member& one) { return one.device == device; });
  return found == view_.members.end() ? nullptr : &*found;
}

Result<void> Controller::step(std::chrono::milliseconds patience) {
  const std::chrono::milliseconds look(sending_ ? 0 : kGatherLookMs);
  receive(blocks_->empty() ? patience : std::min(patience, look));
  TRY_DO(look_for_orders());
  TRY_DO(pass_time());
  for (const Arrived& message : std::exchange(arrived_, {})) {
    Member* from = member(message.device);
    if (from == nullptr || view_.rollout.state != RolloutState::running) continue;
    if (message.channel == Channel::state) TRY_DO(take_state(*from, message.payload));
    if (message.channel == Channel::request) take_request(*from, message.payload);
  }
  if (view_.rollout.state == RolloutState::running) {
    TRY_DO(ask_health());
    TRY_DO(advance());
  }
  if (!world_.connection.connected()) return {};
  TRY_DO(publish_time());
  if (view_.rollout.state == RolloutState::running) {
    TRY_DO(publish_desired());
    send_blocks();
  } else {
    withdraw();
  }
  return {};
}

void Controller::receive(std::chrono::milliseconds patience) {
  world_.connection.poll(patience, {.message =
                                        [this](const Message& message) {
                                          if (const auto topic = parse_topic(message.topic))
                                            arrived_.push_back({topic->device, topic->channel, message.payload});
                                        },
                                    .connected =
                                        [this] {  // the broker may have lost what it held
                                          published_.clear();
                                          beacon_due_ = true;
                                        },
                                    .disconnected = [] {}});
}

// A person pauses and aborts through the store, from another process.
Result<void> Controller::look_for_orders() {
  const int64_t now = world_.clock.steady_ms();
  if (now - orders_ms_ < kOrdersMs && orders_ms_ != 0) return {};
  orders_ms_ = now;
  TRY(const Rollout stored, world_.store.find(view_.rollout.name));
  if (stored.state == view_.rollout.state) return {};
  view_.rollout.state = stored.state;
  view_.rollout.reason = stored.reason;
  say(std::string(name_of(stored.state)) + (stored.reason.empty() ? "" : ": " + stored.reason));
  return {};
}

// Only time with a connection counts: a device is not silent because the broker is away.
Result<void> Controller::pass_time() {
  const int64_t now = world_.clock.steady_ms();
  const int64_t passed = now - std::exchange(steady_ms_, now);
  const bool counts = std::exchange(was_connected_, world_.connection.connected()) && was_connected_;
  Rollout& rollout = view_.rollout;
  if (rollout.state != RolloutState::running || !counts) return {};
  rollout.waited_ms += passed;
  const bool soaking = std::all_of(view_.members.begin(), view_.members.end(), [&](const Member& member) {
    return member.stage != kCanaryStage || member.state == MemberState::confirmed;
  });
  if (soaking) rollout.soaked_ms += passed;
  if (now - saved_ms_ < kSaveMs) return {};
  saved_ms_ = now;
  return world_.store.set_clocks(rollout.id, rollout.waited_ms, rollout.soaked_ms);
}

Result<void> Controller::take_state(Member& member, ByteView payload) {
  if (member.sequence == 0) return {};
  const std::optional<SignedState> state = open_state(report_keys_.at(member.device), payload);
  if (!state || state->device != member.device) return {};
  if (world_.roots != nullptr) world_.roots->take_state(*state);
  const Rollout& rollout = view_.rollout;
  const Standing standing = judge(*state, {member.sequence, rollout.release, rollout.model_id});
  if (member.state == MemberState::confirmed) {
    const bool runs_another = standing == Standing::outpaced && state->sequence == member.sequence;
    if (standing != Standing::failed && !runs_another) return {};
    return settle(member, MemberState::failed, state->status);  // it went back after all
  }
  switch (standing) {
    case Standing::pending:
      return {};
    case Standing::confirmed:
      return settle(member, MemberState::confirmed, MOTE_OK);
    case Standing::failed:
      return settle(member, MemberState::failed, state->status);
    case Standing::outpaced:
      if (member.state != MemberState::offered) return {};
      // A device takes no such number (E13), so it is faulty or hostile: it must not use up its own numbers, nor stop the rest.
      if (state->sequence > uint64_t{member.sequence} + kMaxCounterJump || ++outpaced_[member.device] > kMaxOutpaced)
        return settle(member, MemberState::failed, MOTE_STALE_SEQUENCE);
      return offer(member, std::max(state->sequence, member.sequence));
  }
  return {};
}

Result<void> Controller::settle(Member& member, MemberState state, mote_status status) {
  if (member.state == state) return {};
  TRY_DO(world_.store.settle(view_.rollout.id, member.device, state, status, world_.clock.now_ms()));
  member.state = state;
  member.status = status;
  blocks_->forget(member.device);
  say(member.device + " " + name_of(state) + (state == MemberState::failed ? ": " + cause_of(status) : ""));
  return {};
}

Result<void> Controller::offer(Member& member, uint32_t at_least) {
  const int64_t now = world_.clock.now_ms();
  TRY(member, world_.store.offer(view_.rollout.id, member.device, at_least, now / 1000 + view_.rollout.options.expiry_s, now));
  published_.erase(member.device);
  return {};
}

// Who asks for chunks has its directive, and need not be sent it again to hear how it fares.
void Controller::take_request(const Member& member, ByteView payload) {
  if (member.sequence == 0 || !blocks_->ask(member.device, payload, steady_ms_)) return;
  if (const auto at = published_.find(member.device); at != published_.end()) at->second = steady_ms_;
}

// A member's desired topic holds its directive from its offer on. It is published anew now and then: the device answers
// every one with its state, so that no single lost message holds a rollout up.
Result<void> Controller::publish_desired() {
  const int64_t now = world_.clock.steady_ms();
  size_t left = kDesiredPerStep;
  for (Member& member : view_.members) {
    if (left == 0) return {};
    const bool offered = member.state == MemberState::offered;
    if (!offered && member.state != MemberState::confirmed) continue;
    const auto at = published_.find(member.device);
    if (at != published_.end() && !(offered && now - at->second >= kNudgeMs)) continue;
    if (offered && member.expires_s <= world_.clock.now_ms() / 1000) TRY_DO(offer(member, 0));
    TRY(const bool sent, publish_directive(member));
    if (!sent) return {};
    published_[member.device] = now;
    --left;
  }
  return {};
}

Result<bool> Controller::publish_directive(const Member& member) {
  const RolloutOptions& options = view_.rollout.options;
  const Directive directive = {.device = member.device,
                               .sequence = member.sequence,
                               .expires = static_cast<uint64_t>(member.expires_s),
                               .image_digest = release_->image_digest(),
                               .trial_windows = options.trial_windows,
                               .trial_seconds = options.trial_seconds,
                               .least_confidence = options.least_confidence,
                               .most_latency_us = options.most_latency_us,
                               .most_missed = options.most_missed};
  TRY(Bytes desired, sign_directive(directive, world_.director));
  append(desired, release_->envelope());
  const std::string topic = topic_of(member.device, Channel::desired);
  return world_.connection.publish(topic, desired, Delivery::at_least_once, Retain::yes).ok();
}

Result<void> Controller::publish_time() {
  const int64_t now = world_.clock.steady_ms();
  if (!beacon_due_ && now - beacon_ms_ < kBeaconMs) return {};
  const int64_t seconds = world_.clock.now_ms() / 1000;
  TRY(const Bytes beacon, sign_time(static_cast<uint64_t>(seconds), world_.director));
  if (!world_.connection.publish(topic_of("", Channel::time), beacon, Delivery::at_least_once, Retain::yes).ok()) return {};
  beacon_due_ = false;
  beacon_ms_ = now;
  return world_.store.keep_time(seconds);
}

// What nobody serves must not stand on a topic: a device would ask for its chunks in vain.
void Controller::withdraw() {
  for (const Member& member : view_.members) {
    if (member.state == MemberState::confirmed || member.sequence == 0 || cleared_.contains(member.device)) continue;
    if (!world_.connection.publish(topic_of(member.device, Channel::desired), {}, Delivery::at_least_once, Retain::yes).ok())
      return;
    cleared_.insert(member.device);
  }
}

bool Controller::withdrawn() const {
  return std::all_of(view_.members.begin(), view_.members.end(), [&](const Member& member) {
    return member.state == MemberState::confirmed || member.sequence == 0 || cleared_.contains(member.device);
  });
}

void Controller::send_blocks() {
  const int64_t now = world_.clock.steady_ms();
  sending_ = false;
  for (size_t i = 0; i < kBlocksPerStep; ++i) {
    const std::optional<OutgoingBlock> block = blocks_->next(now);
    if (!block) return;
    if (!world_.connection.publish(block->topic, block->payload, Delivery::at_most_once, Retain::no).ok()) return;
    blocks_->sent();
    sending_ = true;
  }
}

}  // namespace mote
