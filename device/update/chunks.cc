// Checking a chunk against the signed root of its tree.
#include "device/update/chunks.h"

#include <string.h>

namespace mote {

void chunk_leaf(const Crypto& crypto, const uint8_t* data, size_t count, uint8_t leaf[kDigestBytes]) {
  const uint8_t prefix = 0;
  HashState state;
  crypto.hash_begin(crypto.context, &state);
  crypto.hash_add(crypto.context, &state, &prefix, 1);
  crypto.hash_add(crypto.context, &state, data, count);
  crypto.hash_end(crypto.context, &state, leaf);
}

void chunk_node(const Crypto& crypto, const uint8_t left[kDigestBytes], const uint8_t right[kDigestBytes],
                uint8_t node[kDigestBytes]) {
  const uint8_t prefix = 1;
  HashState state;
  crypto.hash_begin(crypto.context, &state);
  crypto.hash_add(crypto.context, &state, &prefix, 1);
  crypto.hash_add(crypto.context, &state, left, kDigestBytes);
  crypto.hash_add(crypto.context, &state, right, kDigestBytes);
  crypto.hash_end(crypto.context, &state, node);
}

bool chunk_belongs(const Crypto& crypto, const uint8_t root[kDigestBytes], uint32_t index, uint32_t count, const uint8_t* proof,
                   size_t proof_bytes, const uint8_t* data, size_t data_bytes) {
  if (index >= count) return false;
  uint8_t digest[kDigestBytes];
  chunk_leaf(crypto, data, data_bytes, digest);
  size_t used = 0;
  for (uint32_t width = count; width > 1; width = width / 2 + width % 2, index /= 2) {
    const bool alone = index % 2 == 0 && index + 1 == width;
    if (alone) continue;
    if (proof_bytes - used < kDigestBytes) return false;
    const uint8_t* neighbour = proof + used;
    used += kDigestBytes;
    if (index % 2 == 0)
      chunk_node(crypto, digest, neighbour, digest);
    else
      chunk_node(crypto, neighbour, digest, digest);
  }
  return used == proof_bytes && memcmp(digest, root, kDigestBytes) == 0;
}

}  // namespace mote
