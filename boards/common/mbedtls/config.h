/* What firmware takes of mbedTLS 2.28: SHA-256 and deterministic ECDSA over P-256, with memory from a fixed pool. */
#ifndef MOTE_MBEDTLS_CONFIG_H
#define MOTE_MBEDTLS_CONFIG_H

#define MBEDTLS_SHA256_C
#define MBEDTLS_SHA256_SMALLER

#define MBEDTLS_BIGNUM_C
#define MBEDTLS_ECP_C
#define MBEDTLS_ECP_DP_SECP256R1_ENABLED
#define MBEDTLS_ECP_NIST_OPTIM
#define MBEDTLS_ECP_WINDOW_SIZE MOTE_LIMIT_ECP_WINDOW /* of 2 to 6; board.toml */
#define MBEDTLS_ECP_FIXED_POINT_OPTIM 0 /* the base point's table would stay in the pool */
#define MBEDTLS_HAVE_ASM                /* the core's long multiply */

#define MBEDTLS_ECDSA_C
#define MBEDTLS_ASN1_PARSE_C
#define MBEDTLS_ASN1_WRITE_C
#define MBEDTLS_ECDSA_DETERMINISTIC
#define MBEDTLS_HMAC_DRBG_C
#define MBEDTLS_MD_C

/* No heap, no standard input and output, no source of entropy. */
#define MBEDTLS_PLATFORM_C
#define MBEDTLS_PLATFORM_MEMORY
#define MBEDTLS_PLATFORM_NO_STD_FUNCTIONS
#define MBEDTLS_NO_PLATFORM_ENTROPY
#include <stddef.h>
#ifdef __cplusplus
extern "C" {
#endif
void* mote_crypto_calloc(size_t count, size_t bytes); /* boards/common/mbedtls/pool.h */
void mote_crypto_free(void* piece);
#ifdef __cplusplus
}
#endif
#define MBEDTLS_PLATFORM_CALLOC_MACRO mote_crypto_calloc
#define MBEDTLS_PLATFORM_FREE_MACRO mote_crypto_free

#include "mbedtls/check_config.h"
#endif
