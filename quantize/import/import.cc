// Reads, plans, writes, proves.
#include "quantize/import/import.h"

#include "device/model/container.h"
#include "quantize/import/tflite.h"
#include "quantize/plan/plan.h"
#include "quantize/read/loaded_model.h"
#include "quantize/write/model.h"

namespace mote {

Result<Bytes> import_tflite(ByteView bytes, const std::string& where) {
  TRY(const Graph graph, read_tflite(bytes, where));
  if (graph.nodes.size() > kMaxNodes || graph.values.size() > kMaxTensors)
    return Error{.cause = Cause::usage,
                 .what = "takes " + std::to_string(graph.nodes.size()) + " operators and " + std::to_string(graph.values.size()) +
                         " tensors; a model has at most " + std::to_string(kMaxNodes) + " and " + std::to_string(kMaxTensors),
                 .where = where,
                 .todo = ""};
  const GraphRecords records = records_of(graph, Target::portable);
  const ArenaPlan plan = plan_arena(records);
  const Bytes model =
      write_model({.graph = graph, .records = records, .plan = plan, .labels = {}, .baseline = {}, .self_tests = {}});
  TRY_DO(check_model(model, where));
  return model;
}

}  // namespace mote
