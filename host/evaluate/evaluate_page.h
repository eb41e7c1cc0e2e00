// An evaluation as one HTML page with pictures: nothing in it is fetched, and no script runs.
#pragma once

#include <string>

#include "host/evaluate/evaluate.h"

namespace mote {

std::string to_html(const Evaluation& evaluation, const std::string& model_name);

}  // namespace mote
