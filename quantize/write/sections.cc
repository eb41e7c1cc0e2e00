// The smaller sections: plan, labels, baseline, self-test.
#include "quantize/write/sections.h"

#include "model_generated.h"

namespace mote {
namespace {

Bytes finished(flatbuffers::FlatBufferBuilder& builder) {
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

}  // namespace

Bytes plan_section(const ArenaPlan& plan) {
  flatbuffers::FlatBufferBuilder builder;
  const auto offsets = builder.CreateVector(plan.offsets);
  const auto held = builder.CreateVector(plan.held);
  const auto scratch = builder.CreateVector(plan.scratch);
  const auto stages = builder.CreateVector(plan.stages);
  builder.Finish(format::CreatePlan(builder, plan.arena_bytes, offsets, held, scratch, stages));
  return finished(builder);
}

Bytes labels_section(const std::vector<std::string>& labels) {
  flatbuffers::FlatBufferBuilder builder;
  const auto names = builder.CreateVectorOfStrings(labels);
  builder.Finish(format::CreateLabels(builder, names));
  return finished(builder);
}

Bytes baseline_section(const Baseline& baseline) {
  std::vector<format::Scalar> scalars;
  std::vector<std::string> names, units;
  std::vector<float> quanta;
  for (const BaselineScalar& scalar : baseline.scalars) {
    scalars.emplace_back(flatbuffers::span<const int16_t, 15>(scalar.edges), static_cast<uint16_t>(0),
                         flatbuffers::span<const uint32_t, 16>(scalar.counts), scalar.mean, scalar.deviation, scalar.cusum_slack,
                         scalar.cusum_limit);
    names.push_back(scalar.name);
    units.push_back(scalar.unit);
    quanta.push_back(scalar.quantum);
  }
  flatbuffers::FlatBufferBuilder builder;
  const auto scalar_vector = builder.CreateVectorOfStructs(scalars);
  const auto name_vector = builder.CreateVectorOfStrings(names);
  const auto unit_vector = builder.CreateVectorOfStrings(units);
  const auto quantum_vector = builder.CreateVector(quanta);
  builder.Finish(format::CreateBaseline(builder, scalar_vector, name_vector, unit_vector, quantum_vector, baseline.windows));
  return finished(builder);
}

Bytes self_test_section(const SelfTests& tests) {
  flatbuffers::FlatBufferBuilder builder;
  const auto inputs = builder.CreateVector(tests.inputs);
  const auto outputs = builder.CreateVector(tests.outputs);
  builder.Finish(format::CreateSelfTest(builder, tests.count, inputs, outputs));
  return finished(builder);
}

}  // namespace mote
