// Frames between the controller and lwIP, and lwIP's clock.
#include "boards/common/net/interface.h"

#include <lwip/dhcp.h>
#include <lwip/etharp.h>
#include <lwip/init.h>
#include <lwip/netif.h>
#include <lwip/timeouts.h>

#include "board_values.h"
#include "boards/common/board.h"
#include "boards/common/lan9118/lan9118.h"

extern "C" u32_t sys_now() { return mote::board::milliseconds(); }

namespace mote::net {
namespace {

netif interface;
lan9118::Controller controller(board::network_ethernet_origin);
static_assert(lan9118::kPadBytes == ETH_PAD_SIZE, "frames come in as lwIP wants them");

err_t send_frame(netif*, pbuf* frame) {
  if (!controller.begin_send(frame->tot_len - ETH_PAD_SIZE)) return ERR_MEM;
  uint16_t pad = ETH_PAD_SIZE;
  for (const pbuf* part = frame; part != nullptr; part = part->next) {
    controller.send(static_cast<const uint8_t*>(part->payload) + pad, part->len - pad);
    pad = 0;
  }
  controller.end_send();
  return ERR_OK;
}

err_t set_up(netif* made) {
  made->name[0] = 'e';
  made->name[1] = 'n';
  made->output = etharp_output;
  made->linkoutput = send_frame;
  made->mtu = 1500;
  made->hwaddr_len = ETHARP_HWADDR_LEN;
  controller.address(made->hwaddr);
  made->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_LINK_UP;
  return ERR_OK;
}

ip4_addr_t address_of(const uint8_t bytes[4]) {
  ip4_addr_t address;
  IP4_ADDR(&address, bytes[0], bytes[1], bytes[2], bytes[3]);
  return address;
}

bool take_frame() {
  constexpr uint32_t kChecksumBytes = 4;
  const uint32_t bytes = controller.waiting();
  if (bytes == 0) return false;
  pbuf* frame = nullptr;
  if (bytes > ETH_PAD_SIZE + kChecksumBytes && bytes <= PBUF_POOL_BUFSIZE)
    frame = pbuf_alloc(PBUF_RAW, PBUF_POOL_BUFSIZE, PBUF_POOL);  // one piece, with room for whole words
  if (frame == nullptr) {                                        // too long for us, or all are in use: TCP sends it again
    controller.skip(bytes);
    return true;
  }
  controller.take(static_cast<uint32_t*>(frame->payload), bytes);
  pbuf_realloc(frame, static_cast<u16_t>(bytes - kChecksumBytes));
  if (interface.input(frame, &interface) != ERR_OK) pbuf_free(frame);
  return true;
}

}  // namespace

bool interface_start(const Network& network) {
  if (!controller.start()) return false;
  lwip_init();
  const ip4_addr_t own = address_of(network.own), mask = address_of(network.netmask), router = address_of(network.router);
  netif_add(&interface, &own, &mask, &router, nullptr, set_up, netif_input);
  netif_set_default(&interface);
  netif_set_up(&interface);
  return !ip4_addr_isany_val(own) || dhcp_start(&interface) == ERR_OK;
}

bool interface_poll() {
  const bool came = take_frame();
  sys_check_timeouts();
  return came;
}

bool interface_ready() { return !ip4_addr_isany_val(*netif_ip4_addr(&interface)); }

}  // namespace mote::net
