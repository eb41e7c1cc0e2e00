// The tree over a payload's chunks: its root is signed in the image, a proof goes with every chunk (docs/spec/chunks.md).
#pragma once

#include <vector>

#include "base/sha256.h"

namespace mote {

class ChunkTree {
 public:
  // `payload` is not empty and must outlive the tree; `chunk_bytes` is at least 1. Hashes everything once.
  ChunkTree(ByteView payload, uint32_t chunk_bytes);

  const Digest& root() const { return levels_.back().front(); }
  uint32_t count() const { return static_cast<uint32_t>(levels_.front().size()); }

  // `index` < count(). The last chunk may be shorter.
  ByteView chunk(uint32_t index) const;
  // The digests that lead from the chunk to the root, the chunk's own neighbour first; 32 bytes each, none for a single chunk.
  Bytes proof(uint32_t index) const;

 private:
  ByteView payload_;
  uint32_t chunk_bytes_;
  std::vector<std::vector<Digest>> levels_;  // from the leaves up
};

}  // namespace mote
