// Texts for mosquitto 2.0.11, as Debian 12 ships it.
#include "ota/broker/configuration.h"

#include "device/format/channels.h"
#include "ota/transport/endpoint.h"
#include "ota/transport/relay/framing.h"
#include "ota/transport/topics.h"

namespace mote {
namespace {

constexpr uint32_t kFixedHeaderBytes = 5;

// Below this number a channel goes up, from it on down (device/format/channels.h).

}  // namespace

std::string broker_configuration(const BrokerFiles& files, uint16_t port) {
  const auto absolute = [](const Path& path) { return std::filesystem::absolute(path).lexically_normal().string(); };
  std::string text =
      "# Written by `mote broker up` at every start.\n"
      "listener " +
      std::to_string(port) +
      " 127.0.0.1\n"
      "cafile " +
      absolute(files.authority) +
      "\n"
      "certfile " +
      absolute(files.certificate) +
      "\n"
      "keyfile " +
      absolute(files.key) +
      "\n"
      "crlfile " +
      absolute(files.revoked) +
      "\n"
      "tls_version tlsv1.2\n"  // the lowest
      "require_certificate true\n"
      "use_identity_as_username true\n"
      "use_username_as_clientid true\n"  // or one device could end another's connection by taking its client id
      "allow_anonymous false\n"
      "acl_file " +
      absolute(files.rules) + "\n";
  text += "max_packet_size " + std::to_string(kMaxPacketBytes + kFixedHeaderBytes) +
          "\n"
          "max_keepalive 120\n"
          "max_queued_messages 1000\n"
          "persistence true\n"
          "persistence_location " +
          absolute(files.persistence) +
          "/\n"
          "autosave_interval 5\n"  // seconds; what a kill loses of retained messages is announced again by their writers
          // Has no effect unless started by root. Mosquitto would then change to a user of its own, who cannot read the keys
          // (their folders are the owner's alone), and who would be out of reach of the kernel's signal when `mote` dies.
          "user root\n"
          "log_dest stderr\n"  // not buffered
          "log_timestamp_format %Y-%m-%dT%H:%M:%S\n"
          "log_type error\n"
          "log_type warning\n"
          "log_type notice\n";
  return text;
}

std::string access_rules(const std::vector<std::string>& retired) {
  std::string text = "# Written by `mote broker up` and `mote device retire`.\n";
  for (const HostProgram program : {HostProgram::collector, HostProgram::controller})
    text += "user " + name_of(program) + "\ntopic readwrite mote/1/#\n";
  text += "user " + name_of(HostProgram::observer) + "\ntopic read mote/1/#\n";
  for (const std::string& id : retired) text += "user " + id + "\ntopic deny #\n";
  for (const Channel channel : kChannels)
    if (channel != Channel::time)
      text += std::string("pattern ") + (is_down(channel) ? "read " : "write ") + topic_of("%u", channel) + "\n";
  text += "pattern read mote/1/time\npattern read mote/1/blk/#\n";
  return text;
}

}  // namespace mote
