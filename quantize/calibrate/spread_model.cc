// Writes a graph with its spread plan, and opens it.
#include "quantize/calibrate/spread_model.h"

#include "quantize/write/model.h"

namespace mote {

Result<SpreadModel> SpreadModel::open(const Graph& graph, const std::string& where) {
  SpreadFile file = write_spread(graph);
  TRY(LoadedModel model, LoadedModel::open(file.model, where));
  return SpreadModel(std::move(model), std::move(file.offsets));
}

}  // namespace mote
