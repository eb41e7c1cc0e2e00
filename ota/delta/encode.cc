// Bits into a range, and segments into bits: the mirror of device/update/delta.cc.
#include "ota/delta/encode.h"

#include <cstring>

namespace mote {
namespace {

class RangeCoder {
 public:
  void code(Probability& probability, uint32_t bit) {
    const uint32_t bound = (range_ >> kProbabilityBits) * probability;
    if (bit == 0) {
      range_ = bound;
    } else {
      low_ += bound;
      range_ -= bound;
    }
    adapt(&probability, bit);
    while (range_ < kRangeTop) {
      range_ <<= 8;
      shift();
    }
  }
  // The bytes of the stream, without zeros at its end: a decoder reads as many there as it may be short of.
  Bytes finish() {
    for (int i = 0; i < 5; ++i) shift();
    for (uint32_t i = 0; i < kDeltaSpareBytes && !bytes_.empty() && bytes_.back() == 0; ++i) bytes_.pop_back();
    return std::move(bytes_);
  }

 private:
  // The highest byte leaves once a carry can no longer change it.
  void shift() {
    if (low_ < 0xFF00'0000u || low_ > 0xFFFF'FFFFu) {
      const auto carry = static_cast<uint8_t>(low_ >> 32);
      if (started_) bytes_.push_back(static_cast<uint8_t>(held_ + carry));
      for (; waiting_ > 0; --waiting_) bytes_.push_back(static_cast<uint8_t>(0xFF + carry));
      held_ = static_cast<uint8_t>(low_ >> 24);
      started_ = true;
    } else {
      ++waiting_;
    }
    low_ = (low_ & 0x00FF'FFFFu) << 8;
  }

  uint64_t low_ = 0;
  uint32_t range_ = UINT32_MAX;
  uint8_t held_ = 0;
  bool started_ = false;
  uint64_t waiting_ = 0;
  Bytes bytes_;
};

class Encoder {
 public:
  Encoder() { delta_model_reset(&model_); }

  void segment(const Stretch& stretch, ByteView base, ByteView target) {
    coder_.code(model_.is_copy, stretch.copies ? 1 : 0);
    gamma(model_.length, static_cast<uint32_t>(stretch.bytes));
    if (stretch.copies) place(static_cast<uint32_t>(stretch.base_at));
    uint32_t history = 15;
    for (size_t i = 0; i < stretch.bytes; ++i) {
      if (!stretch.copies) {
        byte(model_.literal, target[i]);
        continue;
      }
      const auto difference = static_cast<uint8_t>(target[i] - base[stretch.base_at + i]);
      coder_.code(model_.is_zero[history], difference == 0 ? 0 : 1);
      history = next_history(history, difference == 0);
      if (difference != 0) byte(model_.difference, difference);
    }
    if (stretch.copies) base_at_ = static_cast<uint32_t>(stretch.base_at + stretch.bytes);
  }
  Bytes finish() { return coder_.finish(); }

 private:
  void gamma(GammaModel& model, uint32_t value) {
    uint32_t bits = 0;
    while (bits < kGammaBits - 1 && value >> (bits + 1) != 0) ++bits;
    for (uint32_t i = 0; i < bits; ++i) coder_.code(model.more[i], 1);
    if (bits < kGammaBits - 1) coder_.code(model.more[bits], 0);
    for (uint32_t i = bits; i > 0; --i) coder_.code(model.low[i], value >> (i - 1) & 1);
  }
  void place(uint32_t at) {
    coder_.code(model_.is_moved, at != base_at_ ? 1 : 0);
    if (at == base_at_) return;
    coder_.code(model_.is_back, at < base_at_ ? 1 : 0);
    gamma(model_.move, at < base_at_ ? base_at_ - at : at - base_at_);
  }
  void byte(ByteModel& model, uint8_t value) {
    uint32_t node = 1;
    for (int shift = 7; shift >= 0; --shift) {
      const uint32_t bit = value >> shift & 1u;
      coder_.code(model.node[node], bit);
      node = node << 1 | bit;
    }
  }

  RangeCoder coder_;
  DeltaModel model_;
  uint32_t base_at_ = 0;
};

void append_word(Bytes& to, uint32_t word) {
  uint8_t bytes[sizeof word];
  std::memcpy(bytes, &word, sizeof word);
  append(to, bytes);
}

}  // namespace

Bytes encode_delta(ByteView base, ByteView target, const std::vector<Stretch>& stretches) {
  Bytes delta = {'M', 'O', 'T', 'D'};
  append_word(delta, 1);
  append_word(delta, static_cast<uint32_t>(base.size()));
  append_word(delta, static_cast<uint32_t>(target.size()));
  Encoder encoder;
  for (const Stretch& stretch : stretches) {
    encoder.segment(stretch, base, target.first(stretch.bytes));
    target = target.subspan(stretch.bytes);
  }
  append(delta, encoder.finish());
  return delta;
}

}  // namespace mote
