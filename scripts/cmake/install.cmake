# What `cmake --install` puts where; components: device (for firmware: sources and CMake), host (the library of this machine),
# programs.
include(CMakePackageConfigHelpers)
set(MOTE_PACKAGE share/mote)  # with nothing that depends on the machine

install(DIRECTORY ${PROJECT_SOURCE_DIR}/device/ DESTINATION ${MOTE_PACKAGE}/device COMPONENT device
        FILES_MATCHING PATTERN "*.h" PATTERN "*.hpp" PATTERN "*.def" PATTERN "*.cc" PATTERN "mote_device.cmake"
        PATTERN "*_test.cc" EXCLUDE PATTERN "*_fuzz.cc" EXCLUDE PATTERN "test" EXCLUDE)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/device/include/mote DESTINATION include COMPONENT device)
configure_file(${PROJECT_SOURCE_DIR}/scripts/cmake/moteConfig.cmake.in ${PROJECT_BINARY_DIR}/moteConfig.cmake @ONLY)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/moteConfigVersion.cmake COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES ${PROJECT_BINARY_DIR}/moteConfig.cmake ${PROJECT_BINARY_DIR}/moteConfigVersion.cmake
        DESTINATION ${MOTE_PACKAGE}/cmake COMPONENT device)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${MOTE_PACKAGE} COMPONENT device)
install(TARGETS mote_device ARCHIVE DESTINATION lib COMPONENT host)
if(TARGET mote)
  install(TARGETS mote RUNTIME DESTINATION bin COMPONENT programs)
  if(EXISTS ${PROJECT_BINARY_DIR}/firmware OR TARGET mote_firmware)
    install(DIRECTORY ${PROJECT_BINARY_DIR}/firmware DESTINATION ${MOTE_PACKAGE} COMPONENT programs OPTIONAL
            FILES_MATCHING PATTERN "board.toml" PATTERN "*.elf" PATTERN "lib*.a"
            PATTERN "CMakeFiles" EXCLUDE PATTERN "generated" EXCLUDE PATTERN "device" EXCLUDE PATTERN "boards" EXCLUDE
            PATTERN "firmware-minimal" EXCLUDE)
  endif()
endif()
