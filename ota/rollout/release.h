// What a rollout hands out: an opened bundle that owns its bytes, and its chunks with their proofs.
#pragma once

#include <memory>

#include "ota/bundle/bundle.h"
#include "ota/bundle/chunk_tree.h"
#include "ota/rollout/blocks.h"

namespace mote {

class Release final : public ChunkSource {
 public:
  // Cause::untrusted for a bundle with any defect.
  static Result<std::unique_ptr<Release>> open(Bytes bundle, const TrustRoot& root, const std::string& where);

  const Image& image() const { return bundle_.image; }
  ByteView envelope() const { return bundle_.envelope; }
  const Digest& image_digest() const { return bundle_.image_digest; }

  uint32_t chunks(const Digest& payload) const override;
  Bytes block(const Digest& payload, uint32_t index) const override;

 private:
  struct Packing {
    Digest digest;
    ChunkTree tree;
  };
  const Packing* packing(const Digest& payload) const;

  Bytes bytes_;
  Bundle bundle_;  // points into bytes_
  std::vector<Packing> packings_;
};

}  // namespace mote
