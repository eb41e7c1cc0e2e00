// The signed state: sent when the connection comes up, when a directive has come, and when anything in it that matters has
// changed.
#include <string.h>

#include "device/agent/parts.h"
#include "device/format/messages.h"
#include "device/kernels/operators.h"
#include "device/update/envelope.h"

namespace mote {
namespace {

constexpr uint32_t kStateCapacity = 512;

constexpr uint32_t highest_code() {
  uint32_t highest = 0;
#define MOTE_OPERATOR(code, name, inputs, since, access) highest = (code) > highest ? (code) : highest;
#include "device/model/operators.def"
#undef MOTE_OPERATOR
  return highest;
}

constexpr uint32_t kOperatorCodes = highest_code() + 1;
static_assert(kOperatorCodes < 128, "codes stay dense, and a state short");

void list_operators(uint8_t versions[kOperatorCodes]) {
  for (uint16_t code = 0; code < kOperatorCodes; ++code)
    versions[code] = find_operator(code) == nullptr ? 0 : kOperatorVersion;
}

Told told_now(const Agent& agent) {
  const JournalState& journal = agent.updater.state;
  Told told;
  memset(&told, 0, sizeof told);
  told.release = agent.running.release;
  told.sequence = journal.sequence;
  told.refused = agent.refused;
  told.phase = static_cast<uint8_t>(agent.updater.phase);
  told.status = agent.refusal != MOTE_OK ? static_cast<uint8_t>(agent.refusal) : journal.last_status;
  told.degraded = agent.updater.degraded;
  told.open = agent.running.open;
  return told;
}

bool same(const Told& a, const Told& b) {
  return a.release == b.release && a.sequence == b.sequence && a.refused == b.refused && a.phase == b.phase &&
         a.status == b.status && a.degraded == b.degraded && a.open == b.open;
}

StateFields message_of(const Agent& agent, const Told& told, const uint8_t* operators) {
  const UpdaterConfig& update = agent.config.update;
  const Updater& updater = agent.updater;
  StateFields message{};
  message.device = update.identity->device;
  message.device_class = update.identity->device_class;
  message.online = true;
  message.degraded = told.degraded;
  message.phase = told.phase;
  message.status = told.status;
  message.target = update.target;
  message.boot = updater.state.boot;
  message.release = told.release;
  message.floor = updater.state.floor;
  message.sequence = told.sequence;
  message.refused = told.refused;
  message.slot_bytes = update.layout.slot_bytes;
  message.arena_bytes = update.arena_bytes;
  message.chunks_held = updater.chunks_held;
  message.chunks_total = updater.chunk_count;
  message.root_epoch = updater.trust.epoch;
  message.codecs = updater_codecs(update);
  message.model_id = agent.running.open ? agent.running.model_id : nullptr;
  message.operators = operators;
  message.operator_count = kOperatorCodes;
  return message;
}

}  // namespace

void send_state(Agent* agent) {
  const Told told = told_now(*agent);
  if (!agent->state_due && same(told, agent->told)) return;
  uint8_t operators[kOperatorCodes];
  list_operators(operators);
  uint8_t envelope[kStateCapacity];
  const uint32_t payload = write_state(message_of(*agent, told, operators), envelope + kEnvelopeHeaderBytes,
                                       kStateCapacity - static_cast<uint32_t>(kEnvelopeOverhead));
  const UpdaterConfig& update = agent->config.update;
  if (payload == 0 || !seal_envelope(*update.crypto, EnvelopeType::state, update.identity->report_private_key,
                                     update.identity->report_public_key, envelope, payload))
    return;
  const AgentPorts& ports = agent->config.ports;
  if (!ports.publish(ports.context, Channel::state, envelope, payload + kEnvelopeOverhead)) return;
  agent->state_due = false;
  agent->told = told;
}

}  // namespace mote
