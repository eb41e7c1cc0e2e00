# mbedTLS, compiled from MOTE_MBEDTLS_SOURCE, and the crypto port over it: firmware_crypto, with the configuration beside this file.
include_guard(GLOBAL)
if(NOT EXISTS ${MOTE_MBEDTLS_SOURCE}/library/ecdsa.c)
  message(FATAL_ERROR "no mbedTLS sources in ${MOTE_MBEDTLS_SOURCE}; scripts/fetch-firmware-sources brings them, or set MOTE_MBEDTLS_SOURCE")
endif()

# mote_firmware_mbedtls(name config parts...): these parts of it as a library.
function(mote_firmware_mbedtls name config)
  set(parts ${ARGN})
  list(TRANSFORM parts PREPEND ${MOTE_MBEDTLS_SOURCE}/library/)
  list(TRANSFORM parts APPEND .c)
  add_library(${name} STATIC ${parts})
  target_include_directories(${name} SYSTEM PUBLIC ${MOTE_MBEDTLS_SOURCE}/include)
  target_compile_definitions(${name} PUBLIC MBEDTLS_CONFIG_FILE="${config}")
endfunction()

function(mote_firmware_crypto name mbedtls)
  file(GLOB port CONFIGURE_DEPENDS ${MOTE_ROOT}/device/port/mbedtls/*.cc)
  list(FILTER port EXCLUDE REGEX "_(test|fuzz)\\.cc$")
  mote_firmware_library(${name} ${port})
  target_link_libraries(${name} PUBLIC ${mbedtls})
endfunction()

mote_firmware_mbedtls(firmware_mbedtls ${CMAKE_CURRENT_LIST_DIR}/config.h
  asn1parse asn1write bignum constant_time ecdsa ecp ecp_curves hmac_drbg md platform platform_util sha256)
mote_firmware_crypto(firmware_crypto firmware_mbedtls)
target_sources(firmware_crypto PRIVATE ${CMAKE_CURRENT_LIST_DIR}/pool.cc)
