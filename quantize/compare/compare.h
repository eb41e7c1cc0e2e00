// Two models, or two runs of one, layer by layer: which is the first to differ, and by how much.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/json_fwd.h"
#include "base/result.h"
#include "quantize/read/model_file.h"

namespace mote {

// One tensor, over all inputs.
struct LayerDifference {
  std::string name;  // "3 conv_2d", "output 0"
  std::string shape;
  uint64_t bytes = 0, differing = 0;    // compared; of those, other than in the reference
  double largest = 0;                   // between two elements, in quanta where they are integers
  std::optional<uint64_t> first_input;  // the number of the first input for which a byte differs
};

struct ModelDifference {
  std::string reference, model;  // what was compared
  uint64_t inputs = 0;
  std::vector<LayerDifference> layers;  // in the order of the run

  const LayerDifference* first() const;  // that differs; null when none does
};

// A quantized .tflite file as a portable model in which no tensor shares memory with another: what any other import of it is held
// to.
Result<Bytes> reference_model(ByteView tflite, const std::string& where, Rounding rounding = Rounding::double_rounding);

// Runs both over `inputs`, one after the other. Layers are paired by their place: .mote files have no names of tensors, but the
// same graph gives the same nodes in every form and plan. Cause::usage when these two graphs do not correspond, or the inputs are
// none.
Result<ModelDifference> compare_layers(ByteView reference, const std::string& reference_name, ByteView model,
                                       const std::string& model_name, ByteView inputs, const std::string& inputs_name);

// The outputs of two runs of one model, as mote_run gives them.
ModelDifference compare_outputs(const ModelFile& model, ByteView reference, ByteView outputs);

std::string to_text(const ModelDifference& difference);
Json to_json(const ModelDifference& difference);

}  // namespace mote
