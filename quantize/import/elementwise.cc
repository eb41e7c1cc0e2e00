// Operators on two operands: ADD, SUB, MUL, MINIMUM, MAXIMUM, SQUARED_DIFFERENCE, with what broadcasting asks for.
#include <algorithm>

#include "quantize/import/pair_table.h"
#include "quantize/import/table.h"
#include "quantize/import/view.h"

namespace mote {
namespace {

// The extents of an operand in as many dimensions as the output's; nothing when it does not broadcast to those.
Result<Extents> broadcast(const TfliteNode& node, uint32_t place, const Extents& out) {
  TRY(Extents extents, node.input_extents(place));
  if (extents.size() > out.size()) return unsupported("has an operand that does not broadcast to its output");
  extents.insert(extents.begin(), out.size() - extents.size(), 1);
  for (size_t k = 0; k < out.size(); ++k)
    if (extents[k] != out[k] && extents[k] != 1) return unsupported("has an operand that does not broadcast to its output");
  return extents;
}

// The view of an operand that repeats it over the dimensions of `out` from `from` on.
View repeated(const Extents& extents, const Extents& out, size_t from) {
  View view = View::of(extents);
  view.extents.assign(out.begin() + static_cast<std::ptrdiff_t>(from), out.end());
  view.strides.erase(view.strides.begin(), view.strides.begin() + static_cast<std::ptrdiff_t>(from));
  for (size_t k = from; k < out.size(); ++k)
    if (extents[k] == 1) view.strides[k - from] = 0;
  return view;
}

// The first dimension of the output that the operand has; before it, it comes again and again as a whole.
size_t first_own(const Extents& extents) {
  return static_cast<size_t>(std::find_if(extents.begin(), extents.end(), [](uint32_t extent) { return extent != 1; }) -
                             extents.begin());
}

template <typename T>
std::vector<T> taken(const std::vector<T>& values, const View& view) {
  if (values.empty()) return {};
  std::vector<T> all;
  std::vector<uint32_t> at(view.extents.size());
  for (uint64_t i = 0; i < count_of(view.extents); ++i) {
    int64_t index = view.offset;
    for (size_t k = 0; k < at.size(); ++k) index += at[k] * view.strides[k];
    all.push_back(values[static_cast<size_t>(index)]);
    for (size_t k = at.size(); k-- > 0 && ++at[k] == view.extents[k];) at[k] = 0;
  }
  return all;
}

Shape row(uint64_t count) { return {1, 1, 1, static_cast<uint32_t>(count)}; }

// An operand repeated over the dimensions from `from` on, as the device reads it: a constant, or an activation.
Result<ValueId> operand(TfliteNode& node, uint32_t place, const Extents& out, size_t from) {
  TRY(const Extents extents, broadcast(node, place, out));
  const View view = repeated(extents, out, from);
  if (!node.is_constant(place)) {
    TRY(const ValueId id, node.number_elements(place));
    if (node.graph().values[id].type != node.number_type()) return unsupported("has an operand of another type");
    return copied(node, id, view, folded(view.extents));
  }
  TRY(const ValueId id, node.constant_input(place, row(count_of(extents))));
  Value& value = node.graph().values[id];
  if (value.type != node.number_type()) return unsupported("has an operand of another type");
  value.integers = taken(value.integers, view);
  value.floats = taken(value.floats, view);
  value.shape = row(count_of(view.extents));
  if (count_of(view.extents) > kMaxDimension) value.shape = folded(view.extents);
  return id;
}

// An operand as an activation of the output's size: a constant is placed over something of its size.
Result<ValueId> full_operand(TfliteNode& node, uint32_t place, const Extents& out) {
  TRY(const ValueId id, operand(node, place, out, 0));
  const Value like = node.graph().values[id];
  if (!like.constant) return id;
  Node fill{.op = Op::fill, .output = node.temporary(folded(out), like.type, like.quantization)};
  const ValueId base = fill.output, to = node.temporary(folded(out), like.type, like.quantization);
  TRY_DO(node.add(std::move(fill)));
  Node place_it{.op = Op::strided_place, .inputs = {base, id}, .output = to};
  place_it.numbers = {1, 1, 1, 0, 0, 0, 1, 0};
  TRY_DO(node.add(std::move(place_it)));
  return to;
}

bool is_full(const Extents& extents, const Extents& out) { return extents == out; }

// In float: a constant less an activation as the constant and what is the opposite of the activation.
Result<void> negated_and_added(TfliteNode& node, Node to, const Extents& out) {
  TRY(const Extents constant, broadcast(node, 0, out));
  TRY(const ValueId all, full_operand(node, 1, out));
  const ValueId negative = node.temporary(node.shape_of(all), Type::float32, node.graph().values[all].quantization);
  TRY_DO(node.add({.op = Op::neg, .inputs = {all}, .output = negative}));
  TRY(const ValueId other, operand(node, 0, out, first_own(constant)));
  TRY(to.output, node.output_as(node.shape_of(all)));
  to.op = Op::add;
  to.inputs = {negative, other};
  return node.add(std::move(to));
}

Result<void> pair(TfliteNode& node, Op op, int activation) {
  TRY_DO(node.number_output());
  TRY(const Extents out, node.output_extents());
  TRY(const Extents left, broadcast(node, 0, out));
  TRY(const Extents right, broadcast(node, 1, out));
  Node to{.op = op};
  TRY_DO(fuse(activation, to));
  if (node.is_float() && op == Op::sub && node.is_constant(0)) return negated_and_added(node, to, out);
  for (const uint32_t constant : {0u, 1u})
    if (node.number_type() == Type::int8 && node.is_constant(constant) && !node.is_constant(1 - constant) &&
        count_of(constant == 0 ? left : right) == 1)
      return tabulate_pair(node, to, constant);
  // The device's first operand has all elements, and is an activation.
  const bool commutes = op != Op::sub;
  const bool swaps = commutes && (node.is_constant(0) || !is_full(left, out)) && !node.is_constant(1) && is_full(right, out);
  const uint32_t first = swaps ? 1 : 0, second = 1 - first;
  const Extents& shorter = second == 0 ? left : right;
  TRY(const ValueId all, full_operand(node, first, out));
  TRY(const ValueId other, operand(node, second, out, first_own(shorter)));
  TRY(to.output, node.output_as(node.shape_of(all)));
  to.inputs = {all, other};
  return node.add(std::move(to));
}

// In float: anything by an activation.
Result<void> divided(TfliteNode& node, int activation) {
  TRY(const Extents out, node.output_extents());
  TRY(const Extents left, broadcast(node, 0, out));
  TRY(const Extents right, broadcast(node, 1, out));
  Node to{.op = Op::mul};
  TRY_DO(fuse(activation, to));
  const bool leads = !node.is_constant(0) && is_full(left, out);  // the device's first operand
  TRY(const ValueId divisor, leads ? operand(node, 1, out, first_own(right)) : full_operand(node, 1, out));
  const ValueId inverse = node.temporary(node.shape_of(divisor), Type::float32, node.graph().values[divisor].quantization);
  TRY_DO(node.add({.op = Op::reciprocal, .inputs = {divisor}, .output = inverse}));
  TRY(const ValueId other, leads ? full_operand(node, 0, out) : operand(node, 0, out, first_own(left)));
  to.inputs = leads ? std::vector<ValueId>{other, inverse} : std::vector<ValueId>{inverse, other};
  TRY(to.output, node.output_as(node.shape_of(to.inputs[0])));
  return node.add(std::move(to));
}

template <typename Options>
Result<void> activated_pair(TfliteNode& node, Op op) {
  TRY(const Options* options, node.options<Options>());
  return pair(node, op, options->fused_activation_function());
}

}  // namespace

namespace from_tflite {

Result<void> add(TfliteNode& node) { return activated_pair<tflite::AddOptions>(node, Op::add); }
Result<void> sub(TfliteNode& node) { return activated_pair<tflite::SubOptions>(node, Op::sub); }
Result<void> mul(TfliteNode& node) { return activated_pair<tflite::MulOptions>(node, Op::mul); }
Result<void> minimum(TfliteNode& node) { return pair(node, Op::minimum, 0); }
Result<void> maximum(TfliteNode& node) { return pair(node, Op::maximum, 0); }
Result<void> squared_difference(TfliteNode& node) { return pair(node, Op::squared_difference, 0); }

}  // namespace from_tflite

// A product with the reciprocals, which are worked out of a constant and are a curve of an activation.
Result<void> from_float::div(TfliteNode& node) {
  TRY(const tflite::MulOptions* options, node.options<tflite::MulOptions>());  // DivOptions has the same field
  if (!node.is_constant(1)) return divided(node, options->fused_activation_function());
  TRY_DO(pair(node, Op::mul, options->fused_activation_function()));
  for (float& divisor : node.graph().values[node.graph().nodes.back().inputs[1]].floats) divisor = 1 / divisor;
  return {};
}

}  // namespace mote
