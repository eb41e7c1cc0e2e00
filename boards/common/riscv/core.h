// The instructions and registers of a RISC-V core in machine mode, as far as they are used here (RISC-V privileged architecture,
// version 20211203).
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace mote::core {

inline uintptr_t stack_pointer() {
  uintptr_t here;
  asm volatile("mv %0, sp" : "=r"(here));
  return here;
}

// The lower half of minstret: instructions that the core has carried out.
inline uint32_t instructions_retired() {
  uint32_t count;
  asm volatile(".option push\n\t.option arch, +zicsr\n\tcsrr %0, minstret\n\t.option pop" : "=r"(count)::"memory");
  return count;
}

// Asks the emulator or debugger for `operation` (boards/common/semihosting.h). The three instructions say so together, must not
// be compressed, and must lie in one page.
inline int32_t semihosting_call(uint32_t operation, const void* argument) {
  register uint32_t a0 asm("a0") = operation;
  register const void* a1 asm("a1") = argument;
  asm volatile(".balign 16\n\t.option push\n\t.option norvc\n\tslli x0, x0, 0x1f\n\tebreak\n\tsrai x0, x0, 7\n\t.option pop"
               : "+r"(a0)
               : "r"(a1)
               : "memory");
  return static_cast<int32_t>(a0);
}

}  // namespace mote::core
