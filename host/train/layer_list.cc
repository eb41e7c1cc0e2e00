// Takes apart what stands for more than one layer.
#include "host/train/layer_list.h"

namespace mote {

size_t LayerList::add(LayerConfig layer, const Follows& follows) {
  layer.bias = !follows.norm;
  layers_.push_back(layer);
  const auto follow = [&](LayerKind kind, const std::string& suffix) {
    layers_.push_back({.kind = kind, .name = layer.name + "." + suffix, .where = layer.where});
  };
  if (follows.norm) follow(LayerKind::batch_norm, "norm");
  if (follows.activation == "relu") follow(LayerKind::relu, "relu");
  if (follows.activation == "relu6") follow(LayerKind::relu6, "relu6");
  return layers_.size() - 1;
}

size_t LayerList::add_separable(const LayerConfig& layer, const Follows& follows) {
  LayerConfig depthwise = layer, pointwise = layer;
  depthwise.kind = LayerKind::depthwise_conv;
  depthwise.name += ".depthwise";
  add(depthwise, follows);
  pointwise.kind = LayerKind::conv;
  pointwise.filter_height = pointwise.filter_width = pointwise.stride = 1;
  pointwise.from = {};
  return add(pointwise, follows);
}

}  // namespace mote
