// Runs a model over a file of inputs.
#include "quantize/read/run_tensors.h"

namespace mote {

Result<void> check_inputs(size_t bytes, const LoadedModel& model, const std::string& model_name, const std::string& inputs_name) {
  const size_t input_bytes = model.input().count;
  if (bytes != 0 && bytes % input_bytes == 0) return {};
  return Error{.cause = Cause::usage,
               .what = "its " + std::to_string(bytes) + " bytes are no whole number of int8 inputs of " +
                       std::to_string(input_bytes) + " bytes",
               .where = inputs_name,
               .todo = "see the model's input with: mote inspect " + model_name};
}

Result<Bytes> run_tensors(ByteView model, const std::string& model_name, ByteView inputs, const std::string& inputs_name) {
  TRY(LoadedModel loaded, LoadedModel::open(model, model_name));
  TRY_DO(check_inputs(inputs.size(), loaded, model_name, inputs_name));
  const size_t input_bytes = loaded.input().count, output_bytes = loaded.output().count;
  Bytes outputs(inputs.size() / input_bytes * output_bytes);
  const auto* from = reinterpret_cast<const int8_t*>(inputs.data());
  auto* to = reinterpret_cast<int8_t*>(outputs.data());
  for (size_t i = 0; i < inputs.size() / input_bytes; ++i)
    loaded.run({from + i * input_bytes, input_bytes}, {to + i * output_bytes, output_bytes});
  return outputs;
}

}  // namespace mote
