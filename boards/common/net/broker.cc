// The states of the connection: off, waiting, connecting, subscribing, up. lwIP's callbacks only note what happened; it is acted
// on from broker_poll, so that no connection ends below its own callback.
#include "boards/common/net/broker.h"

#include <lwip/altcp.h>
#include <lwip/apps/mqtt.h>
#include <lwip/apps/mqtt_priv.h>
#include <string.h>

#include "boards/common/board.h"
#include "boards/common/net/backoff.h"
#include "boards/common/net/interface.h"
#include "boards/common/net/tls.h"
#include "boards/common/net/topics.h"
#include "device/link/packets.h"

namespace mote::net {
namespace {

constexpr uint16_t kKeepAliveSeconds = 30;
constexpr uint32_t kConnectMs = 30'000;  // TCP, TLS, MQTT and subscriptions together
constexpr uint32_t kReserveBytes = 256;  // of the output ring, for acknowledgements; lwIP's ring must never be quite full
constexpr uint32_t kQosAtLeastOnce = 1;

enum class Standing : uint8_t { waiting, connecting, subscribing, up };

struct Connection {
  const Network* network;
  const BrokerEvents* events;
  altcp_tls_config* tls;
  Topics topics;
  Backoff backoff;
  Standing standing;
  const char* ended;      // why it has to be ended, or has ended; null: it stands
  uint32_t since;         // when this standing began
  uint32_t wait_ms;       // in `waiting`
  uint8_t subscriptions;  // that were acknowledged
  uint32_t boot;
  uint32_t handshake_ticks;
  bool counting;            // the handshake's ticks
  Channel arriving;         // of the message that is being taken
  uint32_t arriving_bytes;  // of its payload; 0 and not wanted: no topic of ours
  bool arriving_wanted;
  SharedParts heard;
  mqtt_client_t client;
  altcp_connected_fn mqtt_connected;  // what lwIP's client had set
  altcp_recv_fn mqtt_receive;
  PacketReader packets;
  uint8_t packet[kPacketReaderBytes];
};
Connection link;

void end(const char* why) {
  if (link.ended == nullptr) link.ended = why;
}

void stand(Standing standing) {
  link.standing = standing;
  link.since = board::milliseconds();
}

// lwIP's client gets whole packets, one at a time: its parser loses what is cut at the end of a piece, and takes any header.
err_t hand_over(void* client, altcp_pcb* connection, uint16_t count) {
  pbuf* packet = pbuf_alloc(PBUF_RAW, count, PBUF_REF);
  if (packet == nullptr) return ERR_MEM;
  packet->payload = link.packet;
  return link.mqtt_receive(client, connection, packet, ERR_OK);
}

void take_bytes(void* client, altcp_pcb* connection, const uint8_t* bytes, size_t count) {
  for (size_t taken = 0; count > 0 && link.ended == nullptr; bytes += taken, count -= taken) {
    switch (packet_reader_take(&link.packets, bytes, count, &taken)) {
      case PacketStatus::more:
        return;
      case PacketStatus::refused:
        return end("the broker sent what no message may be");
      case PacketStatus::whole:
        if (hand_over(client, connection, static_cast<uint16_t>(link.packets.filled)) != ERR_OK) end("out of packets");
    }
  }
}

err_t receive(void* client, altcp_pcb* connection, pbuf* data, err_t error) {
  if (data == nullptr) {
    end("the broker closed the connection");
    return ERR_OK;
  }
  // All of it at once: a packet may be longer than the window. lwIP's client says it again of each packet, which TLS, with
  // nothing left to pass on, takes for none.
  altcp_recved(connection, data->tot_len);
  for (const pbuf* part = data; part != nullptr; part = part->next)
    take_bytes(client, connection, static_cast<const uint8_t*>(part->payload), part->len);
  pbuf_free(data);
  return error;
}

// TLS stands. From here on what arrives goes through `receive`.
err_t tls_connected(void* client, altcp_pcb* connection, err_t error) {
  link.counting = false;
  const err_t result = link.mqtt_connected(client, connection, error);
  link.mqtt_receive = connection->recv;
  altcp_recv(connection, receive);
  packet_reader_init(&link.packets, link.packet);
  return result;
}

void message_begins(void*, const char* topic, u32_t bytes) {
  link.arriving_wanted = channel_of(link.topics, topic, &link.arriving);
  link.arriving_bytes = bytes;
}

// The whole packet lies in link.packet, its payload at its end.
void message_goes_on(void*, const u8_t*, u16_t, u8_t flags) {
  if ((flags & MQTT_DATA_FLAG_LAST) == 0 || !link.arriving_wanted) return;
  const uint8_t* payload = link.packet + link.packets.filled - link.arriving_bytes;
  link.events->message(link.arriving, payload, link.arriving_bytes);
}

void subscribed(void*, err_t error) {
  if (error != ERR_OK) return end("the broker refuses a subscription");
  ++link.subscriptions;
}

void published(void*, err_t error) {
  if (error != ERR_OK) end("the broker does not acknowledge");
}

void subscribe() {
  stand(Standing::subscribing);
  link.subscriptions = 0;
  link.heard = {};
  mqtt_set_inpub_callback(&link.client, message_begins, message_goes_on, nullptr);
  for (const Subscription& one : kSubscriptions)
    if (mqtt_subscribe(&link.client, link.topics.of(one.channel), one.qos, subscribed, nullptr) != ERR_OK)
      return end("no room for the subscriptions");
}

void mqtt_status(mqtt_client_t*, void*, mqtt_connection_status_t status) {
  if (status == MQTT_CONNECT_ACCEPTED) return subscribe();
  const char* refusal = tls_refusal();
  end(refusal != nullptr                    ? refusal
      : status == MQTT_CONNECT_DISCONNECTED ? "the connection failed"
      : status == MQTT_CONNECT_TIMEOUT      ? "the broker does not answer"
                                            : "the broker refuses the device");
}

// lwIP takes a will as text; ours has zeros in it. It was given a stand-in of the same length, which ends the packet that waits
// in the output ring.
void write_will() {
  const uint32_t boot = link.boot;
  uint8_t* will = link.client.output.buf + link.client.output.put - 4;
  for (uint32_t i = 0; i < 4; ++i) will[i] = static_cast<uint8_t>(boot >> 8 * i);
}

bool connect() {
  mqtt_connect_client_info_t info{};
  info.client_id = link.topics.device;
  info.keep_alive = kKeepAliveSeconds;
  info.will_topic = link.topics.of(Channel::state);
  info.will_msg = "MOTWboot";
  info.will_qos = kQosAtLeastOnce;
  info.will_retain = 1;
  info.tls_config = link.tls;
  ip_addr_t broker;
  const uint8_t* address = link.network->broker;
  IP4_ADDR(&broker, address[0], address[1], address[2], address[3]);
  link.handshake_ticks = 0;
  link.counting = true;
  if (mqtt_client_connect(&link.client, &broker, link.network->port, mqtt_status, nullptr, &info) != ERR_OK) return false;
  write_will();
  link.mqtt_connected = link.client.conn->connected;
  link.client.conn->connected = tls_connected;
  return tls_expect(link.client.conn, link.network->host_name);
}

void clean_up() {
  const bool was_up = link.standing == Standing::up;
  if (was_up && board::milliseconds() - link.since >= kLastingMs) link.backoff.failures = 0;
  mqtt_disconnect(&link.client);
  link.events->log(link.ended);
  link.ended = nullptr;
  link.counting = false;
  link.wait_ms = next_wait_ms(&link.backoff, mote_net_random());
  stand(Standing::waiting);
  if (was_up) link.events->disconnected();
}

void go_on() {
  const uint32_t gone = board::milliseconds() - link.since;
  switch (link.standing) {
    case Standing::waiting:
      if (gone < link.wait_ms || !interface_ready()) return;
      stand(Standing::connecting);
      if (!connect()) end("no memory for a connection");
      return;
    case Standing::subscribing:
      if (link.subscriptions == sizeof kSubscriptions / sizeof *kSubscriptions) {
        stand(Standing::up);
        return link.events->connected();
      }
      [[fallthrough]];
    case Standing::connecting:
      if (gone > kConnectMs) end("the broker does not answer");
      return;
    case Standing::up:
      return;
  }
}

uint32_t ring_used() {
  const mqtt_ringbuf_t& ring = link.client.output;
  return ring.put >= ring.get ? ring.put - ring.get : MQTT_OUTPUT_RINGBUF_SIZE - ring.get + ring.put;
}

// `count` bytes and a topic.
bool may_send(size_t count) {
  return link.standing == Standing::up && link.ended == nullptr &&
         ring_used() + count + kMaxTopicBytes + kReserveBytes <= MQTT_OUTPUT_RINGBUF_SIZE;
}

}  // namespace

const char* broker_start(const Network& network, SeedStore* seeds, const char* device, uint32_t boot,
                         const BrokerEvents& events) {
  link.network = &network;
  link.events = &events;
  link.boot = boot;
  topics_init(&link.topics, device);
  link.tls = tls_start(network, seeds);
  if (link.tls == nullptr) return "the network's certificates or its seed cannot be used";
  if (!interface_start(network)) return "no Ethernet controller answers";
  stand(Standing::waiting);
  return nullptr;
}

bool broker_poll() {
  const uint32_t before = board::ticks();
  const bool more = interface_poll();
  if (link.counting && more) link.handshake_ticks += board::ticks() - before;
  if (link.ended == nullptr) go_on();
  if (link.ended != nullptr) clean_up();
  return more;
}

bool broker_publish(Channel channel, const uint8_t* bytes, size_t count) {
  if (!may_send(count)) return false;
  const Publication* how = publication_of(channel);
  return how != nullptr && mqtt_publish(&link.client, link.topics.of(channel), bytes, static_cast<u16_t>(count), how->qos,
                                        how->retain ? 1 : 0, published, nullptr) == ERR_OK;
}

// A broker that refuses it, or does not acknowledge it, leaves the device to its own topic.
bool broker_listen(const SharedParts& parts) {
  return shared_follow(&link.heard, parts, [](const char* topic, bool subscribe) {
    return may_send(0) && mqtt_sub_unsub(&link.client, topic, 0, nullptr, nullptr, subscribe ? 1 : 0) == ERR_OK;
  });
}

uint32_t handshake_ticks() { return link.handshake_ticks; }

}  // namespace mote::net
