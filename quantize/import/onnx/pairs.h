// Two operands of an ONNX operator, written down as one of TensorFlow Lite's.
#pragma once

#include "quantize/import/onnx/onnx_node.h"

namespace mote::from_onnx {

// Operators by their numbers in the schema.
enum PairCode : int { kAdd = 0, kMul = 18, kSub = 41, kDiv = 42, kMaximum = 55, kMinimum = 57 };

// What `code` makes of both, in the order in which they lie best. At most one of them is a constant.
Result<OnnxValue> pair_of(OnnxNode& node, int code, OnnxValue& left, OnnxValue& right);

// `value` with `code` and one number.
Result<OnnxValue> with_number(OnnxNode& node, int code, OnnxValue& value, float number);

}  // namespace mote::from_onnx
