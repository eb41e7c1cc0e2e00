// The registers that every Cortex-M has (ARM DDI 0403E, B3), as far as they are used here.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace mote::core {

inline volatile uint32_t& at(uintptr_t address) { return *reinterpret_cast<volatile uint32_t*>(address); }

inline volatile uint32_t& systick_control() { return at(0xE000E010); }
inline volatile uint32_t& systick_reload() { return at(0xE000E014); }
inline volatile uint32_t& systick_current() { return at(0xE000E018); }
inline volatile uint32_t& interrupt_state() { return at(0xE000ED04); }     // ICSR
inline volatile uint32_t& application_reset() { return at(0xE000ED0C); }   // AIRCR
inline volatile uint32_t& coprocessor_access() { return at(0xE000ED88); }  // CPACR
inline volatile uint32_t& interrupt_enable(unsigned line) { return at(0xE000E100 + line / 32 * 4); }
inline volatile uint32_t& interrupt_unpend(unsigned line) { return at(0xE000E280 + line / 32 * 4); }

constexpr uint32_t kSystickRun = 7;  // core clock, interrupt, enabled
constexpr uint32_t kUnpendSystick = 1u << 25;
constexpr uint32_t kResetRequest = 0x05FA0004;   // key and SYSRESETREQ
constexpr uint32_t kFpuFullAccess = 0xFu << 20;  // coprocessors 10 and 11

[[noreturn]] inline void reset() {
  asm volatile("dsb" ::: "memory");
  application_reset() = kResetRequest;
  for (;;) asm volatile("dsb");
}

// Interrupts stay masked for ever: they only wake the core from wait_for_interrupt, and no handler runs.
inline void mask_interrupts() { asm volatile("cpsid i" ::: "memory"); }
inline void wait_for_interrupt() { asm volatile("dsb\n\twfi" ::: "memory"); }

inline uintptr_t stack_pointer() {
  uintptr_t here;
  asm volatile("mov %0, sp" : "=r"(here));
  return here;
}

// Asks the emulator or debugger for `operation` (boards/common/semihosting.h).
inline int32_t semihosting_call(uint32_t operation, const void* argument) {
  register uint32_t r0 asm("r0") = operation;
  register const void* r1 asm("r1") = argument;
  asm volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
  return static_cast<int32_t>(r0);
}

}  // namespace mote::core
