// Subscriptions that follow a device's requests.
#include "ota/transport/shared_chunks.h"

#include <bit>

#include "ota/transport/chunk_request.h"
#include "ota/transport/topics.h"

namespace mote {

Result<void> SharedChunks::follow(Connection& connection, Channel channel, ByteView message) {
  if (channel == Channel::state) return listen_to(connection, {});
  if (channel != Channel::request) return {};
  const std::optional<ChunkRequest> request = read_chunk_request(message);
  if (!request || request->bits == 0) return {};
  const uint32_t lowest = request->first + static_cast<uint32_t>(std::countr_zero(request->bits));
  const uint32_t highest = request->first + 63 - static_cast<uint32_t>(std::countl_zero(request->bits));
  return listen_to(connection,
                   {shared_topic(request->payload, part_of(lowest)), shared_topic(request->payload, part_of(highest))});
}

Result<void> SharedChunks::listen_to(Connection& connection, std::set<std::string> topics) {
  for (const std::string& topic : topics)
    if (!topics_.contains(topic)) TRY_DO(connection.subscribe(topic));
  for (const std::string& topic : topics_)
    if (!topics.contains(topic)) TRY_DO(connection.unsubscribe(topic));
  topics_ = std::move(topics);
  return {};
}

}  // namespace mote
