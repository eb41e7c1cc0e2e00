// One node of a model, as its operator sees it: while checking only constants have a place, while running activations too.
#pragma once

#include "device/kernels/rows.h"
#include "device/model/model.h"

namespace mote {

struct NodeView {
  const Model* model;
  const NodeRecord* record;
  RowRange range;  // of the output, for operators that work row by row; all of it for the others

  const TensorRecord& input(uint32_t place) const { return model->tensors[record->inputs[place]]; }
  const TensorRecord& output() const { return model->tensors[record->output]; }
  int32_t attribute(uint32_t place) const { return record->attributes[place]; }

  template <typename T>
  const T* constant(uint32_t place) const {
    return reinterpret_cast<const T*>(model->weights + input(place).offset);
  }
  template <typename T>
  const T* data(uint32_t place) const {
    return reinterpret_cast<const T*>(activation(*model, record->inputs[place]));
  }
  // An input that may be either.
  template <typename T>
  const T* operand(uint32_t place) const {
    return input(place).kind == static_cast<uint8_t>(TensorKind::constant) ? constant<T>(place) : data<T>(place);
  }
  template <typename T>
  T* result() const {
    return reinterpret_cast<T*>(activation(*model, record->output));
  }
  template <typename T>
  Rows<const T> rows(uint32_t place) const {
    return {data<T>(place), model->held[record->inputs[place]], row_elements(input(place))};
  }
  template <typename T>
  Rows<T> result_rows() const {
    return {result<T>(), model->held[record->output], row_elements(output())};
  }
  // The node's own memory while it runs, as many bytes as its kernel asked for, 16-byte aligned; null when it asked for none.
  uint8_t* scratch() const {
    const uint32_t offset = model->scratch[record - model->nodes];
    return offset == kNoOffset ? nullptr : model->arena + offset;
  }
};

// A check answers the label of the first rule that the node breaks, or null. It runs after the checks of graph and order.
using NodeCheck = const char* (*)(const NodeView& node);
using NodeRun = void (*)(const NodeView& node);
// Bytes of scratch; null for a kernel without.
using NodeScratch = uint32_t (*)(const NodeView& node);

// Of the input at `place`. A reach of 0: every output row needs all of it.
using NodeRows = RowWindow (*)(const NodeView& node, uint32_t place);

inline bool is_activation(const TensorRecord& tensor, TensorType type) {
  return tensor.kind != static_cast<uint8_t>(TensorKind::constant) && tensor.type == static_cast<uint8_t>(type);
}
inline bool is_constant(const TensorRecord& tensor, TensorType type) {
  return tensor.kind == static_cast<uint8_t>(TensorKind::constant) && tensor.type == static_cast<uint8_t>(type);
}
inline bool is_activation(const TensorRecord& tensor) { return tensor.kind != static_cast<uint8_t>(TensorKind::constant); }
inline bool has_shape(const TensorRecord& tensor, uint32_t batch, uint32_t height, uint32_t width, uint32_t channels) {
  return tensor.shape[0] == batch && tensor.shape[1] == height && tensor.shape[2] == width && tensor.shape[3] == channels;
}
inline bool same_shape(const TensorRecord& a, const TensorRecord& b) {
  return has_shape(a, b.shape[0], b.shape[1], b.shape[2], b.shape[3]);
}

// True when the attributes from `first` on, which the operator does not use, are 0.
inline bool rest_is_zero(const NodeView& node, uint32_t first) {
  for (uint32_t i = first; i < 8; ++i)
    if (node.attribute(i) != 0) return false;
  return true;
}

// An attribute that is a yes or a no.
inline bool is_flag(int32_t value) { return value == 0 || value == 1; }

inline bool is_clamp(int32_t low, int32_t high) { return low >= -128 && low <= high && high <= 127; }

inline bool is_wide_clamp(int32_t low, int32_t high) { return low >= -32768 && low <= high && high <= 32767; }

}  // namespace mote
