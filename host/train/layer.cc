// What layers share: where a filter goes, and how a graph is added to.
#include "host/train/layer.h"

#include <algorithm>

namespace mote {
namespace {

struct Axis {
  uint32_t places, before, after;
};

Axis along(uint32_t length, uint32_t filter, uint32_t stride, bool same) {
  if (!same) return {length < filter ? 0 : (length - filter) / stride + 1, 0, 0};
  const uint32_t places = (length + stride - 1) / stride;
  const uint32_t covered = (places - 1) * stride + filter;
  const uint32_t padding = covered > length ? covered - length : 0;
  return {places, padding / 2, padding - padding / 2};
}

}  // namespace

Sweep Sweep::over(const Shape& input, uint32_t filter_height, uint32_t filter_width, uint32_t stride, bool same) {
  // A signal has height 1, and its stride is along the width alone.
  const uint32_t stride_height = input[1] == 1 ? 1 : stride;
  const Axis rows = along(input[1], filter_height, stride_height, same);
  const Axis columns = along(input[2], filter_width, stride, same);
  return {.filter_height = filter_height,
          .filter_width = filter_width,
          .stride_height = stride_height,
          .stride_width = stride,
          .pad_top = rows.before,
          .pad_left = columns.before,
          .pad_bottom = rows.after,
          .pad_right = columns.after,
          .out_height = rows.places,
          .out_width = columns.places};
}

ValueId add_constant(Graph& graph, const std::string& name, const Shape& shape, std::vector<float> values) {
  Value value;
  value.name = name;
  value.shape = shape;
  value.constant = true;
  value.floats = std::move(values);
  return graph.add(std::move(value));
}

ValueId add_node(Graph& graph, Node node, const std::string& name, const Shape& shape) {
  Value value;
  value.name = name;
  value.shape = shape;
  node.output = graph.add(std::move(value));
  graph.nodes.push_back(std::move(node));
  return graph.nodes.back().output;
}

}  // namespace mote
