# How a room is built: mote_room(name DEPENDS ...) makes the library and the tests of the folder it is called in.
#
# Sources are found, not listed: every .cc that is not *_test.cc or *_fuzz.cc belongs to the library, every *_test.cc to the
# room's one test program. A folder below that has a CMakeLists.txt of its own is a room of its own.

# Designated initializers leave the other members at their defaults, which is what is meant by them.
# GCC 12 takes some concatenations of std::string for overlapping copies (its bug 105651).
set(MOTE_WARNINGS -Wall -Wextra -Werror -Wno-missing-field-initializers -Wno-restrict)

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

function(mote_room name)
  cmake_parse_arguments(ROOM "" "" "DEPENDS;TEST_DEPENDS;EXCLUDE;TEST_LABELS" ${ARGN})
  mote_find_sources(sources *.cc)
  list(FILTER sources EXCLUDE REGEX "(_test|_fuzz)\\.cc$|(^|/)test/")
  foreach(pattern IN LISTS ROOM_EXCLUDE)
    list(FILTER sources EXCLUDE REGEX ${pattern})
  endforeach()
  if(sources)
    add_library(${name} STATIC ${sources})
    target_compile_options(${name} PRIVATE ${MOTE_WARNINGS})
    target_link_libraries(${name} PUBLIC ${ROOM_DEPENDS})
    target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE ${ROOM_DEPENDS})
    target_include_directories(${name} INTERFACE ${PROJECT_SOURCE_DIR})
  endif()

  mote_find_sources(tests *_test.cc)
  if(tests AND BUILD_TESTING)
    add_executable(${name}_test ${tests})
    target_compile_options(${name}_test PRIVATE ${MOTE_WARNINGS})
    target_link_libraries(${name}_test PRIVATE ${name} ${ROOM_TEST_DEPENDS} GTest::gmock GTest::gtest_main)
    gtest_discover_tests(${name}_test DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 600 LABELS "${name};${ROOM_TEST_LABELS}")
  endif()
endfunction()
