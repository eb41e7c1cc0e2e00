/* What lwIP asks of compiler and machine. */
#ifndef MOTE_LWIP_CC_H
#define MOTE_LWIP_CC_H

#include <stdint.h>

#define LWIP_NO_CTYPE_H 1
#define LWIP_NO_UNISTD_H 1

#ifdef __cplusplus
extern "C" {
#endif
uint32_t mote_net_random(void);      /* net/tls.cc */
void mote_net_assertion_failed(void); /* the program's: the core starts anew */
#ifdef __cplusplus
}
#endif

#define LWIP_PLATFORM_DIAG(x)
#define LWIP_PLATFORM_ASSERT(x) mote_net_assertion_failed()

#endif
