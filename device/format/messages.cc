// Field numbers and sizes of State, Request, Block and Acknowledge, as device/format/report.fbs orders them.
#include "device/format/messages.h"

#include "device/format/channels.h"
#include "device/format/view.h"
#include "device/format/write.h"

namespace mote {
namespace {

namespace state_field {
enum : uint32_t {
  device,
  online,
  boot,
  phase,
  status,
  degraded,
  release,
  floor,
  sequence,
  refused,
  model_id,
  device_class,
  slot_bytes,
  arena_bytes,
  operators,
  target,
  chunks_held,
  chunks_total,
  root_epoch,
  codecs,
  count
};
}
constexpr uint8_t kStateSizes[state_field::count] = {4, 1, 4, 1, 1, 1, 4, 4, 4, 4, 4, 4, 4, 4, 4, 1, 4, 4, 4, 4};

namespace request_field {
enum : uint32_t { digest, first, missing, boot, counter, count };
}
constexpr uint8_t kRequestSizes[request_field::count] = {4, 4, 4, 4, 4};

namespace block_field {
enum : uint32_t { digest, index, proof, data };
}

namespace acknowledge_field {
enum : uint32_t { boot, counter };
}

bool reader_of(const uint8_t* bytes, size_t count, FlatReader* reader) {
  *reader = FlatReader{bytes, static_cast<uint32_t>(count)};
  return count <= kMaxMessageBytes;
}

}  // namespace

uint32_t write_state(const StateFields& state, uint8_t* bytes, uint32_t capacity) {
  FlatWriter writer{bytes, capacity};
  const FlatPlaces root = flat_add_root(&writer, kStateSizes, state_field::count);
  flat_put<uint8_t>(&writer, root, state_field::online, state.online ? 1 : 0);
  flat_put<uint32_t>(&writer, root, state_field::boot, state.boot);
  flat_put<uint8_t>(&writer, root, state_field::phase, state.phase);
  flat_put<uint8_t>(&writer, root, state_field::status, state.status);
  flat_put<uint8_t>(&writer, root, state_field::degraded, state.degraded ? 1 : 0);
  flat_put<uint32_t>(&writer, root, state_field::release, state.release);
  flat_put<uint32_t>(&writer, root, state_field::floor, state.floor);
  flat_put<uint32_t>(&writer, root, state_field::sequence, state.sequence);
  flat_put<uint32_t>(&writer, root, state_field::refused, state.refused);
  flat_put<uint32_t>(&writer, root, state_field::slot_bytes, state.slot_bytes);
  flat_put<uint32_t>(&writer, root, state_field::arena_bytes, state.arena_bytes);
  flat_put<uint8_t>(&writer, root, state_field::target, state.target);
  flat_put<uint32_t>(&writer, root, state_field::chunks_held, state.chunks_held);
  flat_put<uint32_t>(&writer, root, state_field::chunks_total, state.chunks_total);
  flat_put<uint32_t>(&writer, root, state_field::root_epoch, state.root_epoch);
  flat_put<uint32_t>(&writer, root, state_field::codecs, state.codecs);
  flat_put_string(&writer, root, state_field::device, state.device);
  flat_put_string(&writer, root, state_field::device_class, state.device_class);
  flat_put_bytes(&writer, root, state_field::model_id, state.model_id, state.model_id == nullptr ? 0 : 32);
  flat_put_bytes(&writer, root, state_field::operators, state.operators, state.operator_count);
  return writer.ok ? writer.count : 0;
}

uint32_t write_request(const RequestFields& request, uint8_t* bytes, uint32_t capacity) {
  FlatWriter writer{bytes, capacity};
  const FlatPlaces root = flat_add_root(&writer, kRequestSizes, request_field::count);
  flat_put<uint32_t>(&writer, root, request_field::first, request.first);
  flat_put<uint32_t>(&writer, root, request_field::boot, request.boot);
  flat_put<uint32_t>(&writer, root, request_field::counter, request.counter);
  flat_put_bytes(&writer, root, request_field::digest, request.digest, 32);
  flat_put_bytes(&writer, root, request_field::missing, request.missing, request.missing_bytes);
  return writer.ok ? writer.count : 0;
}

bool read_block(const uint8_t* bytes, size_t count, BlockMessage* block) {
  FlatReader reader;
  if (!reader_of(bytes, count, &reader)) return false;
  const FlatTable root = flat_root(&reader);
  const FlatVector digest = flat_vector(root, block_field::digest, 1, 1);
  const FlatVector proof = flat_vector(root, block_field::proof, 1, 1);
  const FlatVector data = flat_vector(root, block_field::data, 1, 1);
  *block = {digest.data, flat_scalar<uint32_t>(root, block_field::index, 0), proof.data, proof.count, data.data, data.count};
  return reader.ok && digest.count == 32 && proof.count % 32 == 0 && data.count > 0;
}

bool read_acknowledge(const uint8_t* bytes, size_t count, AcknowledgeMessage* acknowledge) {
  FlatReader reader;
  if (!reader_of(bytes, count, &reader)) return false;
  const FlatTable root = flat_root(&reader);
  acknowledge->boot = flat_scalar<uint32_t>(root, acknowledge_field::boot, 0);
  acknowledge->counter = flat_scalar<uint32_t>(root, acknowledge_field::counter, 0);
  return reader.ok;
}

}  // namespace mote
