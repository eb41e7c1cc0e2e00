# The cores that a board.toml may name, one row each: mote_core(name architecture target compiler-prefix flags...).
# The target is whose packed models it runs (device/model/container.h).
# boards/common/<architecture> holds what starts such a core.
macro(mote_core name architecture target prefix)
  set(CORE_${name}_architecture ${architecture})
  set(CORE_${name}_prefix ${prefix})
  set(CORE_${name}_target ${target})
  set(CORE_${name}_flags ${ARGN})
endmacro()

mote_core(cortex-m0 cortex-m armv6_m arm-none-eabi- -mthumb -mcpu=cortex-m0 -mfloat-abi=soft)
mote_core(cortex-m3 cortex-m armv7_m arm-none-eabi- -mthumb -mcpu=cortex-m3 -mfloat-abi=soft)
mote_core(cortex-m4 cortex-m armv7e_m arm-none-eabi- -mthumb -mcpu=cortex-m4 -mfloat-abi=soft)
mote_core(cortex-m4f cortex-m armv7e_m arm-none-eabi- -mthumb -mcpu=cortex-m4 -mfloat-abi=hard -mfpu=fpv4-sp-d16)
mote_core(cortex-m7 cortex-m armv7e_m arm-none-eabi- -mthumb -mcpu=cortex-m7 -mfloat-abi=hard -mfpu=fpv5-d16)
mote_core(cortex-m55 cortex-m armv8_1_m_mve arm-none-eabi- -mthumb -mcpu=cortex-m55 -mfloat-abi=hard)
mote_core(rv32imac riscv rv32 riscv64-unknown-elf- -march=rv32imac -mabi=ilp32)

# Sets `prefix`, `target`, `architecture` and `flags` (a list) of `core`, or ends with what `file` has to name.
macro(mote_find_core core file)
  if(NOT DEFINED CORE_${core}_prefix)
    message(FATAL_ERROR "${file}: core \"${core}\" is not known; add its row to boards/common/cores.cmake")
  endif()
  set(prefix ${CORE_${core}_prefix})
  set(architecture ${CORE_${core}_architecture})
  set(target ${CORE_${core}_target})
  set(flags ${CORE_${core}_flags})
endmacro()
