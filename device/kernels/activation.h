// In what activations of int8 and of int16 differ, for what is written once for both.
#pragma once

#include <stdint.h>

#include "device/model/container.h"

namespace mote {

template <typename T>
struct Activation;

template <>
struct Activation<int8_t> {
  static constexpr TensorType kType = TensorType::int8;
  static constexpr int32_t kLeast = INT8_MIN, kMost = INT8_MAX;
  static constexpr int32_t zero_point(int32_t given) { return given; }
  static constexpr int32_t kFarthest = 255;                // from a zero point
  static constexpr int32_t kMostScaled = INT32_MAX - 255;  // there is room for the zero point that is added to it
};

template <>
struct Activation<int16_t> {
  static constexpr TensorType kType = TensorType::int16;
  static constexpr int32_t kLeast = INT16_MIN, kMost = INT16_MAX;
  static constexpr int32_t zero_point(int32_t) { return 0; }
  static constexpr int32_t kFarthest = 32768;
  static constexpr int32_t kMostScaled = INT32_MAX;
};

}  // namespace mote
