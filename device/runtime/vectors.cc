// Runs the vectors that a model carries, so that a device proves a model before it trusts it.
#include <string.h>

#include "device/format/view.h"
#include "device/model/model.h"
#include "device/model/sections.h"
#include "device/runtime/run.h"

namespace mote {
namespace {

// Fields of SelfTest in model.fbs.
enum SelfTestField { kCount, kInputs, kOutputs };

// Both move on to the next vector.
bool answers_right(const Model& model, const uint8_t** input, const uint8_t** expected) {
  for (uint32_t i = 0; i < model.input_count; ++i) {
    const uint32_t bytes = byte_count(model.tensors[model.inputs[i]]);
    memcpy(activation(model, model.inputs[i]), *input, bytes);
    *input += bytes;
  }
  run_model(model);
  for (uint32_t i = 0; i < model.output_count; ++i) {
    const uint32_t bytes = byte_count(model.tensors[model.outputs[i]]);
    if (memcmp(activation(model, model.outputs[i]), *expected, bytes) != 0) return false;
    *expected += bytes;
  }
  return true;
}

}  // namespace

bool self_test(const Model& model) {
  const Section section = find_section(model.file, SectionType::self_test);
  if (section.data == nullptr) return true;
  FlatReader reader{section.data, section.bytes};
  const FlatTable test = flat_root(&reader);
  const uint32_t count = flat_scalar<uint32_t>(test, kCount, 0);
  const uint8_t* input = flat_vector(test, kInputs, 1, 1).data;
  const uint8_t* expected = flat_vector(test, kOutputs, 1, 1).data;
  reset_states(model);
  bool right = true;
  for (uint32_t i = 0; right && i < count; ++i) right = answers_right(model, &input, &expected);
  reset_states(model);
  return right;
}

}  // namespace mote
