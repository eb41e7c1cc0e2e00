// Requests in, blocks out, one device after the other.
#include "ota/rollout/blocks.h"

#include <algorithm>
#include <bit>

#include "report_generated.h"

namespace mote {

void BlockQueue::ask(const std::string& device, ByteView request) {
  flatbuffers::Verifier verifier(request.data(), request.size());
  if (!verifier.VerifyBuffer<format::Request>(nullptr)) return;
  const format::Request& wants = *flatbuffers::GetRoot<format::Request>(request.data());
  Asked asked;
  if (wants.digest() == nullptr || wants.digest()->size() != asked.payload.size() || wants.missing() == nullptr) return;
  std::copy(wants.digest()->begin(), wants.digest()->end(), asked.payload.begin());
  asked.first = wants.first();
  const uint32_t chunks = source_.chunks(asked.payload);
  const uint32_t bits = std::min<uint32_t>(kMaxRequestBits, wants.missing()->size() * 8);
  for (uint32_t i = 0; i < bits; ++i)
    if ((wants.missing()->Get(i / 8) >> i % 8 & 1) != 0 && asked.first < chunks && i < chunks - asked.first)
      asked.bits |= uint64_t{1} << i;
  if (asked.bits != 0) asked_[device] = asked;
}

bool BlockQueue::may_have(const std::string& device, int64_t now_ms) {
  const auto [at, is_new] = allowances_.try_emplace(device, Allowance{kBlockBurst, now_ms});
  Allowance& allowance = at->second;
  const int64_t earned = (now_ms - allowance.at_ms) * kBlocksPerSecond / 1000;
  if (earned > 0) {
    allowance.left = std::min(kBlockBurst, allowance.left + earned);
    allowance.at_ms = now_ms;
  }
  return allowance.left > 0;
}

std::optional<OutgoingBlock> BlockQueue::next(int64_t now_ms) {
  auto at = asked_.upper_bound(turn_);
  for (size_t tried = 0; tried < asked_.size(); ++tried, ++at) {
    if (at == asked_.end()) at = asked_.begin();
    if (!may_have(at->first, now_ms)) continue;
    turn_ = at->first;
    const Asked& asked = at->second;
    const uint32_t index = asked.first + static_cast<uint32_t>(std::countr_zero(asked.bits));
    return OutgoingBlock{turn_, source_.block(asked.payload, index)};
  }
  return std::nullopt;
}

void BlockQueue::sent() {
  const auto at = asked_.find(turn_);
  if (at == asked_.end()) return;
  --allowances_[turn_].left;
  at->second.bits &= at->second.bits - 1;
  if (at->second.bits == 0) asked_.erase(at);
}

}  // namespace mote
