// What an Agent is made of. Firmware needs its size, tests look inside; everybody else sees device/agent/agent.h only.
#pragma once

#include "device/agent/agent.h"
#include "device/monitor/monitor.h"

namespace mote {

constexpr uint32_t kMaxRequestChunks = 64;

struct HeldReport {
  uint32_t counter;
  uint32_t windows;  // counted in it
  uint32_t count;    // of the signed envelope
  uint8_t bytes[kMaxReportBytes];
};

// Oldest first. Only the oldest is ever sent, until it is acknowledged.
struct ReportQueue {
  HeldReport held[kHeldReports];
  uint32_t first;
  uint32_t count;
  uint32_t counter;  // of the newest report of this boot
  bool sent;         // the oldest was handed to the transport, at sent_ms
  uint32_t sent_ms;
};

// The chunks that were asked for and have not come.
struct ChunkWindow {
  bool due;          // ask now
  uint32_t counter;  // of the last request of this boot
  uint32_t first;    // the chunk of bit 0
  uint64_t outstanding;
  uint32_t progress_ms;  // of the last request, or of the last chunk that it asked for
};

// The model that runs now, by its own name even while the updater already speaks of the next.
struct RunningModel {
  mote_model model;
  bool open;
  uint32_t release;
  uint8_t model_id[kDigestBytes];
};

// Of what a state says, that whose change is worth a message.
struct Told {
  uint32_t release, sequence, refused;
  uint8_t phase, status;
  bool degraded, open;
};

// What the candidate has shown since its trial began.
struct TrialHealth {
  uint32_t windows;         // inferred
  uint32_t missed;          // lost
  uint32_t latency_us;      // the longest
  uint64_t confidence_sum;  // of the highest scores, in 1/256
};

struct Agent {
  AgentConfig config;
  Updater updater;
  RunningModel running;
  Monitor monitor;
  ReportQueue reports;
  ChunkWindow chunks;

  uint32_t now_ms;
  uint64_t uptime_ms;
  bool connected;

  bool wanted;          // the host wants the download under way; false after it has cleared the desired topic
  mote_status refusal;  // of the last directive, MOTE_OK: none was refused since one was obeyed
  uint32_t refused;     // the sequence that it claimed, 0: it was not even readable

  bool gathering;  // the monitor holds something since gathered_ms
  uint32_t gathered_ms;
  bool holding;  // a staged model waits for room in `reports` since held_ms
  uint32_t held_ms;
  uint32_t trial_ms;    // the start of the trial
  TrialHealth health;

  bool state_due;
  Told told;

  uint32_t inferred;  // windows since boot
  uint32_t lost;      // windows whose counts were given up for want of room, since boot
  int16_t statistics[kMaxScalars];
  int8_t scores[kMaxClasses];
};

}  // namespace mote
