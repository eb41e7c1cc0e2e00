# Cross compiling for a bare core with Debian's compilers. The core comes from the board's board.toml, its flags from cores.cmake.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES MOTE_BOARD)

include(${CMAKE_CURRENT_LIST_DIR}/board_toml.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/cores.cmake)
mote_read_board(${CMAKE_CURRENT_LIST_DIR}/../${MOTE_BOARD}/board.toml)
mote_find_core("${BOARD_core}" boards/${MOTE_BOARD}/board.toml)

set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR ${architecture})
set(CMAKE_C_COMPILER ${prefix}gcc)
set(CMAKE_CXX_COMPILER ${prefix}g++)
if(architecture STREQUAL "riscv")
  list(APPEND flags --specs=picolibc.specs)  # which has the headers too
endif()
list(JOIN flags " " flags)
set(CMAKE_C_FLAGS_INIT "${flags} -ffunction-sections -fdata-sections -fno-common")
set(CMAKE_CXX_FLAGS_INIT "${CMAKE_C_FLAGS_INIT} -fno-exceptions -fno-rtti -fno-threadsafe-statics -fno-use-cxa-atexit -fno-unwind-tables \
-fno-asynchronous-unwind-tables")
foreach(kind PROGRAM LIBRARY INCLUDE PACKAGE)
  set(CMAKE_FIND_ROOT_PATH_MODE_${kind} NEVER)
endforeach()
