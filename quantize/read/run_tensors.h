// A model over many int8 inputs, as they lie in a file: one tensor after the other.
#pragma once

#include "base/bytes.h"
#include "base/result.h"

namespace mote {

// The outputs of `inputs`, in their order. Refuses inputs that are no whole number of the model's input tensors.
Result<Bytes> run_tensors(ByteView model, const std::string& model_name, ByteView inputs, const std::string& inputs_name);

}  // namespace mote
