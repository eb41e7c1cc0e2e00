// Names the operator for which this firmware refuses a model. Its names are in flash only where this is called.
#include "device/kernels/operators.h"
#include "device/model/check.h"
#include "device/model/sections.h"

namespace mote {
namespace {

const char* portable_name(uint16_t code) {
  switch (static_cast<OperatorCode>(code)) {
#define MOTE_OPERATOR(code, name, inputs, since, access) \
  case OperatorCode::name:                               \
    return #name;
#include "device/model/operators.def"
#undef MOTE_OPERATOR
  }
  return "unknown";
}

const char* packed_name(uint16_t code) {
  switch (static_cast<OperatorCode>(code)) {
    case OperatorCode::conv_2d:
      return "conv_2d:packed";
    case OperatorCode::depthwise_conv_2d:
      return "depthwise_conv_2d:packed";
    case OperatorCode::fully_connected:
      return "fully_connected:packed";
    default:
      return "unknown";
  }
}

bool is_missing(const Model& model, const NodeRecord& node) {
  return node.version != kOperatorVersion || find_kernel(model, node) == nullptr;
}

const char* name_of(const NodeRecord& node) {
  if (node.version != kOperatorVersion) return "unknown";
  return node.form == static_cast<uint8_t>(Form::packed) ? packed_name(node.operator_code) : portable_name(node.operator_code);
}

}  // namespace
}  // namespace mote

extern "C" const char* mote_missing_operator(const void* bytes, size_t count) {
  using namespace mote;
  const auto* file = static_cast<const uint8_t*>(bytes);
  if (!check_container(file, count).good()) return nullptr;
  Model model{};
  model.file = file;
  if (!check_graph(&model).good()) return nullptr;
  for (uint32_t i = 0; i < model.node_count; ++i)
    if (is_missing(model, model.nodes[i])) return name_of(model.nodes[i]);
  return nullptr;
}
