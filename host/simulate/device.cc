// Ports of the agent in a process, and its loop.
#include "host/simulate/device.h"

#include "device/port/identity.h"

#include <chrono>
#include <cstring>
#include <new>

#include "device/port/mbedtls/crypto.h"
#include "ota/transport/topics.h"
#include "quantize/plan/plan.h"

namespace mote {
namespace {

constexpr int kWindowsPerStep = 16;  // a device that was held up catches up in several steps

uint32_t microseconds_now(void*) {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<uint32_t>(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

Delivery delivery_of(Channel channel) { return channel == Channel::request ? Delivery::at_most_once : Delivery::at_least_once; }

}  // namespace

void SimulatedDevice::ArenaDelete::operator()(uint8_t* arena) const {
  ::operator delete[](arena, std::align_val_t{kArenaAlignment});
}

SimulatedDevice::SimulatedDevice(const SimulatedDeviceSetup& setup, Dial dial, const Clock& clock)
    : setup_(setup),
      dial_(std::move(dial)),
      clock_(clock),
      crypto_(mbedtls_crypto()),
      arena_(new (std::align_val_t{kArenaAlignment}) uint8_t[setup.arena_bytes]) {}

Result<std::unique_ptr<SimulatedDevice>> SimulatedDevice::start(const SimulatedDeviceSetup& setup, Dial dial,
                                                                const Clock& clock) {
  std::unique_ptr<SimulatedDevice> device(new SimulatedDevice(setup, std::move(dial), clock));
  TRY(device->flash_, setup.flash_file.empty() ? FlashSimulator::in_memory(setup.flash, setup.flash_seed)
                                               : FlashSimulator::in_file(setup.flash, setup.flash_file));
  const Bytes& blob = device->setup_.identity;
  if (const mote_status status = identity_read(blob.data(), blob.size(), &device->identity_); status != MOTE_OK)
    return Error{.cause = Cause::failed, .what = mote_status_text(status), .where = "a device's identity", .todo = "enrol another device"};
  device->id_ = device->identity_.device;
  device->port_ = device->flash_->port();
  device->next_window_ms_ = clock.steady_ms();
  TRY_DO(device->boot());
  return device;
}

AgentConfig SimulatedDevice::config() {
  AgentConfig config{};
  config.update = {.flash = &port_,
                   .crypto = &crypto_,
                   .identity = &identity_,
                   .layout = setup_.layout,
                   .arena = arena_.get(),
                   .arena_bytes = setup_.arena_bytes,
                   .target = 0,
                   .codecs = setup_.has_zstd ? &codecs_ : nullptr};
  config.ports = {
      .context = this,
      .publish =
          [](void* context, Channel channel, const uint8_t* bytes, size_t count) {
            return static_cast<SimulatedDevice*>(context)->publish(channel, {bytes, count});
          },
      .microseconds = microseconds_now,
      .inferred = [](void* context, const int8_t*, uint32_t) { ++static_cast<SimulatedDevice*>(context)->inferred_; }};
  config.report_windows = setup_.pace.report_windows;
  config.report_ms = setup_.pace.report_ms;
  config.resend_ms = setup_.pace.resend_ms;
  config.request_chunks = setup_.pace.request_chunks;
  config.trial_ms = setup_.pace.trial_ms;
  return config;
}

Result<void> SimulatedDevice::boot() {
  const mote_status status = agent_start(&agent_, config(), now_ms());
  if (status != MOTE_OK)
    return Error{.cause = Cause::failed,
                 .what = std::string("does not start, ") + mote_status_name(status) + ": " + mote_status_text(status),
                 .where = "device " + id_,
                 .todo = ""};
  TRY(connection_, dial_(agent_.updater.state.boot));
  shared_ = {};
  return subscribe_as(*connection_, id_);
}

Result<void> SimulatedDevice::power_cycle() {
  connection_.reset();
  std::memset(arena_.get(), 0xA5, setup_.arena_bytes);
  return boot();
}

bool SimulatedDevice::publish(Channel channel, ByteView bytes) {
  const Retain retain = channel == Channel::state ? Retain::yes : Retain::no;
  if (!shared_.follow(*connection_, channel, bytes).ok()) return false;
  return connection_->publish(topic_of(id_, channel), bytes, delivery_of(channel), retain).ok();
}

void SimulatedDevice::give(EventType type, Channel channel, ByteView bytes) {
  agent_step(&agent_, now_ms(), {.type = type, .channel = channel, .bytes = bytes.data(), .count = bytes.size()});
  note_refusal();
}

void SimulatedDevice::note_refusal() {
  if (agent_.refusal == MOTE_OK) return;
  const Refusal refusal = {agent_.refused, agent_.refusal};
  if (refusals_.empty() || refusals_.back() != refusal) refusals_.push_back(refusal);
}

void SimulatedDevice::feel_one() {
  if (!setup_.windows) return;
  const std::vector<int16_t> window = setup_.windows(windows_++);
  give(EventType::window, Channel::state, bytes_of(std::span(window)));
}

void SimulatedDevice::step(std::chrono::milliseconds patience) {
  // Events first, the agent afterwards: it publishes, which a connection would rather not do inside its own poll.
  struct Heard {
    EventType type;
    Channel channel = Channel::state;
    Bytes payload = {};
  };
  std::vector<Heard> heard;
  connection_->poll(patience, {.message =
                                   [&](const Message& message) {
                                     if (const std::optional<Channel> channel = channel_down(message.topic, id_))
                                       heard.push_back({EventType::message, *channel, message.payload});
                                   },
                               .connected = [&] { heard.push_back({EventType::connected}); },
                               .disconnected = [&] { heard.push_back({EventType::disconnected}); }});
  for (const Heard& event : heard) {
    if (event.type == EventType::message && event.channel == Channel::block) ++blocks_;
    give(event.type, event.channel, event.payload);
  }
  const int64_t now = clock_.steady_ms();
  for (int i = 0; i < kWindowsPerStep && setup_.windows && windows_ < window_limit_ && next_window_ms_ <= now; ++i) {
    feel_one();
    next_window_ms_ += setup_.window_period_ms;
  }
  if (windows_ >= window_limit_) next_window_ms_ = now;
  give(EventType::tick);
}

DeviceStats SimulatedDevice::stats() const {
  const Updater& updater = agent_.updater;
  DeviceStats stats;
  stats.id = id_;
  stats.connected = connection_->connected();
  stats.boot = updater.state.boot;
  stats.phase = updater.phase;
  stats.release = agent_.running.release;
  stats.floor = updater.state.floor;
  stats.last_status = static_cast<mote_status>(updater.state.last_status);
  stats.sequence = updater.state.sequence;
  stats.windows = windows_;
  stats.inferred = inferred_;
  stats.unreported = agent_.monitor.windows;
  const ReportQueue& reports = agent_.reports;
  for (uint32_t i = 0; i < reports.count; ++i) stats.unreported += reports.held[(reports.first + i) % kHeldReports].windows;
  stats.lost = agent_.lost;
  stats.blocks = blocks_;
  stats.refusals = refusals_;
  return stats;
}

}  // namespace mote
