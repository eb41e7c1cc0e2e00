# lwIP, a TLS client of mbedTLS and the connection to the broker, compiled from MOTE_LWIP_SOURCE and MOTE_MBEDTLS_SOURCE with the
# configuration beside this file: firmware_net.
if(NOT EXISTS ${MOTE_LWIP_SOURCE}/src/apps/mqtt/mqtt.c)
  message(FATAL_ERROR "no lwIP sources in ${MOTE_LWIP_SOURCE}; scripts/fetch-firmware-sources brings them, or set MOTE_LWIP_SOURCE")
endif()
mote_firmware_mbedtls(net_mbedtls ${CMAKE_CURRENT_LIST_DIR}/mbedtls_config.h
  aes asn1parse asn1write bignum cipher cipher_wrap constant_time ctr_drbg ecdh ecdsa ecp ecp_curves entropy entropy_poll gcm hmac_drbg md
  memory_buffer_alloc oid pk pk_wrap pkparse platform platform_util sha256 ssl_ciphersuites ssl_cli ssl_msg ssl_tls x509 x509_crt)
mote_firmware_crypto(net_crypto net_mbedtls)

set(parts altcp altcp_alloc altcp_tcp def inet_chksum init ip mem memp netif pbuf tcp tcp_in tcp_out timeouts udp ipv4/dhcp ipv4/etharp
    ipv4/icmp ipv4/ip4 ipv4/ip4_addr)
list(TRANSFORM parts PREPEND core/)
list(APPEND parts netif/ethernet apps/mqtt/mqtt apps/altcp_tls/altcp_tls_mbedtls)
list(TRANSFORM parts PREPEND ${MOTE_LWIP_SOURCE}/src/)
list(TRANSFORM parts APPEND .c)
add_library(net_lwip STATIC ${parts})
target_include_directories(net_lwip SYSTEM PUBLIC ${CMAKE_CURRENT_LIST_DIR}/include ${MOTE_LWIP_SOURCE}/src/include
                           ${MOTE_LWIP_SOURCE}/src/apps/altcp_tls)
target_compile_options(net_lwip PRIVATE -Wno-unused-result)
target_link_libraries(net_lwip PUBLIC net_mbedtls)

file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/*.cc ${MOTE_ROOT}/boards/common/lan9118/*.cc)
mote_firmware_library(firmware_net ${sources})
target_link_libraries(firmware_net PUBLIC net_lwip net_crypto)
