// A model in memory, bound: what the verifier has found in the file and the runtime walks over. Nothing here is checked again.
#pragma once

#include "device/model/container.h"
#include "mote/mote.h"

namespace mote {

struct Model {
  const uint8_t* file;
  uint8_t* arena;  // null while only checking
  const TensorRecord* tensors;
  const NodeRecord* nodes;
  const uint32_t* offsets;  // the plan: of each tensor
  const uint16_t* held;     // rows in memory of each tensor; fewer than it has where it is a ring
  const uint32_t* scratch;  // of each node
  const uint16_t* stages;   // nodes in each stage
  const uint8_t* weights;
  const uint16_t* inputs;
  const uint16_t* outputs;
  uint32_t arena_bytes;
  uint16_t tensor_count;
  uint16_t node_count;
  uint16_t stage_count;
  uint16_t front_nodes;
  uint8_t input_count;
  uint8_t output_count;
  uint16_t raw_input;   // kNoTensor without a front end
  uint16_t statistics;  // kNoTensor without
  Rounding rounding;
  Target target;
};

inline bool has_front_end(const Model& model) { return model.raw_input != kNoTensor; }

inline uint32_t element_count(const TensorRecord& tensor) {
  return tensor.shape[0] * tensor.shape[1] * tensor.shape[2] * tensor.shape[3];
}
inline uint32_t element_bits(const TensorRecord& tensor) {
  switch (static_cast<TensorType>(tensor.type)) {
    case TensorType::int4:
      return 4;
    case TensorType::int8:
      return 8;
    case TensorType::int16:
      return 16;
    default:
      return 32;
  }
}
inline uint32_t byte_count(const TensorRecord& tensor) {
  return static_cast<uint32_t>((uint64_t{element_count(tensor)} * element_bits(tensor) + 7) / 8);
}

inline size_t row_elements(const TensorRecord& tensor) { return size_t{tensor.shape[2]} * tensor.shape[3]; }

// Where an activation lies while the model runs.
inline uint8_t* activation(const Model& model, uint16_t tensor) { return model.arena + model.offsets[tensor]; }

}  // namespace mote
