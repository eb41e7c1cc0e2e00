// Operators that put an output together from parts: PAD, PADV2, CONCATENATION, PACK, SPACE_TO_BATCH_ND, BATCH_TO_SPACE_ND.
#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "quantize/import/view.h"

namespace mote {
namespace {

// An activation, or a constant as a value of its own.
Result<ValueId> part(TfliteNode& node, uint32_t place) {
  if (!node.is_constant(place)) return node.elements(place);
  TRY(const Extents extents, node.input_extents(place));
  return node.constant_input(place, folded(extents));
}

// All inputs, one after the other along `axis` of `to`; each takes `sizes` of it.
Result<void> assemble(TfliteNode& node, const View& to, uint32_t axis, const std::vector<uint32_t>& sizes) {
  TRY(ValueId made, filled(node, 0, false));
  uint64_t begin = 0;
  for (uint32_t place = 0; place < sizes.size(); ++place) {
    if (begin + sizes[place] > to.extents[axis]) return unsupported("has an output of another shape than it makes");
    TRY(const ValueId input, part(node, place));
    const View view = to.sliced(axis, static_cast<int64_t>(begin), 1, sizes[place]);
    TRY(made, placed(node, made, input, view, place + 1 == sizes.size()));
    begin += sizes[place];
  }
  return begin == to.extents[axis] ? Result<void>() : unsupported("has an output of another shape than it makes");
}

// Pairs of a constant: what stands before and after each dimension, none of it negative.
Result<std::vector<uint32_t>> margins_of(const TfliteNode& node, uint32_t place, size_t pairs) {
  TRY(const std::vector<int32_t> given, node.integers(place));
  if (given.size() != 2 * pairs) return unsupported("has margins for another number of dimensions");
  std::vector<uint32_t> margins;
  for (const int32_t margin : given) {
    if (margin < 0 || static_cast<uint64_t>(margin) > kMostElements) return unsupported("has a negative margin, or a vast one");
    margins.push_back(static_cast<uint32_t>(margin));
  }
  return margins;
}

// Real 0, or what PADV2 names.
Result<int32_t> pad_value(const TfliteNode& node) {
  if (!node.has_input(2)) {
    TRY(const Quantization quantization, quantization_of(*node.output_tensor()));
    return quantization.zero_point;
  }
  if (node.is_float()) {
    TRY(const std::vector<float> real, node.floats(2));
    if (real.size() != 1 || std::isnan(real[0])) return unsupported("has no single number to pad with");
    constexpr float kFarthest = std::numeric_limits<float>::max();
    return std::bit_cast<int32_t>(std::clamp(real[0], -kFarthest, kFarthest));
  }
  TRY(const std::vector<int32_t> given, node.integers(2));
  if (given.size() != 1) return unsupported("has more than one value to pad with");
  return given[0];
}

// The blocks of SPACE_TO_BATCH_ND and of its inverse, each at least 1.
Result<std::vector<uint32_t>> blocks_of(const TfliteNode& node, size_t rank) {
  TRY(const std::vector<int32_t> given, node.integers(1));
  if (given.empty() || given.size() + 1 > rank) return unsupported("has blocks for another number of dimensions");
  std::vector<uint32_t> blocks;
  for (const int32_t block : given) {
    if (block < 1) return unsupported("has a block without elements");
    blocks.push_back(static_cast<uint32_t>(block));
  }
  return blocks;
}

}  // namespace

namespace from_tflite {

Result<void> pad(TfliteNode& node) {
  TRY(const ValueId input, node.elements(0));
  TRY(const Extents in, node.input_extents(0));
  TRY(const Extents out, node.output_extents());
  TRY(const std::vector<uint32_t> margins, margins_of(node, 1, in.size()));
  if (in.size() != out.size()) return unsupported("has an output of another shape than it makes");
  View view = View::of(out);
  for (uint32_t k = 0; k < in.size(); ++k) {
    if (uint64_t{margins[2 * k]} + in[k] + margins[2 * k + 1] != out[k])
      return unsupported("has an output of another shape than it makes");
    view = view.sliced(k, margins[2 * k], 1, in[k]);
  }
  if (in == out) return node.alias(0, input);
  TRY(const int32_t value, pad_value(node));
  TRY(const ValueId base, filled(node, value, false));
  const Result<ValueId> whole = placed(node, base, input, view, true);
  return whole.ok() ? Result<void>() : whole.error();
}

Result<void> concatenation(TfliteNode& node) {
  TRY(const tflite::ConcatenationOptions* options, node.options<tflite::ConcatenationOptions>());
  if (options->fused_activation_function() != 0) return unsupported("has a fused activation");
  TRY(const Extents out, node.output_extents());
  TRY(const uint32_t axis, axis_of(options->axis(), out.size()));
  std::vector<uint32_t> sizes;
  for (uint32_t place = 0; place < node.input_count(); ++place) {
    TRY(const Extents in, node.input_extents(place));
    if (in.size() != out.size()) return unsupported("has inputs of different dimensions");
    sizes.push_back(in[axis]);
  }
  return assemble(node, View::of(out), axis, sizes);
}

Result<void> pack(TfliteNode& node) {
  TRY(const tflite::PackOptions* options, node.options<tflite::PackOptions>());
  TRY(const Extents out, node.output_extents());
  TRY(const uint32_t axis, axis_of(options->axis(), out.size()));
  return assemble(node, View::of(out), axis, std::vector<uint32_t>(node.input_count(), 1));
}

// Padded, and then [N, S / b, b, ...] to [b, ..., N, S / b, ...] for each spatial dimension S.
Result<void> space_to_batch(TfliteNode& node) {
  TRY(const ValueId input, node.elements(0));
  TRY(const Extents in, node.input_extents(0));
  TRY(const std::vector<uint32_t> blocks, blocks_of(node, in.size()));
  TRY(const std::vector<uint32_t> margins, margins_of(node, 2, blocks.size()));
  Extents padded = in;
  for (size_t k = 0; k < blocks.size(); ++k) {
    const uint64_t extent = uint64_t{margins[2 * k]} + in[k + 1] + margins[2 * k + 1];
    if (extent % blocks[k] != 0 || extent > kMostElements) return unsupported("has blocks that do not fit its input");
    padded[k + 1] = static_cast<uint32_t>(extent);
  }
  ValueId whole = input;
  if (padded != in) {
    View inner = View::of(padded);
    for (uint32_t k = 0; k < blocks.size(); ++k) inner = inner.sliced(k + 1, margins[2 * k], 1, in[k + 1]);
    TRY(const int32_t zero, [&]() -> Result<int32_t> {
      TRY(const Quantization quantization, quantization_of(*node.output_tensor()));
      return quantization.zero_point;
    }());
    TRY(const ValueId base, filled(node, zero, false));
    TRY(whole, placed(node, base, input, inner, false));
  }
  View view = View::of(padded);
  for (uint32_t k = 0; k < blocks.size(); ++k) view = view.divided(1 + 2 * k, blocks[k]);
  std::vector<uint32_t> order;
  const auto spatial = static_cast<uint32_t>(blocks.size());
  for (uint32_t k = 0; k < spatial; ++k) order.push_back(2 + 2 * k);
  order.push_back(0);
  for (uint32_t k = 0; k < spatial; ++k) order.push_back(1 + 2 * k);
  for (uint32_t k = 1 + 2 * spatial; k < view.extents.size(); ++k) order.push_back(k);
  return move(node, whole, view.permuted(order));
}

// [b, ..., N, S, ...] to [N, S, b, ...], and then cropped.
Result<void> batch_to_space(TfliteNode& node) {
  TRY(const ValueId input, node.elements(0));
  TRY(const Extents in, node.input_extents(0));
  TRY(const std::vector<uint32_t> blocks, blocks_of(node, in.size()));
  TRY(const std::vector<uint32_t> crops, margins_of(node, 2, blocks.size()));
  const auto spatial = static_cast<uint32_t>(blocks.size());
  uint64_t product = 1;
  for (const uint32_t block : blocks) product = std::min<uint64_t>(product * block, kMostElements);
  if (in[0] % product != 0) return unsupported("has blocks that do not fit its input");
  View view = View::of(in);
  uint32_t inner = in[0];
  for (uint32_t k = 0; k < spatial; ++k) view = view.divided(k, inner /= blocks[k]);
  std::vector<uint32_t> order = {spatial};
  Extents made = {view.extents[spatial]};
  for (uint32_t k = 0; k < spatial; ++k) {
    order.insert(order.end(), {spatial + 1 + k, k});
    made.push_back(in[k + 1] * blocks[k]);
  }
  for (uint32_t k = 2 * spatial + 1; k < view.extents.size(); ++k) {
    order.push_back(k);
    made.push_back(view.extents[k]);
  }
  View kept = View::of(made);
  for (uint32_t k = 0; k < spatial; ++k) {
    const uint64_t cropped = uint64_t{crops[2 * k]} + crops[2 * k + 1];
    if (cropped >= made[k + 1]) return unsupported("crops all that it has");
    kept = kept.sliced(k + 1, crops[2 * k], 1, made[k + 1] - static_cast<uint32_t>(cropped));
  }
  if (kept.extents == made) return move(node, input, view.permuted(order));
  TRY(const ValueId whole, copied(node, input, view.permuted(order), folded(made)));
  return move(node, whole, kept);
}

}  // namespace from_tflite
}  // namespace mote
