/* What firmware takes of lwIP 2.1.3: IPv4, DHCP, TCP, TLS over it and the MQTT client, without threads and from fixed pools. */
#ifndef MOTE_LWIPOPTS_H
#define MOTE_LWIPOPTS_H

#define NO_SYS 1
#define SYS_LIGHTWEIGHT_PROT 0 /* one thread, no interrupt handlers */
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define LWIP_STATS 0
#define LWIP_RAND() mote_net_random()

#define LWIP_IPV6 0
#define LWIP_DHCP 1
#define DHCP_DOES_ARP_CHECK 0
#define LWIP_RAW 0
#define LWIP_DNS 0
#define IP_REASSEMBLY 0
#define IP_FRAG 0
#define ARP_QUEUEING 0
#define ETHARP_TRUST_IP_MAC 0
#define LWIP_NETIF_LOOPBACK 0
#define LWIP_HAVE_LOOPIF 0
#define ETH_PAD_SIZE 2 /* so that what follows the Ethernet header lies at a word */

#define LWIP_ALTCP 1
#define LWIP_ALTCP_TLS 1
#define LWIP_ALTCP_TLS_MBEDTLS 1

/* A record of TLS (4 KiB, net/mbedtls_config.h) must fit into the window as a whole, or it would never be complete. */
#define TCP_MSS 1460
#define TCP_WND (4 * TCP_MSS)
#define TCP_SND_BUF (4 * TCP_MSS)
#define TCP_SND_QUEUELEN 16
#define MEMP_NUM_TCP_SEG TCP_SND_QUEUELEN
#define MEMP_NUM_TCP_PCB 5 /* one in use, the others of connections that are closing */
#define MEMP_NUM_TCP_PCB_LISTEN 1
#define MEMP_NUM_UDP_PCB 1
#define MEMP_NUM_ALTCP_PCB (2 * MEMP_NUM_TCP_PCB)
#define MEMP_NUM_SYS_TIMEOUT (LWIP_NUM_SYS_TIMEOUT_INTERNAL + 1) /* and the MQTT client's */

#define MEM_ALIGNMENT 4
#define MEM_SIZE 8192 /* of what is on its way out */
#define PBUF_POOL_SIZE 8
#define PBUF_POOL_BUFSIZE 1524 /* a whole frame, its checksum and ETH_PAD_SIZE */

#define MQTT_OUTPUT_RINGBUF_SIZE 5120 /* the longest message is a report, of 4096 bytes */
#define MQTT_VAR_HEADER_BUFFER_LEN 128
#define MQTT_REQ_MAX_IN_FLIGHT 8
#define MQTT_CYCLIC_TIMER_INTERVAL 1
#define MQTT_CONNECT_TIMOUT 20

#endif
