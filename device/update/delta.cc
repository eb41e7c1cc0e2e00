// The decoder of deltas: whatever the bytes are, it reads inside of base and delta and ends with the target.
#include "device/update/delta.h"

#include <string.h>

namespace mote {
namespace {

constexpr uint8_t kMagic[4] = {'M', 'O', 'T', 'D'};
constexpr uint32_t kVersion = 1;

uint8_t byte_at(DeltaWindow* window, uint32_t at) {
  if (at - window->start >= window->count) {
    const uint32_t left = window->bytes->count - at;
    window->start = at;
    window->count = left < kDeltaReadBytes ? left : kDeltaReadBytes;
    window->bytes->read(window->bytes->context, at, window->held, window->count);
  }
  return window->held[at - window->start];
}

void fail(DeltaDecoder* decoder) { decoder->status = MOTE_MALFORMED; }

uint8_t next_code_byte(DeltaDecoder* decoder) {
  const uint32_t at = decoder->at++;
  if (at < decoder->delta.bytes->count) return byte_at(&decoder->delta, at);
  if (at >= decoder->delta.bytes->count + kDeltaSpareBytes) fail(decoder);
  return 0;
}

uint32_t decode_bit(DeltaDecoder* decoder, Probability* probability) {
  const uint32_t bound = (decoder->range >> kProbabilityBits) * *probability;
  uint32_t bit = 0;
  if (decoder->code < bound) {
    decoder->range = bound;
  } else {
    decoder->code -= bound;
    decoder->range -= bound;
    bit = 1;
  }
  adapt(probability, bit);
  while (decoder->range < kRangeTop) {
    decoder->range <<= 8;
    decoder->code = decoder->code << 8 | next_code_byte(decoder);
  }
  return bit;
}

uint32_t decode_gamma(DeltaDecoder* decoder, GammaModel* model) {
  uint32_t bits = 0;
  while (bits < kGammaBits - 1 && decode_bit(decoder, &model->more[bits]) != 0) ++bits;
  uint32_t value = 1;
  for (uint32_t i = bits; i > 0; --i) value = value << 1 | decode_bit(decoder, &model->low[i]);
  return value;
}

uint8_t decode_byte(DeltaDecoder* decoder, ByteModel* model) {
  uint32_t node = 1;
  while (node < 256) node = node << 1 | decode_bit(decoder, &model->node[node]);
  return static_cast<uint8_t>(node);
}

// Where the segment's base begins; false when it does not lie inside the base.
bool place_base(DeltaDecoder* decoder) {
  DeltaModel* model = &decoder->model;
  const uint32_t base_bytes = decoder->base.bytes->count;
  if (decode_bit(decoder, &model->is_moved) != 0) {
    const bool back = decode_bit(decoder, &model->is_back) != 0;
    const uint32_t move = decode_gamma(decoder, &model->move);
    if (back ? move > decoder->base_at : move > base_bytes - decoder->base_at) return false;
    decoder->base_at = back ? decoder->base_at - move : decoder->base_at + move;
  }
  return decoder->left <= base_bytes - decoder->base_at;
}

void begin_segment(DeltaDecoder* decoder) {
  DeltaModel* model = &decoder->model;
  decoder->copies = decode_bit(decoder, &model->is_copy) != 0;
  decoder->left = decode_gamma(decoder, &model->length);
  decoder->history = 15;
  if (decoder->left > decoder->target_bytes - decoder->made) return fail(decoder);
  if (decoder->copies && !place_base(decoder)) fail(decoder);
}

uint8_t next_byte(DeltaDecoder* decoder) {
  DeltaModel* model = &decoder->model;
  if (!decoder->copies) return decode_byte(decoder, &model->literal);
  const uint8_t from = byte_at(&decoder->base, decoder->base_at++);
  const bool zero = decode_bit(decoder, &model->is_zero[decoder->history]) == 0;
  decoder->history = next_history(decoder->history, zero);
  return zero ? from : static_cast<uint8_t>(from + decode_byte(decoder, &model->difference));
}

uint32_t load(const uint8_t* from) {
  uint32_t value;
  memcpy(&value, from, sizeof value);
  return value;
}

}  // namespace

mote_status delta_begin(DeltaDecoder* decoder, const DeltaBytes& delta, const DeltaBytes& base, uint32_t target_bytes) {
  memset(decoder, 0, sizeof *decoder);
  decoder->status = MOTE_MALFORMED;
  if (delta.count < kDeltaHeaderBytes) return decoder->status = MOTE_TRUNCATED;
  uint8_t header[kDeltaHeaderBytes];
  delta.read(delta.context, 0, header, sizeof header);
  if (memcmp(header, kMagic, sizeof kMagic) != 0) return decoder->status;
  if (load(header + 4) != kVersion) return decoder->status = MOTE_UNSUPPORTED_VERSION;
  if (load(header + 8) != base.count || load(header + 12) != target_bytes) return decoder->status = MOTE_DIGEST_MISMATCH;
  decoder->delta.bytes = &delta;
  decoder->base.bytes = &base;
  decoder->target_bytes = target_bytes;
  decoder->at = kDeltaHeaderBytes;
  decoder->range = UINT32_MAX;
  decoder->status = MOTE_OK;
  delta_model_reset(&decoder->model);
  for (int i = 0; i < 4; ++i) decoder->code = decoder->code << 8 | next_code_byte(decoder);
  return decoder->status;
}

mote_status delta_next(DeltaDecoder* decoder, uint8_t* to, uint32_t count) {
  if (count > decoder->target_bytes - decoder->made) fail(decoder);
  for (uint32_t i = 0; i < count; ++i) {
    if (decoder->status == MOTE_OK && decoder->left == 0) begin_segment(decoder);
    if (decoder->status != MOTE_OK) return decoder->status;
    to[i] = next_byte(decoder);
    --decoder->left;
    ++decoder->made;
  }
  return decoder->status;
}

}  // namespace mote
