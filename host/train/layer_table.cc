// Reads layers, and finds the names that they read each other by.
#include "host/train/layer_table.h"

#include <map>

#include "host/train/layer_list.h"

namespace mote {
namespace {

enum class Written { plain, conv, dense, pool, dropout, join, separable };  // which keys a table has

struct KindName {
  const char* name;
  LayerKind kind;
  Written written;
};

constexpr KindName kKinds[] = {
    {"conv", LayerKind::conv, Written::conv},
    {"depthwise_conv", LayerKind::depthwise_conv, Written::conv},
    {"separable_conv", LayerKind::conv, Written::separable},
    {"dense", LayerKind::dense, Written::dense},
    {"batch_norm", LayerKind::batch_norm, Written::plain},
    {"relu", LayerKind::relu, Written::plain},
    {"relu6", LayerKind::relu6, Written::plain},
    {"max_pool", LayerKind::max_pool, Written::pool},
    {"global_average_pool", LayerKind::global_average_pool, Written::plain},
    {"dropout", LayerKind::dropout, Written::dropout},
    {"add", LayerKind::add, Written::join},
    {"concat", LayerKind::concat, Written::join},
};

constexpr int64_t kLargestFilter = 1024;

// "kernel" is the filter's width; "kernel_height" is for images.
void read_sweep(Toml& table, LayerConfig& layer) {
  layer.filter_width = static_cast<uint32_t>(table.required_integer("kernel", 1, kLargestFilter));
  layer.filter_height = static_cast<uint32_t>(table.integer("kernel_height", 1, 1, kLargestFilter));
  const std::string padding = table.text("padding", layer.kind == LayerKind::max_pool ? "valid" : "same");
  if (padding != "same" && padding != "valid") table.refuse("padding", "is neither \"same\" nor \"valid\"");
  layer.same = padding == "same";
  const int64_t stride = layer.kind == LayerKind::max_pool ? layer.filter_width : 1;
  layer.stride = static_cast<uint32_t>(table.integer("stride", stride, 1, kLargestFilter));
}

std::string read_activation(Toml& table) {
  const std::string activation = table.text("activation", "none");
  if (activation != "none" && activation != "relu" && activation != "relu6")
    table.refuse("activation", "is none of \"none\", \"relu\", \"relu6\"");
  return activation;
}

// batch_norm = true and activation = "relu" stand for layers that follow at once.
Follows read_follows(Toml& table) {
  const bool norm = table.flag("batch_norm", false);
  return {.norm = norm, .activation = read_activation(table)};
}

class Reading {
 public:
  void read(Toml& table, size_t place) {
    LayerConfig layer;
    const std::string kind = table.required_text("kind");
    layer.where = table.where("kind");
    layer.name = table.text("name", kind + std::to_string(place + 1));
    const KindName* found = find(kind, table);
    if (found == nullptr) return;
    layer.kind = found->kind;
    read_from(table, found->written == Written::join, layer);
    const size_t last = add(table, found->written, layer);
    if (layer.name == "input" || !places_.emplace(layer.name, last).second)
      table.refuse("kind", "'" + layer.name + "' is the name of another layer, or of the input");
  }

  std::vector<LayerConfig> take() { return list_.take(); }

 private:
  static const KindName* find(const std::string& kind, Toml& table) {
    std::string known;
    for (const KindName& candidate : kKinds) {
      known += (known.empty() ? "" : ", ") + std::string(candidate.name);
      if (kind == candidate.name) return &candidate;
    }
    table.refuse("kind", "'" + kind + "' is no layer; there are: " + known);
    return nullptr;
  }

  void read_from(Toml& table, bool joins, LayerConfig& layer) {
    for (const std::string& name : table.texts("from", {})) {
      const auto found = places_.find(name);
      if (found == places_.end()) return table.refuse("from", "names '" + name + "', which is no layer above this one");
      layer.from.push_back(found->second);
    }
    if (joins && layer.from.size() < 2) table.refuse(table.has("from") ? "from" : "kind", "needs two layers in 'from', or more");
    if (!joins && layer.from.size() > 1) table.refuse("from", "names more than one layer; \"add\" and \"concat\" read several");
  }

  size_t add(Toml& table, Written written, LayerConfig& layer) {
    Follows follows;
    switch (written) {
      case Written::conv:
      case Written::separable:
        if (layer.kind == LayerKind::conv) layer.filters = static_cast<uint32_t>(table.required_integer("filters", 1, 4096));
        read_sweep(table, layer);
        follows = read_follows(table);
        if (written == Written::separable) return list_.add_separable(layer, follows);
        break;
      case Written::dense:
        layer.filters = static_cast<uint32_t>(table.required_integer("units", 1, 4096));
        follows = read_follows(table);
        break;
      case Written::pool:
        read_sweep(table, layer);
        break;
      case Written::dropout:
        layer.rate = table.required_number("rate", 0, 0.95);
        break;
      case Written::join:
        follows.activation = read_activation(table);
        break;
      case Written::plain:
        break;
    }
    return list_.add(layer, follows);
  }

  LayerList list_;
  std::map<std::string, size_t> places_ = {{"input", kNetworkInput}};  // by name: the last layer that it stands for
};

}  // namespace

std::vector<LayerConfig> read_layers(Toml& document) {
  Reading reading;
  size_t place = 0;
  for (Toml& table : document.tables("layer")) reading.read(table, place++);
  return reading.take();
}

}  // namespace mote
