// A model over many inputs, as they lie in a file: one tensor after the other, and for each run all inputs of the model.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "quantize/read/loaded_model.h"

namespace mote {

// Refuses inputs that are none, or no whole number of the model's input tensors.
Result<void> check_inputs(size_t bytes, const LoadedModel& model, const std::string& model_name, const std::string& inputs_name);

// The outputs of `inputs`, in their order.
Result<Bytes> run_tensors(ByteView model, const std::string& model_name, ByteView inputs, const std::string& inputs_name);

}  // namespace mote
