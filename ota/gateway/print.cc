// The links of a gateway for people and for machines.
#include "base/json.h"
#include "ota/gateway/gateway.h"

namespace mote {

std::string to_text(const std::vector<LinkStatus>& links) {
  std::string text;
  for (const LinkStatus& link : links) {
    text += link.link.string() + "  " + (link.device.empty() ? "nobody" : link.device) + "  up " +
            std::to_string(link.messages_up) + ", down " + std::to_string(link.messages_down) + ", windows " +
            std::to_string(link.windows) + ", broken frames " + std::to_string(link.broken_frames) + ", lost " +
            std::to_string(link.lost_frames) + "\n";
  }
  return text;
}

Json to_json(const std::vector<LinkStatus>& links) {
  Json list = Json::array();
  for (const LinkStatus& link : links)
    list.push_back({{"link", link.link.string()},
                    {"device", link.device},
                    {"connected", link.connected},
                    {"messages_up", link.messages_up},
                    {"messages_down", link.messages_down},
                    {"windows", link.windows},
                    {"broken_frames", link.broken_frames},
                    {"lost_frames", link.lost_frames},
                    {"trouble", link.trouble}});
  return list;
}

}  // namespace mote
