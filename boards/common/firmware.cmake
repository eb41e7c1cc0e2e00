# Building firmware for the board MOTE_BOARD: mote_firmware(name SOURCES ... LIBRARIES ...) makes name.elf for it, prints what it
# takes, and fails when it grows past the budget of board.toml or could reach for a heap.
include_guard(GLOBAL)
get_filename_component(MOTE_ROOT ${CMAKE_CURRENT_LIST_DIR}/../.. ABSOLUTE)
include(${MOTE_ROOT}/boards/common/board_toml.cmake)
include(${MOTE_ROOT}/scripts/cmake/mote.cmake)

set(MOTE_BOARD_FOLDER ${MOTE_ROOT}/boards/${MOTE_BOARD})
set(MOTE_GENERATED ${CMAKE_BINARY_DIR}/generated)
mote_read_board(${MOTE_BOARD_FOLDER}/board.toml)
set(CMAKE_EXECUTABLE_SUFFIX .elf)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE MinSizeRel)
endif()

# Every number of board.toml as a constant: mote::board::flash_bytes.
get_cmake_property(variables VARIABLES)
set(MOTE_BOARD_CONSTANTS "")
foreach(variable IN LISTS variables)
  if("${${variable}}" MATCHES "^[0-9]" AND variable MATCHES "^BOARD_(.*)$")
    string(APPEND MOTE_BOARD_CONSTANTS "constexpr uint32_t ${CMAKE_MATCH_1} = ${${variable}};\n")
  endif()
endforeach()
file(CONFIGURE OUTPUT ${MOTE_GENERATED}/board_values.h CONTENT "// Made from boards/${MOTE_BOARD}/board.toml.
#pragma once
#include <stdint.h>
namespace mote::board {
${MOTE_BOARD_CONSTANTS}}
")
configure_file(${MOTE_ROOT}/boards/common/cortex-m/link.ld.in ${MOTE_GENERATED}/link.ld @ONLY)

function(mote_firmware_library name)
  add_library(${name} STATIC ${ARGN})
  target_compile_features(${name} PUBLIC cxx_std_17)
  target_compile_options(${name} PRIVATE ${MOTE_WARNINGS})
  target_include_directories(${name} PUBLIC ${MOTE_ROOT} ${MOTE_ROOT}/device/include ${MOTE_GENERATED})
endfunction()

# The device's side, whole: what a program does not use the linker leaves out.
file(GLOB_RECURSE device_sources CONFIGURE_DEPENDS ${MOTE_ROOT}/device/*.cc)
list(FILTER device_sources EXCLUDE REGEX "(_test|_fuzz)\\.cc$|/test/|/device/port/mbedtls/")
mote_firmware_library(device_firmware ${device_sources})

file(GLOB board_sources CONFIGURE_DEPENDS ${MOTE_BOARD_FOLDER}/*.cc ${MOTE_ROOT}/boards/common/flash/*.cc)
mote_firmware_library(board_support OBJECT ${board_sources} ${MOTE_ROOT}/boards/common/cortex-m/startup.cc)

function(mote_firmware name)
  cmake_parse_arguments(FIRMWARE "" "" "SOURCES;LIBRARIES" ${ARGN})
  add_executable(${name} ${FIRMWARE_SOURCES})
  target_compile_options(${name} PRIVATE ${MOTE_WARNINGS})
  # The C driver links: it brings newlib's memcpy and libgcc, and no C++ library.
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE C RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}
                        LINK_DEPENDS ${MOTE_GENERATED}/link.ld)
  target_link_libraries(${name} PRIVATE board_support ${FIRMWARE_LIBRARIES} device_firmware)
  target_link_options(${name} PRIVATE -nostartfiles --specs=nano.specs -T${MOTE_GENERATED}/link.ld -Wl,--gc-sections
                      -Wl,--fatal-warnings -Wl,-Map=${CMAKE_BINARY_DIR}/${name}.map)
  add_custom_command(TARGET ${name} POST_BUILD VERBATIM
    COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:${name}> -DNM=${CMAKE_NM} -DBOARD=${MOTE_BOARD}
            -DCODE_BUDGET=${BOARD_budget_${name}_code_bytes} -DRAM_BUDGET=${BOARD_budget_${name}_ram_bytes}
            -P ${MOTE_ROOT}/boards/common/check_program.cmake)
endfunction()
