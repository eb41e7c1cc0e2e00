// A device that is a part of a process: the same agent as on a microcontroller, over simulated flash and a connection of the
// host.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "device/agent/state.h"
#include "host/simulate/sensor.h"
#include "ota/delta/zstd.h"
#include "ota/simulated_flash/flash_simulator.h"
#include "ota/transport/shared_chunks.h"

namespace mote {

// A connection for a device in its `boot`-th start, with the will that belongs to it.
using Dial = std::function<Result<std::unique_ptr<Connection>>(uint32_t boot)>;

// What AgentConfig says beside ports and memory.
struct AgentPace {
  uint32_t report_windows = 20;
  uint32_t report_ms = 10'000;
  uint32_t resend_ms = 2000;
  uint32_t request_chunks = 16;
  uint32_t trial_ms = 60'000;
};

// As boards/mps2-an386 has it, so that a release which fits one fits the other.
struct SimulatedDeviceSetup {
  Bytes identity;  // as enrolment wrote it (device/port/identity.h)
  FlashGeometry flash = {.bytes = 524'288, .sector_bytes = 4096, .program_bytes = 8, .erased = 0xFF};
  Layout layout = {.journal = 4096, .journal_half_bytes = 4096, .slots = {16'384, 147'456}, .slot_bytes = 131'072};
  uint32_t arena_bytes = 65'536;
  Path flash_file;          // empty: in memory
  uint64_t flash_seed = 1;  // of the noise that new flash holds
  bool has_zstd = true;     // for deltas; false: as a microcontroller
  AgentPace pace;
  WindowSource windows;             // none: the device feels nothing
  uint32_t window_period_ms = 100;  // at least 1
};

struct Refusal {
  uint32_t sequence = 0;
  mote_status status = MOTE_OK;
  bool operator==(const Refusal&) const = default;
};

struct DeviceStats {
  std::string id;
  bool connected = false;
  uint32_t boot = 0;
  Phase phase = Phase::idle;
  uint32_t release = 0;  // of the running model, 0: none
  uint32_t floor = 0;
  mote_status last_status = MOTE_OK;  // how the last update ended
  uint32_t sequence = 0;              // of the last directive obeyed
  uint64_t windows = 0;               // felt so far, over all starts
  uint64_t inferred = 0;              // of them
  uint64_t unreported = 0;            // inferred since this start and not acknowledged yet
  uint64_t lost = 0;                  // of this start, whose counts were given up
  uint64_t blocks = 0;                // received
  std::vector<Refusal> refusals;      // each that was a new one, in order
};

class SimulatedDevice {
 public:
  // Fails when the flash or the connection cannot be made; a device without a model is no failure.
  static Result<std::unique_ptr<SimulatedDevice>> start(const SimulatedDeviceSetup& setup, Dial dial, const Clock& clock);

  SimulatedDevice(const SimulatedDevice&) = delete;
  SimulatedDevice& operator=(const SimulatedDevice&) = delete;

  // Receives for at most `patience`, feels what is due, and lets the agent do what follows.
  void step(std::chrono::milliseconds patience);

  // The power goes and comes back: memory is lost, flash stays. The window count goes on, for the machine did.
  Result<void> power_cycle();

  // No window is felt from number `limit` on. UINT64_MAX: no limit.
  void limit_windows(uint64_t limit) { window_limit_ = limit; }
  void feel(WindowSource windows) { setup_.windows = std::move(windows); }

  // One window now, whatever the period says.
  void feel_one();

  const std::string& id() const { return id_; }
  const Agent& agent() const { return agent_; }
  FlashSimulator& flash() { return *flash_; }
  DeviceStats stats() const;

 private:
  SimulatedDevice(const SimulatedDeviceSetup& setup, Dial dial, const Clock& clock);
  Result<void> boot();
  AgentConfig config();
  uint32_t now_ms() const { return static_cast<uint32_t>(clock_.steady_ms()); }
  void give(EventType type, Channel channel = Channel::state, ByteView bytes = {});
  void note_refusal();
  bool publish(Channel channel, ByteView bytes);

  SimulatedDeviceSetup setup_;
  std::string id_;
  Dial dial_;
  const Clock& clock_;
  std::unique_ptr<FlashSimulator> flash_;
  Flash port_{};
  Crypto crypto_{};
  Identity identity_{};
  struct ArenaDelete {
    void operator()(uint8_t* arena) const;
  };
  std::unique_ptr<uint8_t[], ArenaDelete> arena_;
  std::unique_ptr<Connection> connection_;
  SharedChunks shared_;  // of the connection
  ZstdDecoder zstd_;
  DeltaCodecs codecs_ = zstd_.port();
  Agent agent_;

  int64_t next_window_ms_ = 0;
  uint64_t window_limit_ = UINT64_MAX;
  uint64_t windows_ = 0, inferred_ = 0, blocks_ = 0;
  std::vector<Refusal> refusals_;
};

}  // namespace mote
