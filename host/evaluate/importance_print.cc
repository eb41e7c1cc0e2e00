// Importance as a table and as JSON.
#include <cstdio>

#include "base/json.h"
#include "host/evaluate/importance.h"

namespace mote {
namespace {

Json features_json(const std::vector<FeatureImportance>& features) {
  Json json = Json::array();
  for (const FeatureImportance& one : features)
    json.push_back({{"name", one.name}, {"accuracy_drop", one.drop}, {"spread", one.spread}});
  return json;
}

Json occlusions_json(const std::vector<Occlusion>& occlusions) {
  Json json = Json::array();
  for (const Occlusion& one : occlusions)
    json.push_back({{"first", one.first},
                    {"end", one.end},
                    {"accuracy_drop", one.accuracy_drop},
                    {"probability_drop", one.probability_drop}});
  return json;
}

std::string features_text(const char* heading, const std::vector<FeatureImportance>& features) {
  char line[256];
  std::snprintf(line, sizeof line, "\n%-24s  accuracy lost  spread\n", heading);
  std::string text = line;
  for (const FeatureImportance& one : features) {
    std::snprintf(line, sizeof line, "%-24.24s  %13.4f  %6.4f\n", one.name.c_str(), one.drop, one.spread);
    text += line;
  }
  return text;
}

}  // namespace

Json to_json(const Importance& importance) {
  Json map = Json::array();
  for (size_t i = 0; i < importance.map.size(); ++i)
    map.push_back({{"name", importance.rows[i]}, {"segments", occlusions_json(importance.map[i])}});
  return {{"windows", importance.windows},
          {"repeats", importance.repeats},
          {"seed", importance.seed},
          {"accuracy", importance.accuracy},
          {"true_class_probability", importance.probability},
          {"channels", features_json(importance.channels)},
          {"features", features_json(importance.features)},
          {"time", occlusions_json(importance.time)},
          {"map", map}};
}

std::string to_text(const Importance& importance) {
  std::string text = features_text("shuffled channel", importance.channels);
  if (!importance.features.empty()) text += features_text("shuffled feature", importance.features);
  char line[256];
  std::snprintf(line, sizeof line, "\n%-24s  accuracy lost  probability lost\n", "blanked time steps");
  text += line;
  for (const Occlusion& one : importance.time) {
    const std::string steps = std::to_string(one.first) + " to " + std::to_string(one.end - 1);
    std::snprintf(line, sizeof line, "%-24s  %13.4f  %16.4f\n", steps.c_str(), one.accuracy_drop, one.probability_drop);
    text += line;
  }
  std::snprintf(line, sizeof line, "(%u windows, %u shuffles each, seed %llu)\n", importance.windows, importance.repeats,
                static_cast<unsigned long long>(importance.seed));
  return text + line;
}

}  // namespace mote
