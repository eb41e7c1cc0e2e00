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

bool answers_right(const Model& model, const uint8_t* input, const uint8_t* expected) {
  memcpy(activation(model, model.input), input, byte_count(model.tensors[model.input]));
  run_model(model);
  return memcmp(activation(model, model.output), expected, byte_count(model.tensors[model.output])) == 0;
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
  for (uint32_t i = 0; i < count; ++i) {
    if (!answers_right(model, input, expected)) return false;
    input += byte_count(model.tensors[model.input]);
    expected += byte_count(model.tensors[model.output]);
  }
  return true;
}

}  // namespace mote
