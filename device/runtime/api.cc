// The C interface of mote/mote.h over the verifier and the runtime.
#include <string.h>

#include "device/model/sections.h"
#include "device/model/verify.h"
#include "device/runtime/run.h"

namespace mote {
namespace {

OpenModel* opened(mote_model* opaque) { return reinterpret_cast<OpenModel*>(opaque); }

const Model& model_of(const mote_model* opaque) { return reinterpret_cast<const OpenModel*>(opaque)->model; }

// What the verifier, or find_parts, has found, with its arena.
mote_status bind(mote_model* opaque, Model model, void* arena, size_t arena_bytes) {
  if (arena_bytes < model.arena_bytes || reinterpret_cast<uintptr_t>(arena) % kAlignment != 0) return MOTE_ARENA_TOO_SMALL;
  model.arena = static_cast<uint8_t*>(arena);
  const OpenModel open{model, nullptr, nullptr, {}};
  memcpy(opaque, &open, sizeof open);
  reset_states(model);
  return MOTE_OK;
}

mote_tensor tensor_of(const Model& model, uint16_t index) {
  if (index == kNoTensor) return {};
  const TensorRecord& record = model.tensors[index];
  mote_tensor tensor;
  tensor.count = element_count(record);
  tensor.bytes = byte_count(record);
  memcpy(tensor.shape, record.shape, sizeof tensor.shape);
  tensor.scale = record.scale;
  tensor.zero_point = record.zero_point;
  tensor.type = static_cast<mote_type>(record.type);
  tensor.data = model.arena == nullptr ? nullptr : activation(model, index);
  return tensor;
}

void copy_in(const Model& model, uint16_t tensor, const void* from) {
  memcpy(activation(model, tensor), from, byte_count(model.tensors[tensor]));
}

void copy_out(const Model& model, uint16_t tensor, void* to) {
  memcpy(to, activation(model, tensor), byte_count(model.tensors[tensor]));
}

uint32_t bytes_of(const Model& model, const uint16_t* tensors, uint32_t count) {
  uint32_t bytes = 0;
  for (uint32_t i = 0; i < count; ++i) bytes += byte_count(model.tensors[tensors[i]]);
  return bytes;
}

// Null: they are in their places already.
void take_inputs(const Model& model, const void* inputs) {
  const auto* from = static_cast<const uint8_t*>(inputs);
  for (uint32_t i = 0; from != nullptr && i < model.input_count; ++i) {
    copy_in(model, model.inputs[i], from);
    from += byte_count(model.tensors[model.inputs[i]]);
  }
}

// Null: nobody wants a copy.
void give_outputs(const Model& model, void* outputs) {
  auto* to = static_cast<uint8_t*>(outputs);
  for (uint32_t i = 0; to != nullptr && i < model.output_count; ++i) {
    copy_out(model, model.outputs[i], to);
    to += byte_count(model.tensors[model.outputs[i]]);
  }
}

void run_raw(OpenModel* open, const int16_t* raw, int16_t* statistics) {
  copy_in(open->model, open->model.raw_input, raw);
  run_front_end(open);
  if (statistics != nullptr && open->model.statistics != kNoTensor) copy_out(open->model, open->model.statistics, statistics);
}

}  // namespace
}  // namespace mote

using namespace mote;

extern "C" mote_status mote_open(mote_model* opaque, const void* bytes, size_t count, void* arena, size_t arena_bytes) {
  Model model;
  const Verdict verdict = verify(static_cast<const uint8_t*>(bytes), count, &model);
  return verdict.good() ? bind(opaque, model, arena, arena_bytes) : verdict.status();
}

extern "C" mote_status mote_bind(mote_model* opaque, const void* bytes, size_t count, void* arena, size_t arena_bytes) {
  Model model;
  const Verdict verdict = find_parts(static_cast<const uint8_t*>(bytes), count, &model);
  return verdict.good() ? bind(opaque, model, arena, arena_bytes) : verdict.status();
}

extern "C" void mote_reset(mote_model* opaque) { reset_states(model_of(opaque)); }

extern "C" uint32_t mote_input_count(const mote_model* opaque) { return model_of(opaque).input_count; }

extern "C" uint32_t mote_output_count(const mote_model* opaque) { return model_of(opaque).output_count; }

extern "C" mote_tensor mote_input(const mote_model* opaque, uint32_t index) {
  const Model& model = model_of(opaque);
  return tensor_of(model, index < model.input_count ? model.inputs[index] : kNoTensor);
}

extern "C" mote_tensor mote_output(const mote_model* opaque, uint32_t index) {
  const Model& model = model_of(opaque);
  return tensor_of(model, index < model.output_count ? model.outputs[index] : kNoTensor);
}

extern "C" uint32_t mote_input_bytes(const mote_model* opaque) {
  return bytes_of(model_of(opaque), model_of(opaque).inputs, model_of(opaque).input_count);
}

extern "C" uint32_t mote_output_bytes(const mote_model* opaque) {
  return bytes_of(model_of(opaque), model_of(opaque).outputs, model_of(opaque).output_count);
}

extern "C" mote_tensor mote_raw_input(const mote_model* opaque) {
  return tensor_of(model_of(opaque), model_of(opaque).raw_input);
}

extern "C" mote_tensor mote_statistics(const mote_model* opaque) {
  return tensor_of(model_of(opaque), model_of(opaque).statistics);
}

extern "C" void mote_set_hook(mote_model* opaque, mote_hook hook, void* context) {
  opened(opaque)->hook = hook;
  opened(opaque)->context = context;
}

extern "C" void mote_begin(mote_model* opaque, const void* inputs) {
  take_inputs(model_of(opaque), inputs);
  begin_model(opened(opaque));
}

extern "C" int mote_step(mote_model* opaque) { return step(opened(opaque)) ? 1 : 0; }

extern "C" void mote_end(mote_model* opaque, void* outputs) { give_outputs(model_of(opaque), outputs); }

extern "C" void mote_run(mote_model* opaque, const void* inputs, void* outputs) {
  take_inputs(model_of(opaque), inputs);
  run_model(opened(opaque));
  give_outputs(model_of(opaque), outputs);
}

extern "C" void mote_run_raw(mote_model* opaque, const int16_t* raw, int16_t* statistics, int8_t* output) {
  run_raw(opened(opaque), raw, statistics);
  run_model(opened(opaque));
  give_outputs(model_of(opaque), output);
}

extern "C" void mote_front_end(mote_model* opaque, const int16_t* raw, int16_t* statistics, void* input) {
  run_raw(opened(opaque), raw, statistics);
  copy_out(model_of(opaque), model_of(opaque).inputs[0], input);
}

extern "C" const void* mote_section(const mote_model* opaque, uint16_t type, uint32_t* bytes) {
  const Section section = find_section(model_of(opaque).file, static_cast<SectionType>(type));
  *bytes = section.bytes;
  return section.data;
}

extern "C" mote_status mote_self_test(mote_model* opaque) { return self_test(opened(opaque)) ? MOTE_OK : MOTE_SELF_TEST_FAILED; }
