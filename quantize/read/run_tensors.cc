// Runs a model over a file of inputs.
#include "quantize/read/run_tensors.h"

#include "quantize/read/loaded_model.h"

namespace mote {

Result<Bytes> run_tensors(ByteView model, const std::string& model_name, ByteView inputs, const std::string& inputs_name) {
  TRY(LoadedModel loaded, LoadedModel::open(model, model_name));
  const size_t input_bytes = loaded.input().count, output_bytes = loaded.output().count;
  if (inputs.empty() || inputs.size() % input_bytes != 0)
    return Error{.cause = Cause::usage,
                 .what = "its " + std::to_string(inputs.size()) + " bytes are no whole number of int8 inputs of " +
                         std::to_string(input_bytes) + " bytes",
                 .where = inputs_name,
                 .todo = "see the model's input with: mote inspect " + model_name};
  Bytes outputs(inputs.size() / input_bytes * output_bytes);
  const auto* from = reinterpret_cast<const int8_t*>(inputs.data());
  auto* to = reinterpret_cast<int8_t*>(outputs.data());
  for (size_t i = 0; i < inputs.size() / input_bytes; ++i)
    loaded.run({from + i * input_bytes, input_bytes}, {to + i * output_bytes, output_bytes});
  return outputs;
}

}  // namespace mote
