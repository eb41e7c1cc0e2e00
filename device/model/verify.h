// The verifier: every rule of docs/spec/model-format.md, so that a model which passes cannot fail or leave its memory.
#pragma once

#include "device/model/model.h"
#include "device/model/verdict.h"

namespace mote {

// Fills `model`, all but its arena, when the verdict is good. No heap, no recursion, less than 1.5 KiB of stack; time is linear in
// `count`, plus at most 3 * 270 * 270 looks at the plan and a walk over the rows of its stages.
Verdict verify(const uint8_t* bytes, size_t count, Model* model);

// As verify, for bytes that it has found good before and that are the same ones: looks at the container, at the ends of the
// FlatBuffers, and for the kernels. Whatever else is wrong goes unseen.
Verdict find_parts(const uint8_t* bytes, size_t count, Model* model);

}  // namespace mote
