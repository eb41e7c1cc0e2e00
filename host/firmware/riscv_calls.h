// How GNU ld shortens calls on RISC-V (relaxation): a call is compiled as two instructions that reach everywhere, and most
// targets are near.
#pragma once

#include <functional>
#include <optional>

#include "host/firmware/object_file.h"

namespace mote {

// How many bytes `section`, which lies at `address` when no call is shortened, loses. `target` says where the target of a
// relocation lies then; none: too far away for the shortest form.
uint32_t bytes_of_shortened_calls(const ObjectSection& section, uint64_t address,
                                  const std::function<std::optional<uint64_t>(const Relocation&)>& target);

}  // namespace mote
