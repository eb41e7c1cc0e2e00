// Which operators firmware must hold to run a model, as mote_add_device takes them (device/mote_device.cmake).
#pragma once

#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "device/model/container.h"
#include "quantize/read/model_file.h"

namespace mote {

struct NeededOperator {
  OperatorCode code{};
  bool portable = false, packed = false;  // the forms in which the model has it
};

struct OperatorSet {
  Target target = Target::portable;
  Rounding rounding = Rounding::double_rounding;
  std::vector<NeededOperator> operators;  // by code

  // "average_pool_2d", "conv_2d:packed", ..., "double_rounding", in this order.
  std::vector<std::string> names() const;
};

OperatorSet operator_set_of(const ModelFile& model);

std::string to_text(const OperatorSet& set);  // one line
Json to_json(const OperatorSet& set);

}  // namespace mote
