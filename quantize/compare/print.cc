// A comparison as a table and as JSON.
#include <cstdio>

#include "base/json.h"
#include "quantize/compare/compare.h"

namespace mote {
namespace {

std::string difference_line(const LayerDifference& layer) {
  char line[256];
  std::snprintf(line, sizeof line, "%-26s %-18s %12llu of %-12llu", layer.name.c_str(), layer.shape.c_str(),
                static_cast<unsigned long long>(layer.differing), static_cast<unsigned long long>(layer.bytes));
  std::string text = line;
  if (layer.first_input) {
    std::snprintf(line, sizeof line, " %9.6g %12llu", layer.largest, static_cast<unsigned long long>(*layer.first_input));
    text += line;
  }
  return text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
}

Json difference_json(const LayerDifference& layer) {
  return {{"name", layer.name},
          {"shape", layer.shape},
          {"bytes", layer.bytes},
          {"differing_bytes", layer.differing},
          {"largest_difference", layer.largest},
          {"first_input", layer.first_input ? Json(*layer.first_input) : Json(nullptr)}};
}

}  // namespace

std::string to_text(const ModelDifference& difference) {
  std::string text = difference.model + " against " + difference.reference + ", " + std::to_string(difference.inputs) +
                     " inputs\n\nlayer                      shape              differing bytes            largest  first input\n";
  for (const LayerDifference& layer : difference.layers) text += difference_line(layer);
  const LayerDifference* first = difference.first();
  return text + (first == nullptr ? "\nAll bytes are the same.\n" : "\nThe first to differ is " + first->name + ".\n");
}

Json to_json(const ModelDifference& difference) {
  Json json = {{"reference", difference.reference}, {"model", difference.model}, {"inputs", difference.inputs}};
  const LayerDifference* first = difference.first();
  json["first"] = first == nullptr ? Json(nullptr) : Json(first->name);
  json["layers"] = Json::array();
  for (const LayerDifference& layer : difference.layers) json["layers"].push_back(difference_json(layer));
  return json;
}

}  // namespace mote
