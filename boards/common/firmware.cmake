# Building firmware for the board MOTE_BOARD: mote_firmware(name SOURCES ... LIBRARIES ... [OPERATORS ... [AGENT]] [PROFILE fast|small]) makes
# name.elf for it, prints what it takes, and fails when it grows past the budget of board.toml or could reach for a heap. Operators
# and profile are those of mote_add_device (device/mote_device.cmake); without operators the program has all but those on int16, which INT16 adds, and device/agent.
include_guard(GLOBAL)
get_filename_component(MOTE_ROOT ${CMAKE_CURRENT_LIST_DIR}/../.. ABSOLUTE)
include(${MOTE_ROOT}/boards/common/board_toml.cmake)
include(${MOTE_ROOT}/boards/common/cores.cmake)
include(${MOTE_ROOT}/scripts/cmake/mote.cmake)
include(${MOTE_ROOT}/device/mote_device.cmake)

set(MOTE_BOARD_FOLDER ${MOTE_ROOT}/boards/${MOTE_BOARD})
set(MOTE_GENERATED ${CMAKE_BINARY_DIR}/generated)
mote_read_board(${MOTE_BOARD_FOLDER}/board.toml)
mote_find_core(${BOARD_core} boards/${MOTE_BOARD}/board.toml)
set(MOTE_PROFILE fast CACHE STRING "How bench and minimal are built: fast or small (device/mote_device.cmake)")
set(CMAKE_EXECUTABLE_SUFFIX .elf)
if(BOARD_core STREQUAL "cortex-m55")
  # GCC 12 with -Os forgets what is left of a counter after such a loop: of `while (n > 1) n -= 2; if (n > 0)` it drops the test.
  add_compile_options(-fno-branch-count-reg)
endif()
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE MinSizeRel)
endif()

if(NOT BOARD_agent_arena_bytes)
  set(BOARD_agent_arena_bytes ${BOARD_model_arena_bytes})
endif()

# Every number of board.toml as a constant: mote::board::flash_bytes.
get_cmake_property(variables VARIABLES)
set(MOTE_BOARD_CONSTANTS "")
foreach(variable IN LISTS variables)
  if("${${variable}}" MATCHES "^[0-9]" AND variable MATCHES "^BOARD_(.*)$")
    string(APPEND MOTE_BOARD_CONSTANTS "constexpr uint32_t ${CMAKE_MATCH_1} = ${${variable}};\n")
    if(variable MATCHES "^BOARD_limits_(.*)$")  # device/limits.h
      string(TOUPPER ${CMAKE_MATCH_1} limit)
      add_compile_definitions(MOTE_LIMIT_${limit}=${${variable}})
    endif()
  endif()
endforeach()
file(CONFIGURE OUTPUT ${MOTE_GENERATED}/board_values.h CONTENT "// Made from boards/${MOTE_BOARD}/board.toml.
#pragma once
#include <stdint.h>
namespace mote::board {
${MOTE_BOARD_CONSTANTS}}
")
configure_file(${MOTE_ROOT}/boards/common/link.ld.in ${MOTE_GENERATED}/link.ld @ONLY)

function(mote_firmware_library name)
  add_library(${name} STATIC ${ARGN})
  target_compile_features(${name} PUBLIC cxx_std_17)
  target_compile_definitions(${name} PUBLIC MOTE_MACHINE=${target} MOTE_TARGET_${target}=1)
  target_compile_options(${name} PRIVATE ${MOTE_WARNINGS})
  target_include_directories(${name} PUBLIC ${MOTE_ROOT} ${MOTE_ROOT}/device/include ${MOTE_GENERATED})
endfunction()

function(mote_firmware_device name)
  mote_add_device(${name} MACHINE ${target} ${ARGN})
  if(BOARD_core STREQUAL "cortex-m55" AND NOT "small" IN_LIST ARGN)
    target_compile_options(${name}_kernels PRIVATE -fbranch-count-reg)  # these are -O2
  endif()
  foreach(part runtime kernels)
    target_compile_options(${name}_${part} PRIVATE ${MOTE_WARNINGS})
  endforeach()
endfunction()

# What board.h asks for: start-up for the core, drivers of the board itself or those that it names.
file(GLOB board_sources CONFIGURE_DEPENDS ${MOTE_BOARD_FOLDER}/*.cc ${MOTE_ROOT}/boards/common/*.cc
     ${MOTE_ROOT}/boards/common/${architecture}/*.cc)
if(BOARD_drivers)
  file(GLOB drivers CONFIGURE_DEPENDS ${MOTE_ROOT}/boards/common/${BOARD_drivers}/*.cc)
  list(APPEND board_sources ${drivers})
endif()
if(BOARD_flash_bytes AND NOT EXISTS ${MOTE_BOARD_FOLDER}/flash.cc)  # simulated in memory
  file(GLOB flash CONFIGURE_DEPENDS ${MOTE_ROOT}/boards/common/flash/*.cc)
  list(APPEND board_sources ${flash})
endif()
mote_firmware_library(board_support OBJECT ${board_sources})

# The C driver links: it brings memcpy and its like and libgcc, and no C++ library.
if(architecture STREQUAL "cortex-m")
  set(c_library --specs=nano.specs)
endif()

# The names of all operators.
function(mote_operator_rows result)
  file(STRINGS ${MOTE_ROOT}/device/model/operators.def rows REGEX "^MOTE_OPERATOR\\(")
  list(TRANSFORM rows REPLACE "^MOTE_OPERATOR\\( *[0-9]+, *([a-z0-9_]+),.*" "\\1")
  set(${result} ${rows} PARENT_SCOPE)
endfunction()

# Without OPERATORS: all but those on int16, which a program that says INT16 has too.
function(mote_firmware name)
  cmake_parse_arguments(FIRMWARE "AGENT;INT16" "PROFILE" "SOURCES;LIBRARIES;OPERATORS" ${ARGN})
  if(NOT FIRMWARE_PROFILE)
    set(FIRMWARE_PROFILE ${MOTE_PROFILE})
  endif()
  if(FIRMWARE_OPERATORS)
    set(device ${name}_device)
    set(agent "")
    if(FIRMWARE_AGENT)
      set(agent AGENT)
    endif()
    mote_firmware_device(${device} PROFILE ${FIRMWARE_PROFILE} ${agent} OPERATORS ${FIRMWARE_OPERATORS})
  else()
    set(device device_${FIRMWARE_PROFILE})
    if(NOT FIRMWARE_INT16)
      mote_operator_rows(operators)
      list(FILTER operators EXCLUDE REGEX "_int16$|^requantize$")
      set(operators OPERATORS ${operators})
    else()
      set(device ${device}_int16)
      set(operators "")
    endif()
    if(NOT TARGET ${device})
      mote_firmware_device(${device} PROFILE ${FIRMWARE_PROFILE} AGENT ${operators})
    endif()
  endif()
  add_executable(${name} ${FIRMWARE_SOURCES})
  target_compile_options(${name} PRIVATE ${MOTE_WARNINGS})
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE C RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}
                        LINK_DEPENDS ${MOTE_GENERATED}/link.ld)
  target_link_libraries(${name} PRIVATE board_support ${FIRMWARE_LIBRARIES} ${device})
  target_link_options(${name} PRIVATE -nostartfiles ${c_library} -T${MOTE_GENERATED}/link.ld -Wl,--gc-sections
                      -Wl,--fatal-warnings -Wl,-Map=${CMAKE_BINARY_DIR}/${name}.map)
  add_custom_command(TARGET ${name} POST_BUILD VERBATIM
    COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:${name}> -DNM=${CMAKE_NM} -DBOARD=${MOTE_BOARD}
            -DCODE_BUDGET=${BOARD_budget_${name}_code_bytes} -DRAM_BUDGET=${BOARD_budget_${name}_ram_bytes}
            -P ${MOTE_ROOT}/boards/common/check_program.cmake)
  if(FIRMWARE_AGENT AND BOARD_budget_update_code_bytes)
    add_custom_command(TARGET ${name} POST_BUILD VERBATIM
      COMMAND ${CMAKE_COMMAND} -DMAP=${CMAKE_BINARY_DIR}/${name}.map -DDEVICE=${MOTE_ROOT}/device -DBOARD=${MOTE_BOARD}
              -DBUDGET=${BOARD_budget_update_code_bytes} -P ${MOTE_ROOT}/boards/common/check_parts.cmake)
  endif()
endfunction()

# Beside the programs, for `mote size --board`, which adds up what of them a program for one model would keep
# (host/firmware/footprint.h): the compiler's library, and the device's library with every operator, as firmware of a profile and
# a rounding would have it.
separate_arguments(flags NATIVE_COMMAND "${CMAKE_C_FLAGS}")
execute_process(COMMAND ${CMAKE_C_COMPILER} ${flags} -print-libgcc-file-name OUTPUT_VARIABLE libgcc
                OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
configure_file(${libgcc} ${CMAKE_BINARY_DIR}/libgcc.a COPYONLY)
function(mote_firmware_parts profile)
  mote_operator_rows(rows)
  foreach(rounding double single)
    set(library parts_${profile}_${rounding})
    mote_firmware_device(${library} PROFILE ${profile} OPERATORS ${rows} ${rounding}_rounding)
    set_target_properties(${library} PROPERTIES EXCLUDE_FROM_ALL OFF ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
  endforeach()
endfunction()
