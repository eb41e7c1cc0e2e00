// On a bare Cortex-M: vectors, start-up, and a console at the debugger or emulator (Arm's semihosting).
#include <stdint.h>
#include <string.h>

#include "platform.h"

extern "C" uint8_t stack_top[], data_image[], data_start[], data_end[], zero_start[], zero_end[];  // mps2.ld
int main();

static int32_t call_host(int32_t operation, const void* argument) {
  register int32_t r0 asm("r0") = operation;
  register const void* r1 asm("r1") = argument;
  asm volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

void say(const char* text) { call_host(0x04, text); }  // SYS_WRITE0

[[noreturn]] static void leave(int code) {
  const uint32_t reason[] = {0x20026, static_cast<uint32_t>(code)};  // ADP_Stopped_ApplicationExit
  for (;;) call_host(0x20, reason);                                  // SYS_EXIT_EXTENDED
}

extern "C" [[noreturn]] void reset() {
  memcpy(data_start, data_image, static_cast<size_t>(data_end - data_start));
  memset(zero_start, 0, static_cast<size_t>(zero_end - zero_start));
#if defined(__VFP_FP__) && !defined(__SOFTFP__)
  *reinterpret_cast<volatile uint32_t*>(0xE000ED88) |= 0xF << 20;  // CPACR: the floating-point unit
  asm volatile("dsb\n\tisb");
#endif
  leave(main());
}

extern "C" [[noreturn]] void fault() {
  say("fault\n");
  leave(2);
}

struct Vectors {
  const void* stack;
  void (*handlers[5])();  // reset, NMI, HardFault, MemManage, BusFault
};
extern const Vectors vectors;
__attribute__((section(".vectors"), used)) const Vectors vectors = {stack_top, {reset, fault, fault, fault, fault}};
