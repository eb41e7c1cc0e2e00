// The operators of ONNX, the opsets that have them in a form that is read, and how each is imported.
#include "quantize/import/onnx/onnx_node.h"

namespace mote {

namespace from_onnx {
#define MOTE_ONNX(since, until, name, lower) Result<void> lower(OnnxNode& node);
#include "quantize/import/onnx/onnx_operators.def"
#undef MOTE_ONNX
}  // namespace from_onnx

namespace {

struct OnnxRow {
  std::string_view operation;
  int64_t since, until;
  FromOnnx lower;
};

constexpr OnnxRow kOnnxOperators[] = {
#define MOTE_ONNX(since, until, name, lower) {#name, since, until, from_onnx::lower},
#include "quantize/import/onnx/onnx_operators.def"
#undef MOTE_ONNX
};

}  // namespace

FromOnnx find_onnx_operator(std::string_view operation, int64_t opset) {
  for (const OnnxRow& row : kOnnxOperators)
    if (row.operation == operation && row.since <= opset && opset <= row.until) return row.lower;
  return nullptr;
}

}  // namespace mote
