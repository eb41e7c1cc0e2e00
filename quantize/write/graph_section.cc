// The FlatBuffer of the graph.
#include <cstring>

#include "model_generated.h"
#include "quantize/write/records.h"
#include "quantize/write/sections.h"

namespace mote {
namespace {

// flatc's structs and the device's are the same bytes (device/model/container.h).
template <typename Flat, typename Record>
std::vector<Flat> as_flat(const std::vector<Record>& records) {
  static_assert(sizeof(Flat) == sizeof(Record));
  std::vector<Flat> flat(records.size());
  if (!records.empty()) std::memcpy(static_cast<void*>(flat.data()), records.data(), records.size() * sizeof(Record));
  return flat;
}

}  // namespace

Bytes graph_section(const GraphRecords& records) {
  flatbuffers::FlatBufferBuilder builder;
  const auto tensors = builder.CreateVectorOfStructs(as_flat<format::Tensor>(records.tensors));
  const auto nodes = builder.CreateVectorOfStructs(as_flat<format::Node>(records.nodes));
  const auto inputs = builder.CreateVector(records.inputs);
  const auto outputs = builder.CreateVector(records.outputs);
  builder.Finish(
      format::CreateGraph(builder, tensors, nodes, inputs, outputs, records.raw_input, records.statistics, records.front_nodes));
  return {builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize()};
}

}  // namespace mote
