// Moving bytes about in vectors: what lays an input out so that a filter's taps lie side by side.
#pragma once

#include <string.h>

#include "device/kernels/packed/armv8_1_m_mve.h"

#ifdef __ARM_FEATURE_MVE
#include <arm_mve.h>
#endif

namespace mote::armv8_1_m_mve {

#ifdef __ARM_FEATURE_MVE

inline void copy_bytes(int8_t* to, const int8_t* from, uint32_t count) {
  asm volatile(
      "   wlstp.8 lr, %[count], 2f\n"
      "1: vldrb.8 q0, [%[from]], #16\n"
      "   vstrb.8 q0, [%[to]], #16\n"
      "   letp    lr, 1b\n"
      "2:\n"
      : [to] "+r"(to), [from] "+r"(from)
      : [count] "r"(count)
      : "lr", "q0", "memory");
}

inline void fill_bytes(int8_t* to, int8_t value, uint32_t count) {
  asm volatile(
      "   vdup.8  q0, %[value]\n"
      "   wlstp.8 lr, %[count], 2f\n"
      "1: vstrb.8 q0, [%[to]], #16\n"
      "   letp    lr, 1b\n"
      "2:\n"
      : [to] "+r"(to)
      : [count] "r"(count), [value] "r"(int32_t{value})
      : "lr", "q0", "memory");
}

#else

inline void copy_bytes(int8_t* to, const int8_t* from, uint32_t count) { memcpy(to, from, count); }
inline void fill_bytes(int8_t* to, int8_t value, uint32_t count) { memset(to, value, count); }

#endif

// Takes pieces of `bytes` bytes each, side by side, to every `step`-th byte of something else.
class Spread {
 public:
  Spread(uint32_t bytes, uint32_t step) : bytes_(bytes), step_(step) {
#ifdef __ARM_FEATURE_MVE
    batch_ = bytes < kVector ? kVector / bytes : 1;
    while (batch_ > 1 && (batch_ - 1) * step + bytes > 256) --batch_;  // the scatter's offsets are bytes
    for (uint32_t lane = 0; lane < kVector; ++lane) offsets_[lane] = static_cast<uint8_t>(lane / bytes * step + lane % bytes);
#endif
  }

  void move(int8_t* to, const int8_t* from, uint32_t pieces) const {
    if (bytes_ == step_) return copy_bytes(to, from, bytes_ * pieces);
#ifdef __ARM_FEATURE_MVE
    if (bytes_ < kVector) return scatter(to, from, pieces);
    if (bytes_ % kVector == 0) return move_vectors(to, from, pieces);
#endif
    for (; pieces > 0; --pieces, to += step_, from += bytes_) copy_bytes(to, from, bytes_);
  }

 private:
  uint32_t bytes_, step_;
#ifdef __ARM_FEATURE_MVE
  uint32_t batch_;  // pieces a vector
  uint8_t offsets_[kVector];

  void move_vectors(int8_t* to, const int8_t* from, uint32_t pieces) const {
    for (uint32_t at = 0; at < bytes_; at += kVector) {
      const int8_t* source = from + at;
      int8_t* target = to + at;
      for (uint32_t i = pieces; i > 0; --i, source += bytes_, target += step_) vstrbq_s8(target, vldrbq_s8(source));
    }
  }

  void scatter(int8_t* to, const int8_t* from, uint32_t pieces) const {
    const uint8x16_t places = vldrbq_u8(offsets_);
    mve_pred16_t lanes = vctp8q(batch_ * bytes_);
    for (; pieces >= batch_; pieces -= batch_, from += batch_ * bytes_, to += batch_ * step_)
      vstrbq_scatter_offset_p_s8(to, places, vldrbq_z_s8(from, lanes), lanes);
    lanes = vctp8q(pieces * bytes_);
    vstrbq_scatter_offset_p_s8(to, places, vldrbq_z_s8(from, lanes), lanes);
  }
#endif
};

}  // namespace mote::armv8_1_m_mve
