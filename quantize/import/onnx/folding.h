// Constants made of constants as a file is read.
#pragma once

#include "quantize/import/onnx/onnx_node.h"

namespace mote {

// How many elements lie within one index of a dimension.
size_t inner_of(const Extents& extents, size_t axis);

// The operator's result of its first input; further inputs and attributes are the node's.
Result<OnnxTensor> folded_reshape(OnnxNode& node, const OnnxTensor& in);
Result<OnnxTensor> folded_dimensions(OnnxNode& node, const OnnxTensor& in, bool adds);
Result<OnnxTensor> folded_gather(OnnxNode& node, const OnnxTensor& in);
Result<OnnxTensor> folded_slice(OnnxNode& node, const OnnxTensor& in);
Result<OnnxTensor> folded_concat(OnnxNode& node, const OnnxTensor& first);
Result<OnnxTensor> folded_transpose(OnnxNode& node, const OnnxTensor& in);

}  // namespace mote
