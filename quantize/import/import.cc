// Reads, plans, writes, proves.
#include "quantize/import/import.h"

#include "device/model/container.h"
#include "quantize/import/tflite.h"
#include "quantize/pack/pack.h"
#include "quantize/plan/plan.h"
#include "quantize/read/loaded_model.h"
#include "quantize/write/model.h"

namespace mote {

Result<Bytes> import_tflite(ByteView bytes, const std::string& where, const ImportOptions& options) {
  TRY(const Graph imported, read_tflite(bytes, where));
  const Graph graph = pack_for(options.target, imported, Rounding::double_rounding);
  if (graph.nodes.size() > kMaxNodes || graph.values.size() > kMaxTensors)
    return Error{.cause = Cause::usage,
                 .what = "takes " + std::to_string(graph.nodes.size()) + " operators and " + std::to_string(graph.values.size()) +
                         " tensors; a model has at most " + std::to_string(kMaxNodes) + " and " + std::to_string(kMaxTensors),
                 .where = where,
                 .todo = ""};
  const GraphRecords records = records_of(graph, options.target);
  const ArenaPlan plan = plan_arena(records, {.ram_bytes = options.ram_bytes});
  if (options.ram_bytes != 0 && plan.arena_bytes > options.ram_bytes)
    return Error{.cause = Cause::failed,
                 .what = "needs " + std::to_string(plan.arena_bytes) + " bytes of RAM, more than the " +
                         std::to_string(options.ram_bytes) + " that it may take",
                 .where = where,
                 .todo = "give it more with --ram, or make the model smaller"};
  const Bytes model =
      write_model({.graph = graph, .records = records, .plan = plan, .labels = {}, .baseline = {}, .self_tests = {}});
  TRY_DO(check_model(model, where));
  return model;
}

}  // namespace mote
