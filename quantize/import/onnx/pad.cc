// Pad: a border of a constant, or of what is reflected.
#include <algorithm>

#include "quantize/import/onnx/onnx_node.h"

namespace mote::from_onnx {
namespace {

constexpr int kPad2 = 60, kMirrorPad = 100;

}  // namespace

// Pads are an attribute before opset 11 and an input since then.
Result<void> pad(OnnxNode& node) {
  TRY(OnnxValue * in, node.activation(0));
  TRY(const auto pads, node.integers_of("pads", 1));
  const std::string mode = node.text("mode", "constant");
  if (mode != "constant" && mode != "reflect") return unsupported("pads by '" + mode + "'");
  float value = node.real("value", 0);
  if (node.has_input(2)) {
    TRY(value, node.one_real(2));
  }
  std::vector<uint32_t> axes;
  if (node.has_input(3)) {
    TRY(const OnnxTensor* given, node.constant(3));
    for (const int64_t axis : given->integers) {
      TRY(const uint32_t known, onnx_axis(axis, in->rank()));
      axes.push_back(known);
    }
  } else {
    for (uint32_t k = 0; k < in->rank(); ++k) axes.push_back(k);
  }
  if (!pads || pads->size() != 2 * axes.size()) return unsupported("has another number of pads than of dimensions");
  const Order order = node.order_of(*in);
  std::vector<int32_t> margins(2 * in->rank());
  Extents extents = in->extents;
  for (size_t i = 0; i < axes.size(); ++i) {
    const int64_t before = (*pads)[i], after = (*pads)[axes.size() + i];
    if (before < 0 || after < 0 || before > 65535 || after > 65535) return unsupported("has negative pads, or too many");
    const size_t at = axis_in(order, axes[i], in->rank());
    margins[2 * at] = static_cast<int32_t>(before);
    margins[2 * at + 1] = static_cast<int32_t>(after);
    extents[axes[i]] = in->extents[axes[i]] + static_cast<uint32_t>(before + after);
  }
  const int32_t from = node.in_order(*in, order);
  FloatDraft& draft = node.draft();
  const int32_t pairs = draft.integers(margins, {static_cast<int32_t>(in->rank()), 2});
  TRY(const int32_t to, node.give_tensor(extents, order));
  if (mode == "reflect")
    draft.node(kMirrorPad, {from, pairs}, {to}, tflite::MirrorPadOptionsT());
  else
    draft.node(kPad2, {from, pairs, draft.floats({}, std::vector<float>{value}, "")}, {to});
  return {};
}

}  // namespace mote::from_onnx
