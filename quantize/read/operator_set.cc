// Collects the operators of a model by the forms of their nodes.
#include "quantize/read/operator_set.h"

#include <algorithm>

#include "base/json.h"
#include "mote/mote.h"
#include "quantize/pack/pack.h"

namespace mote {
namespace {

// Those whose form is worth naming: some target has a packed kernel for them.
constexpr OperatorCode kWithForms[] = {
#define MOTE_PACKED(target, name) OperatorCode::name,
#include "device/kernels/packed/packed.def"
#undef MOTE_PACKED
};

bool has_forms(OperatorCode code) { return std::ranges::find(kWithForms, code) != std::end(kWithForms); }

NeededOperator& entry_for(OperatorSet* set, OperatorCode code) {
  const auto place = std::ranges::lower_bound(set->operators, code, {}, &NeededOperator::code);
  if (place != set->operators.end() && place->code == code) return *place;
  return *set->operators.insert(place, NeededOperator{code});
}

}  // namespace

std::vector<std::string> OperatorSet::names() const {
  std::vector<std::string> names;
  for (const NeededOperator& needed : operators) {
    const bool both = needed.portable && needed.packed;
    const char* form = !has_forms(needed.code) || both ? "" : needed.packed ? ":packed" : ":portable";
    names.push_back(std::string(mote_operator_name(static_cast<uint16_t>(needed.code))) + form);
  }
  names.push_back(rounding == Rounding::double_rounding ? "double_rounding" : "single_rounding");
  return names;
}

OperatorSet operator_set_of(const ModelFile& model) {
  OperatorSet set{model.target, model.rounding, {}};
  for (const NodeRecord& node : model.nodes) {
    NeededOperator& needed = entry_for(&set, static_cast<OperatorCode>(node.operator_code));
    (node.form == static_cast<uint8_t>(Form::packed) ? needed.packed : needed.portable) = true;
  }
  return set;
}

std::string to_text(const OperatorSet& set) {
  std::string line;
  for (const std::string& name : set.names()) line += (line.empty() ? "" : " ") + name;
  return line + "\n";
}

Json to_json(const OperatorSet& set) { return {{"target", std::string(target_name(set.target))}, {"operators", set.names()}}; }

}  // namespace mote
