// From a directive to all chunks held: the device asks by bitmap, and asks again for what did not come.
#include <string.h>

#include "device/agent/parts.h"
#include "device/format/messages.h"

namespace mote {
namespace {

constexpr uint32_t kRequestCapacity = 128;  // digest, bitmap and the offsets around them

bool is_held(const Updater& updater, uint32_t chunk) { return (updater.held[chunk / 8] >> chunk % 8 & 1) != 0; }

// A directive that stands on the topic comes again with every connection. That it is no longer new is no refusal.
bool came_before(const Updater& updater, uint32_t sequence) {
  return sequence == updater.state.sequence || (updater.phase != Phase::idle && sequence == updater.wanted_sequence);
}

// The first `limit` chunks that are missing, as far as one bitmap reaches.
void choose_window(Agent* agent, uint32_t limit) {
  const Updater& updater = agent->updater;
  ChunkWindow* window = &agent->chunks;
  window->outstanding = 0;
  window->first = 0;
  while (window->first < updater.chunk_count && is_held(updater, window->first)) ++window->first;
  for (uint32_t i = 0; limit > 0 && i < kMaxRequestChunks && window->first + i < updater.chunk_count; ++i) {
    if (is_held(updater, window->first + i)) continue;
    window->outstanding |= uint64_t{1} << i;
    --limit;
  }
}

uint32_t clamp_window(uint32_t chunks) { return chunks < 1 ? 1 : chunks > kMaxRequestChunks ? kMaxRequestChunks : chunks; }

}  // namespace

void take_desired(Agent* agent, const uint8_t* bytes, size_t count) {
  agent->wanted = count != 0;
  if (count == 0) return;
  agent->state_due = true;  // whatever comes of it, the host hears of it
  const mote_status status = updater_desire(&agent->updater, bytes, count);
  if (status == MOTE_OK) {
    agent->refused = 0;
    agent->refusal = MOTE_OK;
    follow_release(agent);
    agent->chunks.due = true;
    return;
  }
  if (status == MOTE_BUSY) return;  // the host offers it again, after the update under way
  const uint32_t sequence = updater_signed_sequence(agent->updater, bytes, count);  // a signature more: of refusals alone
  if (status == MOTE_STALE_SEQUENCE && came_before(agent->updater, sequence)) return;
  agent->refused = sequence;
  agent->refusal = status;
}

void take_block(Agent* agent, const uint8_t* bytes, size_t count) {
  BlockMessage block;
  Updater* updater = &agent->updater;
  if (updater->phase != Phase::downloading || !read_block(bytes, count, &block)) return;
  const mote_status status =
      updater_take_chunk(updater, block.digest, block.index, block.proof, block.proof_bytes, block.data, block.data_bytes);
  if (status != MOTE_OK) return;  // it stays outstanding, and is asked for again
  ChunkWindow* window = &agent->chunks;
  if (block.index < window->first || block.index - window->first >= kMaxRequestChunks) return;
  const uint64_t bit = uint64_t{1} << (block.index - window->first);
  if ((window->outstanding & bit) == 0) return;  // one that comes twice must not put off the asking for those that are lost
  window->progress_ms = agent->now_ms;
  window->outstanding &= ~bit;
  if (window->outstanding == 0) window->due = true;
}

void send_request(Agent* agent) {
  const Updater& updater = agent->updater;
  ChunkWindow* window = &agent->chunks;
  if (updater.phase != Phase::downloading || updater.chunks_held == updater.chunk_count || !agent->wanted) return;
  if (!window->due && !has_passed(agent->now_ms, window->progress_ms, agent->config.resend_ms)) return;
  choose_window(agent, clamp_window(agent->config.request_chunks));
  uint8_t missing[kMaxRequestChunks / 8];
  memcpy(missing, &window->outstanding, sizeof missing);  // bit i of a little-endian number is bit i % 8 of byte i / 8
  uint8_t message[kRequestCapacity];
  const RequestFields request = {updater.transfer.digest, missing,           sizeof missing, window->first,
                                 updater.state.boot,      window->counter + 1};
  const uint32_t bytes = write_request(request, message, sizeof message);
  const AgentPorts& ports = agent->config.ports;
  if (bytes == 0 || !ports.publish(ports.context, Channel::request, message, bytes)) return;
  window->due = false;
  ++window->counter;
  window->progress_ms = agent->now_ms;
}

}  // namespace mote
