// The parts that agent_step is made of, one file each.
#pragma once

#include "device/agent/state.h"

namespace mote {

// Interval of a wrapping millisecond count.
inline bool has_passed(uint32_t now_ms, uint32_t since_ms, uint32_t interval_ms) { return now_ms - since_ms >= interval_ms; }

// model.cc: binds the updater's running model to the arena and, for another model than before, starts its monitor anew.
void open_running_model(Agent* agent);
// A directive may give the model that runs another release: what was gathered until then is reported under the old one.
void follow_release(Agent* agent);
void infer(Agent* agent, const uint8_t* bytes, size_t count);
void miss(Agent* agent);

// reports.cc: what was gathered becomes a signed report, and stays until the collector has it.
bool has_room_for_report(const Agent& agent, uint32_t count);
void hold_report(Agent* agent);  // freezes what the monitor has; gives it up when there is no room
void cut_report_when_due(Agent* agent);
void send_report(Agent* agent);
void take_acknowledge(Agent* agent, const uint8_t* bytes, size_t count);

// download.cc: directives, chunks and the asking for them.
void take_desired(Agent* agent, const uint8_t* bytes, size_t count);
void take_block(Agent* agent, const uint8_t* bytes, size_t count);
void send_request(Agent* agent);

// root.cc: other keys to believe.
void take_root(Agent* agent, const uint8_t* bytes, size_t count);

// trial.cc: what an inference on trial has shown, `count` scores of it; and one step of staged -> trial -> confirmed, at most.
void note_health(Agent* agent, uint32_t count, uint32_t latency_us);
void advance_update(Agent* agent);

// say_state.cc
void send_state(Agent* agent);

}  // namespace mote
