# How a room is built: mote_room(name DEPENDS ...) makes the library and the tests of the folder it is called in.
#
# Sources are found, not listed: every .cc that is not *_test.cc or *_fuzz.cc belongs to the library, every *_test.cc to the
# room's one test program, every *_fuzz.cc is a fuzz target: a program that feeds it seeded bytes, and ctest runs; with clang and
# MOTE_FUZZ it is libFuzzer's instead. A folder below that has a CMakeLists.txt of its own is a room of its own.
#
# With CMAKE_UNITY_BUILD, which the presets set, several sources of a room are compiled as one, in a third of the time: names in the
# unnamed namespaces of one room must differ. Sources that match a regular expression of APART keep the same names on purpose (one
# operator's `execute` is like another's) and are compiled one by one. The library of a room that COMPUTES is optimized even in a
# debug build, or its tests would take minutes under the sanitizers. Test suites whose names end in "Long" take minutes or more, and get
# the label `long`, which the presets leave out, in a room with LONG_TESTS.

# Designated initializers leave the other members at their defaults, which is what is meant by them.
set(MOTE_WARNINGS -Wall -Wextra -Werror -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  # GCC 12 takes some concatenations of std::string for overlapping copies (its bug 105651), and in a unity build a source that is
  # included for a header.
  list(APPEND MOTE_WARNINGS -Wno-restrict -Wno-subobject-linkage)
endif()

add_custom_target(mote_fuzz_short)  # the fuzz targets that have a corpus

function(mote_find_sources result pattern)
  file(GLOB_RECURSE found CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} ${pattern})
  file(GLOB_RECURSE rooms CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_SOURCE_DIR} */CMakeLists.txt)
  foreach(room IN LISTS rooms)
    get_filename_component(folder ${room} DIRECTORY)
    if(folder)
      list(FILTER found EXCLUDE REGEX "^${folder}/")
    endif()
  endforeach()
  set(${result} ${found} PARENT_SCOPE)
endfunction()

# Labels of the tests that gtest_discover_tests finds, of which there is a list in the variable `tests` when ctest reads this. Of labels
# that gtest_discover_tests itself is given it keeps the first.
function(mote_label_tests tests)
  set(file ${CMAKE_CURRENT_BINARY_DIR}/${tests}_labels.cmake)
  file(CONFIGURE OUTPUT ${file} CONTENT "if(${tests})\n  set_tests_properties(\${${tests}} PROPERTIES LABELS \"${ARGN}\")\nendif()\n" @ONLY)
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${file})
endfunction()

function(mote_room name)
  cmake_parse_arguments(ROOM "COMPUTES;LONG_TESTS" "" "DEPENDS;TEST_DEPENDS;EXCLUDE;APART;TEST_LABELS" ${ARGN})
  mote_find_sources(sources *.cc)
  list(FILTER sources EXCLUDE REGEX "(_test|_fuzz)\\.cc$|(^|/)test/")
  foreach(pattern IN LISTS ROOM_EXCLUDE)
    list(FILTER sources EXCLUDE REGEX ${pattern})
  endforeach()
  foreach(pattern IN LISTS ROOM_APART)
    set(apart ${sources})
    list(FILTER apart INCLUDE REGEX ${pattern})
    set_source_files_properties(${apart} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endforeach()
  if(sources)
    add_library(${name} STATIC ${sources})
    target_compile_options(${name} PRIVATE ${MOTE_WARNINGS})
    if(ROOM_COMPUTES)
      target_compile_options(${name} PRIVATE $<$<CONFIG:Debug>:-O1>)
    endif()
    target_link_libraries(${name} PUBLIC ${ROOM_DEPENDS})
    target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${ROOM_DEPENDS})
    target_include_directories(${name} INTERFACE ${PROJECT_SOURCE_DIR})
  endif()

  mote_find_sources(tests *_test.cc)
  foreach(pattern IN LISTS ROOM_EXCLUDE)
    list(FILTER tests EXCLUDE REGEX ${pattern})
  endforeach()
  if(tests AND BUILD_TESTING AND MOTE_ROOM_TESTS)
    add_executable(${name}_test ${tests})
    target_compile_options(${name}_test PRIVATE ${MOTE_WARNINGS})
    target_link_libraries(${name}_test PRIVATE ${name} ${ROOM_TEST_DEPENDS} GTest::gmock GTest::gtest_main)
    if(MOTE_SANITIZE)  # one process for all: starting one under the sanitizers takes longer than most tests
      add_test(NAME ${name} COMMAND ${name}_test --gtest_brief=1 --gtest_filter=-*Long.*)
      set_tests_properties(${name} PROPERTIES TIMEOUT 1200 LABELS "${name};${ROOM_TEST_LABELS}")
    else()
      gtest_discover_tests(${name}_test TEST_FILTER "-*Long.*" DISCOVERY_TIMEOUT 60
                           PROPERTIES TIMEOUT 600)
      mote_label_tests(${name}_test_TESTS ${name} ${ROOM_TEST_LABELS})
      if(ROOM_LONG_TESTS)
        gtest_discover_tests(${name}_test TEST_FILTER "*Long.*" TEST_LIST ${name}_long_TESTS DISCOVERY_TIMEOUT 60
                             PROPERTIES TIMEOUT 3600 LABELS long RUN_SERIAL ON)
      endif()
    endif()
  endif()

  mote_find_sources(targets *_fuzz.cc)
  if(NOT BUILD_TESTING OR NOT MOTE_ROOM_TESTS)
    set(targets "")
  endif()
  foreach(source IN LISTS targets)
    get_filename_component(target ${source} NAME_WE)
    add_executable(${target} ${source})
    target_compile_options(${target} PRIVATE ${MOTE_WARNINGS})
    target_link_libraries(${target} PRIVATE ${name} ${ROOM_TEST_DEPENDS} mote_base)
    set(corpus ${PROJECT_SOURCE_DIR}/tests/fuzz/corpora/${target})  # what every run starts from
    if(NOT IS_DIRECTORY ${corpus})
      set(corpus "")
    endif()
    if(MOTE_FUZZ)
      target_link_options(${target} PRIVATE -fsanitize=fuzzer)
      set(found ${PROJECT_BINARY_DIR}/seeds/${target})  # what runs find is kept here
      file(MAKE_DIRECTORY ${found})
      set(limits -max_len=8192 -rss_limit_mb=8192 -print_final_stats=1)
      add_test(NAME fuzz.long.${target} COMMAND ${target} -runs=10000000 ${limits} ${found} ${corpus})
      set_tests_properties(fuzz.long.${target} PROPERTIES TIMEOUT 14400 LABELS "long;fuzz" FIXTURES_REQUIRED fuzz_seeds)
      if(corpus)
        add_test(NAME fuzz.short.${target} COMMAND ${target} -max_total_time=30 ${limits} ${found} ${corpus})
        set_tests_properties(fuzz.short.${target} PROPERTIES TIMEOUT 300 LABELS "fuzz")
        add_dependencies(mote_fuzz_short ${target})
      endif()
    else()
      target_sources(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests/fuzz/feed.cc)
      add_test(NAME fuzz.${target} COMMAND ${target} 20000 ${corpus})
      set_tests_properties(fuzz.${target} PROPERTIES TIMEOUT 300 LABELS "${name};fuzz")
    endif()
  endforeach()
endfunction()

# Tests that start the programs of boards: they are told where those lie, and wait for them where they are built.
function(mote_needs_firmware test)
  if(NOT TARGET ${test})
    return()
  endif()
  target_compile_definitions(${test} PRIVATE MOTE_PROGRAM_FOLDER="${PROJECT_BINARY_DIR}")
  get_property(firmware GLOBAL PROPERTY MOTE_FIRMWARE_TARGETS)
  if(firmware)
    add_dependencies(${test} ${firmware})
  endif()
endfunction()
