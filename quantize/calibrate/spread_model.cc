// Writes a graph with its spread plan, and opens it.
#include "quantize/calibrate/spread_model.h"

#include "quantize/plan/plan.h"
#include "quantize/write/model.h"

namespace mote {

Result<SpreadModel> SpreadModel::open(const Graph& graph, const std::string& where) {
  const GraphRecords records = records_of(graph, Target::portable);
  const ArenaPlan plan = plan_without_reuse(records);
  TRY(LoadedModel model, LoadedModel::open(write_model({.graph = graph, .records = records, .plan = plan}), where));
  return SpreadModel(std::move(model), plan.offsets);
}

}  // namespace mote
