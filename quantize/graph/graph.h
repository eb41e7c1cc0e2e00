// The graph between training and the device: float at first, int8 after quantization.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "device/model/container.h"

namespace mote {

// Batch (or output channels), height, width, channels. A 1-D signal has height 1.
using Shape = std::array<uint32_t, 4>;

constexpr uint64_t kMostElements = 1u << 24;  // of one value: far above any microcontroller, far below any overflow

inline uint64_t count_of(const Shape& shape) { return uint64_t{shape[0]} * shape[1] * shape[2] * shape[3]; }

// Operators of operators.def, and before them the float ones that the passes turn into those.
enum class Op : uint16_t {
  none = 0,
#define MOTE_OPERATOR(code, name, inputs, since, access) name = (code),
#include "device/model/operators.def"
#undef MOTE_OPERATOR
  batch_norm = 1000,  // x, gamma [C], beta [C], mean [C], variance [C]; attribute epsilon
  clamp,              // x; attributes low, high: ReLU is [0, inf], ReLU6 is [0, 6]
#define MOTE_CURVE(name, function) name,
#include "quantize/operators/curves.def"
#undef MOTE_CURVE
};

enum class Type : uint8_t { int8 = 0, int16 = 1, int32 = 2, float32 = 3, int4 = 4 };  // as TensorType

// Bits of one element. Constants of 4 bits lie two in a byte, the first in the low half.
inline uint32_t bits_of(Type type) { return type == Type::int4 ? 4 : type == Type::int8 ? 8 : type == Type::int16 ? 16 : 32; }
inline uint64_t bytes_of(Type type, uint64_t count) { return (count * bits_of(type) + 7) / 8; }

using ValueId = uint32_t;
constexpr ValueId kNoValue = ~ValueId{0};

// real value = scale[c] * (q - zero_point). `scale` has one element, or one per output channel (weights, biases), or none.
struct Quantization {
  std::vector<float> scale;
  int32_t zero_point = 0;
};

struct Value {
  std::string name;
  Shape shape{};
  Type type = Type::float32;
  Quantization quantization;
  bool constant = false;
  bool state = false;             // lives from run to run; begins as `integers`, or as its zero point when there are none
  std::vector<float> floats;      // of a float32 constant
  std::vector<int32_t> integers;  // of an integer constant, whatever its width
};

struct Node {
  Op op = Op::none;
  std::vector<ValueId> inputs;
  ValueId output = kNoValue;
  // What the operator of that name reads; the others stay at their defaults.
  uint32_t stride_height = 1, stride_width = 1;
  uint32_t filter_height = 1, filter_width = 1;  // pools; a convolution's filter is in its weights' shape
  uint32_t pad_top = 0, pad_left = 0, pad_bottom = 0, pad_right = 0;
  uint32_t dilation_height = 1, dilation_width = 1;  // convolutions
  float low = -3.4e38f,
        high = 3.4e38f;        // the fused clamp of conv_2d, depthwise_conv_2d, fully_connected, max_pool_2d; clamp's own
  float epsilon = 0;           // batch_norm
  float slope = 1;             // leaky_relu and elu: of what is negative
  Form form = Form::portable;  // packed only after quantize/pack
  std::array<int32_t, 8>
      numbers{};  // of a packed node, or of an operator that has no fields above: its attributes as the device reads them
};

struct Graph {
  std::vector<Value> values;
  std::vector<Node> nodes;               // in an order in which each value is made before it is read
  std::vector<ValueId> inputs, outputs;  // in the order in which a caller gives and takes them
  // The front end, once quantization has added it (docs/spec/operators): nodes[0 .. front_nodes) make the only input from
  // `raw_input`.
  ValueId raw_input = kNoValue;
  ValueId statistics = kNoValue;
  uint32_t front_nodes = 0;
  Rounding rounding = Rounding::double_rounding;  // of its int8 arithmetic

  // Of a graph with one of each; kNoValue without any.
  ValueId input() const { return inputs.empty() ? kNoValue : inputs.front(); }
  ValueId output() const { return outputs.empty() ? kNoValue : outputs.front(); }

  ValueId add(Value value) {
    values.push_back(std::move(value));
    return static_cast<ValueId>(values.size() - 1);
  }
};

}  // namespace mote
