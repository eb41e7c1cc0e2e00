// Packs, plans, writes.
#include "quantize/pack/target_model.h"

#include "quantize/pack/pack.h"
#include "quantize/plan/plan.h"
#include "quantize/write/sections.h"

namespace mote {

Result<void> check_size(const Graph& graph, const std::string& where) {
  if (graph.nodes.size() <= kMaxNodes && graph.values.size() <= kMaxTensors) return {};
  return Error{.cause = Cause::usage,
               .what = "takes " + std::to_string(graph.nodes.size()) + " operators and " + std::to_string(graph.values.size()) +
                       " tensors; a model has at most " + std::to_string(kMaxNodes) + " and " + std::to_string(kMaxTensors),
               .where = where,
               .todo = ""};
}

Result<TargetModel> TargetModel::plan(const TargetOptions& options, const Graph& graph, const std::string& where) {
  TargetModel model;
  model.graph_ = pack_for(options.target, graph);
  TRY_DO(check_size(model.graph_, where));
  model.records_ = records_of(model.graph_, options.target);
  model.plan_ = plan_arena(model.records_, {.ram_bytes = options.ram_bytes});
  if (options.ram_bytes != 0 && model.arena_bytes() > options.ram_bytes)
    return Error{.cause = Cause::failed,
                 .what = "needs " + std::to_string(model.arena_bytes()) + " bytes of RAM, more than the " +
                         std::to_string(options.ram_bytes) + " that it may take",
                 .where = where,
                 .todo = "give it more with --ram, or make the model smaller"};
  return model;
}

Bytes TargetModel::write(const std::optional<SelfTests>& self_tests) const {
  return write_model(
      {.graph = graph_, .records = records_, .plan = plan_, .labels = {}, .baseline = {}, .self_tests = self_tests});
}

Digest TargetModel::id() const { return model_id(graph_section(records_), weights_section(graph_)); }

}  // namespace mote
