// The attributes of softmax, from the scale of its differences: that of its input, times beta.
#pragma once

#include <array>
#include <string>

#include "base/result.h"

namespace mote {

Result<std::array<int32_t, 8>> softmax_numbers(double scale, const std::string& where);

// Of softmax_int16.
Result<std::array<int32_t, 8>> softmax_int16_numbers(double scale, const std::string& where);

// Back from the attributes: what the scale of differences was.
double softmax_scale(const std::array<int32_t, 8>& numbers);

}  // namespace mote
