// The chunk tree of docs/spec/chunks.md: what a device needs of it to accept one chunk at a time.
#pragma once

#include "device/port/crypto.h"

namespace mote {

// leaf = SHA-256(0x00, data); node = SHA-256(0x01, left, right). The two prefixes keep a node from passing for a chunk (C2).
void chunk_leaf(const Crypto& crypto, const uint8_t* data, size_t count, uint8_t leaf[kDigestBytes]);
void chunk_node(const Crypto& crypto, const uint8_t left[kDigestBytes], const uint8_t right[kDigestBytes],
                uint8_t node[kDigestBytes]);

// Whether `data` is chunk `index` of `count` under `root`. The proof holds exactly the neighbours that the tree's shape asks
// for, from the leaf up; a last node without a neighbour rises unchanged (C3). Any other length is refused.
bool chunk_belongs(const Crypto& crypto, const uint8_t root[kDigestBytes], uint32_t index, uint32_t count, const uint8_t* proof,
                   size_t proof_bytes, const uint8_t* data, size_t data_bytes);

}  // namespace mote
