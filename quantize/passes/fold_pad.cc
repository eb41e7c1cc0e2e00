// Padding moves into the convolution or the pool that reads it.
#include <bit>

#include "device/model/container.h"
#include "quantize/operators/moving.h"
#include "quantize/passes/passes.h"

namespace mote {
namespace {

constexpr float kFar = 1e30f;

struct Padding {
  ValueId inside = kNoValue;
  uint32_t top = 0, left = 0, bottom = 0, right = 0;
  float value = 0;
};

// What makes `id` when that is a value laid into the middle of a fill, height and width padded only.
bool read_padding(Graph& graph, ValueId id, Padding* padding) {
  const Node* place = producer(graph, id);
  const Node* fill = place != nullptr && place->op == Op::strided_place ? producer(graph, place->inputs[0]) : nullptr;
  if (fill == nullptr || fill->op != Op::fill) return false;
  const Shape &whole = graph.values[id].shape, &part = graph.values[place->inputs[1]].shape;
  const Result<Strided> strided = strided_walk(*place, count_of(part), count_of(whole));
  if (!strided.ok() || whole[0] != 1 || part[0] != 1 || whole[3] != part[3] || part[1] > whole[1] || part[2] > whole[2])
    return false;
  const auto line = static_cast<int64_t>(whole[2]) * whole[3];
  padding->inside = place->inputs[1];
  padding->value = std::bit_cast<float>(fill->numbers[attribute::kFillValue]);
  padding->top = static_cast<uint32_t>(strided->offset / line);
  padding->left = static_cast<uint32_t>(strided->offset % line / whole[3]);
  if (padding->top + part[1] > whole[1] || padding->left + part[2] > whole[2]) return false;
  padding->bottom = whole[1] - part[1] - padding->top;
  padding->right = whole[2] - part[2] - padding->left;
  bool in_place = true;  // element (y, x, c) of the part is element (y + top, x + left, c) of the whole
  walk(*strided, [&](size_t dense, size_t at) {
    const size_t c = dense % part[3], x = dense / part[3] % part[2], y = dense / part[3] / part[2];
    in_place = in_place && at == ((y + padding->top) * whole[2] + x + padding->left) * whole[3] + c;
  });
  return in_place;
}

// Of what a window sees outside its input, a convolution takes 0, and the largest value of a pool nothing.
bool is_outside(Graph& graph, const Node& node, const Padding& padding) {
  if (node.op != Op::max_pool_2d) return padding.value == 0;
  const Node* inside = producer(graph, padding.inside);
  return padding.value <= -kFar || (inside != nullptr && rules(inside->op).clamps_last && inside->low >= padding.value);
}

}  // namespace

//     %1 = fill() : [1,6,6,C]
//     %2 = strided_place(%1, %0)                 %3 = conv_2d(%0, ...) pad=[1,1,1,1]
//     %3 = conv_2d(%2, ...)               =>     return %3
//     return %3
//
// Saves the padded copy. Where nothing else pads (TensorFlow's "valid"), and a window still touches the input everywhere.
int fold_pad(Graph& graph) {
  int folded = 0;
  for (Node& node : graph.nodes) {
    if (node.op != Op::conv_2d && node.op != Op::depthwise_conv_2d && node.op != Op::max_pool_2d) continue;
    Padding padding;
    if (!read_padding(graph, node.inputs[0], &padding) || !is_outside(graph, node, padding)) continue;
    Node padded = node;
    padded.inputs[0] = padding.inside;
    padded.pad_top += padding.top;
    padded.pad_left += padding.left;
    padded.pad_bottom += padding.bottom;
    padded.pad_right += padding.right;
    const bool pads_alone = node.pad_top + node.pad_left + node.pad_bottom + node.pad_right == 0;
    const Result<Shape> shape = rules(node.op).shape(graph, padded);
    if (!pads_alone || !shape.ok() || *shape != graph.values[node.output].shape) continue;
    node = padded;
    ++folded;
  }
  return folded;
}

}  // namespace mote
