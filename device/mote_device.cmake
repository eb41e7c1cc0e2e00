# mote_add_device(name ...): the device's side as a static library for the compiler at hand, with its own flags.
#
#     mote_add_device(my_mote OPERATORS conv_2d:packed fully_connected:packed softmax MACHINE armv7e_m PROFILE fast)
#     target_link_libraries(firmware PRIVATE my_mote)
#
# OPERATORS  what models may be made of; firmware refuses others by name. Rows of device/model/operators.def, as
#            `mote inspect MODEL.mote --print-opset` prints them; of several models, one list after the other. A name stands for
#            every form that there is for MACHINE; name:portable and name:packed for one of them. double_rounding and
#            single_rounding are in the list too: when one of them is, code of the other is left out. Without OPERATORS: everything
# MACHINE    whose packed models are taken, a target of device/model/container.h: armv6_m, armv7_m, armv7e_m, armv8_1_m_mve, rv32,
#            x86_64. Without: portable models alone
# PROFILE    fast (the default): kernels with -O2; small: with -Os, and of two kernels the smaller one. The rest is -Os in both
# AGENT      also what updates and reports: device/monitor, update, agent, link and port
#
# The first one is also called mote::device. Compile with -ffunction-sections, link with -Wl,--gc-sections: what is not used stays out.
include_guard(GLOBAL)
set(MOTE_DEVICE_FOLDER ${CMAKE_CURRENT_LIST_DIR})
get_filename_component(MOTE_DEVICE_ROOT ${MOTE_DEVICE_FOLDER} DIRECTORY)  # sources include from here

# Sets `result` to what of `operators` (a list) is wanted of `name`: portable, packed, both, or nothing.
function(_mote_forms_of name operators result)
  set(forms "")
  if(name IN_LIST operators)
    set(forms portable packed)
  endif()
  foreach(form portable packed)
    if(${name}:${form} IN_LIST operators)
      list(APPEND forms ${form})
    endif()
  endforeach()
  list(REMOVE_DUPLICATES forms)
  set(${result} "${forms}" PARENT_SCOPE)
endfunction()

# The rows that `operators` name, as device/kernels/operator_table.cc reads them, to `file`.
function(_mote_write_operator_set file operators machine)
  set(table ${MOTE_DEVICE_FOLDER}/model/operators.def)
  set(packed_table ${MOTE_DEVICE_FOLDER}/kernels/packed/packed.def)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${table} ${packed_table})
  file(STRINGS ${table} rows REGEX "^MOTE_OPERATOR\\(")
  file(STRINGS ${packed_table} packed_rows REGEX "^MOTE_PACKED\\( *${machine} *,")
  set(left ${operators})
  list(REMOVE_ITEM left double_rounding single_rounding)
  set(portable "")
  set(packed "")
  foreach(row IN LISTS rows)
    string(REGEX MATCH "^MOTE_OPERATOR\\( *([0-9]+), *([a-z0-9_]+),([^)]*)\\)" whole "${row}")
    set(code ${CMAKE_MATCH_1})
    set(name ${CMAKE_MATCH_2})
    set(rest "${CMAKE_MATCH_3}")
    _mote_forms_of(${name} "${operators}" forms)
    list(REMOVE_ITEM left ${name} ${name}:portable ${name}:packed)
    set(has_packed OFF)
    foreach(packed_row IN LISTS packed_rows)
      if(packed_row MATCHES "[(,] *${name} *\\)")
        set(has_packed ON)
      endif()
    endforeach()
    if(${name}:packed IN_LIST operators AND NOT has_packed)
      message(FATAL_ERROR "mote: ${name} has no packed form for the machine \"${machine}\" (${packed_table})")
    endif()
    if("packed" IN_LIST forms AND has_packed)
      string(APPEND packed "MOTE_PACKED(${machine}, ${name})\n")
    endif()
    if("portable" IN_LIST forms)
      string(APPEND portable "MOTE_OPERATOR(${code}, ${name},${rest})\n")
    elseif(forms)
      string(APPEND portable "MOTE_PACKED_OPERATOR(${code}, ${name},${rest})\n")
    endif()
  endforeach()
  if(left)
    message(FATAL_ERROR "mote: there is no operator ${left}; ${table} has those that there are")
  endif()
  file(CONFIGURE OUTPUT ${file} CONTENT "// The operators of a set, made by mote_add_device.
#ifdef MOTE_OPERATOR
${portable}#endif
#ifdef MOTE_PACKED
${packed}#endif
")
endfunction()

function(_mote_add_sources name sources level)
  add_library(${name} OBJECT EXCLUDE_FROM_ALL ${sources})
  target_compile_features(${name} PUBLIC cxx_std_17)
  set_target_properties(${name} PROPERTIES CXX_EXTENSIONS OFF UNITY_BUILD OFF)
  target_include_directories(${name} PRIVATE ${MOTE_DEVICE_ROOT} ${MOTE_DEVICE_FOLDER}/include)
  target_compile_options(${name} PRIVATE $<$<NOT:$<CONFIG:Debug>>:${level}> -fno-exceptions -fno-rtti -fno-threadsafe-statics
                         -ffunction-sections -fdata-sections)
  if(CMAKE_CROSSCOMPILING)
    target_compile_options(${name} PRIVATE -fno-unwind-tables -fno-asynchronous-unwind-tables)
  endif()
endfunction()

function(mote_add_device name)
  cmake_parse_arguments(DEVICE "AGENT" "MACHINE;PROFILE" "OPERATORS" ${ARGN})
  if(DEVICE_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "mote_add_device: ${DEVICE_UNPARSED_ARGUMENTS} says nothing to it")
  endif()
  if(NOT DEVICE_PROFILE)
    set(DEVICE_PROFILE fast)
  endif()
  if(NOT DEVICE_PROFILE MATCHES "^(fast|small)$")
    message(FATAL_ERROR "mote_add_device: the profile is fast or small, not \"${DEVICE_PROFILE}\"")
  endif()

  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${MOTE_DEVICE_FOLDER}/*.cc)
  list(FILTER sources EXCLUDE REGEX "(_test|_fuzz)\\.cc$|/test/|/port/mbedtls/")
  if(NOT DEVICE_AGENT)
    list(FILTER sources EXCLUDE REGEX "^${MOTE_DEVICE_FOLDER}/(monitor|update|agent|link|port)/")
  endif()
  set(kernels ${sources})
  list(FILTER kernels INCLUDE REGEX "^${MOTE_DEVICE_FOLDER}/kernels/")
  list(FILTER sources EXCLUDE REGEX "^${MOTE_DEVICE_FOLDER}/kernels/")

  set(level -O2)
  set(defines "")
  if(DEVICE_PROFILE STREQUAL "small")
    set(level -Os)
    list(APPEND defines MOTE_SMALL=1)
    if(NOT DEVICE_AGENT)
      list(APPEND defines MOTE_NO_REPORTS=1)
    endif()
  endif()
  _mote_add_sources(${name}_runtime "${sources}" -Os)
  _mote_add_sources(${name}_kernels "${kernels}" ${level})
  # What models seldom have; its inner loops are in kernels/four_sums.cc.
  set_source_files_properties(${MOTE_DEVICE_FOLDER}/kernels/conv_2d/groups.cc ${MOTE_DEVICE_FOLDER}/kernels/conv_2d/four_nibbles.cc
                              ${MOTE_DEVICE_FOLDER}/kernels/fully_connected/four_nibbles.cc
                              PROPERTIES COMPILE_OPTIONS $<$<NOT:$<CONFIG:Debug>>:-Os>)
  if(DEVICE_MACHINE)
    file(STRINGS ${MOTE_DEVICE_FOLDER}/model/container.h targets REGEX "^enum class Target ")
    string(REGEX MATCHALL "[a-z][a-z0-9_]+ =" targets "${targets}")
    string(REPLACE " =" "" targets "${targets}")
    if(NOT DEVICE_MACHINE IN_LIST targets)
      message(FATAL_ERROR "mote_add_device: there is no machine \"${DEVICE_MACHINE}\"; there are ${targets}")
    endif()
    list(APPEND defines MOTE_MACHINE=${DEVICE_MACHINE} MOTE_TARGET_${DEVICE_MACHINE}=1)
  endif()
  if(DEVICE_OPERATORS)
    set(set_file ${CMAKE_CURRENT_BINARY_DIR}/${name}_operators.def)
    _mote_write_operator_set(${set_file} "${DEVICE_OPERATORS}" "${DEVICE_MACHINE}")
    list(APPEND defines "MOTE_OPERATOR_SET=\"${set_file}\"")
    set(roundings ${DEVICE_OPERATORS})
    list(FILTER roundings INCLUDE REGEX "^(double|single)_rounding$")
    list(REMOVE_DUPLICATES roundings)
    list(LENGTH roundings count)
    if(count EQUAL 1)
      list(APPEND defines MOTE_ROUNDING=${roundings})
    endif()
  endif()
  target_compile_definitions(${name}_runtime PRIVATE ${defines})
  target_compile_definitions(${name}_kernels PRIVATE ${defines})

  add_library(${name} STATIC EXCLUDE_FROM_ALL $<TARGET_OBJECTS:${name}_runtime> $<TARGET_OBJECTS:${name}_kernels>)
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE CXX)
  target_compile_features(${name} INTERFACE cxx_std_17)
  target_include_directories(${name} INTERFACE ${MOTE_DEVICE_FOLDER}/include)
  if(DEVICE_AGENT)  # whose ports firmware implements
    target_include_directories(${name} INTERFACE ${MOTE_DEVICE_ROOT})
    if(DEVICE_MACHINE)
      target_compile_definitions(${name} INTERFACE MOTE_MACHINE=${DEVICE_MACHINE} MOTE_TARGET_${DEVICE_MACHINE}=1)
    endif()
  endif()
  if(NOT TARGET mote::device)
    add_library(mote::device ALIAS ${name})
  endif()
endfunction()
