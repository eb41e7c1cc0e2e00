// Functions of one int8 activation as the device's lookup.
#pragma once

#include <functional>

#include "quantize/calibrate/lowering.h"

namespace mote {

// Adds the lookup that makes `output` of `input`, values of `lowering.to`: the nearest int8 of `curve` of each of the 256 reals.
// Where that is no number, as the logarithm of what cannot occur, it is 0.
void tabulate(Lowering& lowering, ValueId input, ValueId output, const std::function<double(double)>& curve);

// `id` of `lowering.to` in another scale: itself when it has that, else what a lookup makes of it.
ValueId rescaled(Lowering& lowering, ValueId id, Affine affine);

// Value `of` of the float graph as an operand that has `affine`: an activation `rescaled`, or a constant.
ValueId operand_in(Lowering& lowering, ValueId of, Affine affine);

// A float constant in int8.
ValueId quantized_constant(Lowering& lowering, ValueId of, Affine affine);

}  // namespace mote
