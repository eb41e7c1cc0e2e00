// The messages of a device other than its report: State and Request are written here, Block and Acknowledge read
// (device/format/report.fbs, docs/spec/topics.md).
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace mote {

// Names in report.fbs. Strings end in a zero.
struct StateFields {
  const char* device;
  const char* device_class;
  bool online;
  bool degraded;
  uint8_t phase;
  uint8_t status;
  uint8_t target;
  uint32_t boot;
  uint32_t release;
  uint32_t floor;
  uint32_t sequence;
  uint32_t refused;
  uint32_t slot_bytes;
  uint32_t arena_bytes;
  uint32_t chunks_held;
  uint32_t chunks_total;
  uint32_t root_epoch;
  uint32_t codecs;
  const uint8_t* model_id;   // 32 bytes; null: no model runs
  const uint8_t* operators;  // version of each operator code from 0 on
  uint32_t operator_count;
};

// A State FlatBuffer into `bytes`; returns its size, or 0 when `capacity` is too small. The payload of an envelope of type
// state: write at envelope + kEnvelopeHeaderBytes, then seal.
uint32_t write_state(const StateFields& state, uint8_t* bytes, uint32_t capacity);

struct RequestFields {
  const uint8_t* digest;   // 32 bytes
  const uint8_t* missing;  // bit i wants chunk first + i
  uint32_t missing_bytes;
  uint32_t first;
  uint32_t boot;
  uint32_t counter;
};

// A Request FlatBuffer. Returns its size, or 0 when `capacity` is too small.
uint32_t write_request(const RequestFields& request, uint8_t* bytes, uint32_t capacity);

// Points into the bytes it was read from.
struct BlockMessage {
  const uint8_t* digest;  // 32 bytes
  uint32_t index;
  const uint8_t* proof;  // a multiple of 32 bytes
  uint32_t proof_bytes;
  const uint8_t* data;
  uint32_t data_bytes;  // at least 1
};

// False for bytes that are no Block, or one whose digest, proof or data has an impossible length.
bool read_block(const uint8_t* bytes, size_t count, BlockMessage* block);

struct AcknowledgeMessage {
  uint32_t boot;
  uint32_t counter;
};

bool read_acknowledge(const uint8_t* bytes, size_t count, AcknowledgeMessage* acknowledge);

}  // namespace mote
