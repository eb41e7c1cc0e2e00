// Runs a model over a file of inputs.
#include "quantize/read/run_tensors.h"

namespace mote {

Result<void> check_inputs(size_t bytes, const LoadedModel& model, const std::string& model_name, const std::string& inputs_name) {
  const size_t input_bytes = model.input_bytes();
  if (bytes != 0 && bytes % input_bytes == 0) return {};
  return Error{.cause = Cause::usage,
               .what = "its " + std::to_string(bytes) + " bytes are no whole number of inputs of " + std::to_string(input_bytes) +
                       " bytes",
               .where = inputs_name,
               .todo = "see the model's input with: mote inspect " + model_name};
}

Result<Bytes> run_tensors(ByteView model, const std::string& model_name, ByteView inputs, const std::string& inputs_name) {
  TRY(LoadedModel loaded, LoadedModel::open(model, model_name));
  TRY_DO(check_inputs(inputs.size(), loaded, model_name, inputs_name));
  const size_t input_bytes = loaded.input_bytes(), output_bytes = loaded.output_bytes();
  Bytes outputs(inputs.size() / input_bytes * output_bytes);
  for (size_t i = 0; i < inputs.size() / input_bytes; ++i)
    loaded.run(inputs.subspan(i * input_bytes, input_bytes), std::span(outputs).subspan(i * output_bytes, output_bytes));
  return outputs;
}

}  // namespace mote
