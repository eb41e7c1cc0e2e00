// Which instructions this machine has, best first.
#include "device/kernels/packed/x86_64/instructions.h"

namespace mote::x86_64 {
namespace {

const Instructions* const kInstructions[] = {
#if defined(__x86_64__)
    &kAvx512Vnni, &kAvxVnni, &kAvx2,
#endif
    &kPortable};

}  // namespace

const Instructions* find_instructions(uint32_t place) {
  for (const Instructions* const instructions : kInstructions)
    if (instructions->is_here() && place-- == 0) return instructions;
  return nullptr;
}

const char* name_of(const Instructions& machine) { return machine.name; }

}  // namespace mote::x86_64
