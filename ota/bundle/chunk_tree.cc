// Building the chunk tree with the device's own hashes.
#include "ota/bundle/chunk_tree.h"

#include <algorithm>

#include "device/port/mbedtls/crypto.h"
#include "device/update/chunks.h"

namespace mote {
namespace {

std::vector<Digest> level_above(const Crypto& crypto, const std::vector<Digest>& level) {
  std::vector<Digest> above;
  for (size_t i = 0; i + 1 < level.size(); i += 2)
    chunk_node(crypto, level[i].data(), level[i + 1].data(), above.emplace_back().data());
  if (level.size() % 2 == 1) above.push_back(level.back());
  return above;
}

}  // namespace

ChunkTree::ChunkTree(ByteView payload, uint32_t chunk_bytes) : payload_(payload), chunk_bytes_(chunk_bytes) {
  const Crypto crypto = mbedtls_crypto();
  const auto chunks = static_cast<uint32_t>((payload.size() + chunk_bytes - 1) / chunk_bytes);
  levels_.emplace_back(chunks);
  for (uint32_t i = 0; i < chunks; ++i) chunk_leaf(crypto, chunk(i).data(), chunk(i).size(), levels_.front()[i].data());
  while (levels_.back().size() > 1) levels_.push_back(level_above(crypto, levels_.back()));
}

ByteView ChunkTree::chunk(uint32_t index) const {
  const size_t start = size_t{index} * chunk_bytes_;
  return payload_.subspan(start, std::min<size_t>(chunk_bytes_, payload_.size() - start));
}

Bytes ChunkTree::proof(uint32_t index) const {
  Bytes proof;
  for (const std::vector<Digest>& level : levels_) {
    const size_t neighbour = index ^ 1;
    if (neighbour < level.size()) append(proof, level[neighbour]);
    index /= 2;
  }
  return proof;
}

}  // namespace mote
