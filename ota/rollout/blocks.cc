// Requests in, blocks out, one device after the other.
#include "ota/rollout/blocks.h"

#include <algorithm>
#include <bit>

#include "ota/transport/topics.h"

namespace mote {
namespace {

uint64_t bits_below(uint32_t count) { return count >= kMaxRequestBits ? UINT64_MAX : (uint64_t{1} << count) - 1; }

uint32_t lowest_of(uint64_t bits) { return static_cast<uint32_t>(std::countr_zero(bits)); }
uint32_t highest_of(uint64_t bits) { return static_cast<uint32_t>(std::bit_width(bits)) - 1; }

}  // namespace

bool BlockQueue::ask(const std::string& device, ByteView message, int64_t now_ms) {
  const std::optional<ChunkRequest> request = read_chunk_request(message);
  const uint32_t chunks = request ? source_.chunks(request->payload) : 0;
  if (!request || request->first >= chunks) return false;
  const uint32_t first = request->first;
  const uint64_t bits = request->bits & bits_below(chunks - first);
  if (bits == 0) return false;
  Client& client = clients_.try_emplace(device, Client{.allowance_ms = now_ms}).first->second;
  // Nothing signs a number, so that one who makes a high one up silences the device for a while and not for ever.
  const uint64_t number = uint64_t{request->boot} << 32 | request->counter;
  if (request->counter != 0 && number <= client.number && now_ms - client.asked_ms < kLateMs) return false;
  client.number = number;
  client.asked_ms = now_ms;
  if (client.payload != request->payload) {
    client.has.assign(chunks, false);
    client.shared.assign(chunks, false);
    client.missed.assign(chunks, false);
    client.shared_count = 0, client.missed_count = 0;
  }
  const std::set<uint32_t> parts = {part_of(first + lowest_of(bits)), part_of(first + highest_of(bits))};
  if (client.payload != request->payload || !std::includes(client.parts.begin(), client.parts.end(), parts.begin(), parts.end()))
    client.gathered_ms = now_ms + kGatherMs;
  listen_to(device, client, request->payload, parts);
  client.first = first;
  client.bits = not_under_way(client, first, bits, now_ms);
  for (uint64_t left = client.bits; left != 0; left &= left - 1) {
    const uint32_t index = first + lowest_of(left);
    if (client.shared[index] && !client.missed[index]) client.missed[index] = true, ++client.missed_count;
  }
  // A device asks for the first chunks that it lacks, so that it has those before and between them.
  std::fill(client.has.begin(), client.has.begin() + first, true);
  for (uint32_t i = 0; i <= highest_of(bits); ++i) client.has[first + i] = (client.bits >> i & 1) == 0;
  if (client.bits != 0)
    waiting_.insert(device);
  else
    waiting_.erase(device);
  return true;
}

void BlockQueue::forget(const std::string& device) {
  const auto at = clients_.find(device);
  if (at == clients_.end()) return;
  at->second.bits = 0;
  waiting_.erase(device);
  listen_to(device, at->second, {}, {});
}

void BlockQueue::listen_to(const std::string& device, Client& client, const Digest& payload, std::set<uint32_t> parts) {
  for (const uint32_t part : client.parts) {
    const auto old = listening_.find({client.payload, part});
    old->second.erase(device);
    if (old->second.empty()) listening_.erase(old);
  }
  for (const uint32_t part : parts) listening_[{payload, part}].insert(device);
  client.payload = payload;
  client.parts = std::move(parts);
}

// Its transport does not listen, or a broker does not pass it on.
bool BlockQueue::is_deaf(const Client& client) {
  constexpr uint32_t kEnough = 32;  // to tell from bad luck
  return client.missed_count >= kEnough && client.missed_count > client.shared_count / 4 * 3;
}

// Without what the device has most likely heard since it asked. If it has not, it asks again.
uint64_t BlockQueue::not_under_way(const Client& client, uint32_t first, uint64_t bits, int64_t now_ms) const {
  const auto times = shared_ms_.find(client.payload);
  if (times == shared_ms_.end()) return bits;
  for (uint64_t left = bits; left != 0; left &= left - 1) {
    const uint32_t index = first + lowest_of(left);
    if (client.shared[index] && now_ms - times->second[index] < kEchoMs) bits &= ~(left & -left);
  }
  return bits;
}

bool BlockQueue::may_have(Client& client, int64_t now_ms) {
  const int64_t earned = (now_ms - client.allowance_ms) * kBlocksPerSecond / 1000;
  if (earned > 0) {
    client.allowance = std::min(kBlockBurst, client.allowance + earned);
    client.allowance_ms = now_ms;
  }
  return client.allowance > 0;
}

std::vector<std::string> BlockQueue::listeners(const Place& place, int64_t now_ms) const {
  std::vector<std::string> found;
  for (const std::string& device : listening_.at(place))
    if (const Client& one = clients_.at(device); now_ms - one.asked_ms < kListenMs && !is_deaf(one)) found.push_back(device);
  return found;
}

bool BlockQueue::is_for_all(const Client& client, const std::vector<std::string>& listeners) const {
  return listeners.size() > 1 && !client.shared[index_] && !is_deaf(client) &&
         std::none_of(listeners.begin(), listeners.end(), [&](const std::string& one) { return clients_.at(one).has[index_]; });
}

std::optional<OutgoingBlock> BlockQueue::next(int64_t now_ms) {
  next_ms_ = now_ms;
  auto at = waiting_.upper_bound(turn_);
  for (size_t tried = 0; tried < waiting_.size(); ++tried, ++at) {
    if (at == waiting_.end()) at = waiting_.begin();
    Client& client = clients_.at(*at);
    if (now_ms < client.gathered_ms || !may_have(client, now_ms)) continue;
    turn_ = *at;
    index_ = client.first + lowest_of(client.bits);
    const Place place = {client.payload, part_of(index_)};
    all_ = listeners(place, now_ms);
    if (!is_for_all(client, all_)) all_.clear();
    return OutgoingBlock{all_.empty() ? topic_of(turn_, Channel::block) : shared_topic(place.first, place.second),
                         source_.block(place.first, index_)};
  }
  return std::nullopt;
}

void BlockQueue::sent() {
  if (!waiting_.contains(turn_)) return;
  Client& client = clients_.at(turn_);
  --client.allowance;
  if (all_.empty()) return take(turn_, false);
  shared_ms_.try_emplace(client.payload, client.has.size()).first->second[index_] = next_ms_;
  for (const std::string& device : all_) take(device, true);
}

// The chunk of next() has gone out where the device hears it.
void BlockQueue::take(const std::string& device, bool is_shared) {
  Client& client = clients_.at(device);
  client.has[index_] = true;
  if (is_shared && !client.shared[index_]) client.shared[index_] = true, ++client.shared_count;
  if (index_ < client.first || index_ - client.first >= kMaxRequestBits) return;
  client.bits &= ~(uint64_t{1} << (index_ - client.first));
  if (client.bits == 0) waiting_.erase(device);
}

}  // namespace mote
