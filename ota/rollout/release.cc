// Blocks made from a bundle's payloads.
#include "ota/rollout/release.h"

#include <algorithm>

#include "report_generated.h"

namespace mote {

Result<std::unique_ptr<Release>> Release::open(Bytes bundle, const TrustRoot& root, const std::string& where) {
  auto release = std::make_unique<Release>();
  release->bytes_ = std::move(bundle);
  TRY(release->bundle_, open_bundle(release->bytes_, root, where));
  const Image& image = release->bundle_.image;
  for (size_t i = 0; i < image.payloads.size(); ++i)
    release->packings_.push_back({image.payloads[i].digest, ChunkTree(release->bundle_.payloads[i], image.chunk_bytes)});
  for (size_t i = 0; i < image.deltas.size(); ++i)
    release->packings_.push_back({image.deltas[i].digest, ChunkTree(release->bundle_.deltas[i], image.chunk_bytes)});
  return release;
}

const Release::Packing* Release::packing(const Digest& payload) const {
  const auto found = std::find_if(packings_.begin(), packings_.end(), [&](const Packing& one) { return one.digest == payload; });
  return found == packings_.end() ? nullptr : &*found;
}

uint32_t Release::chunks(const Digest& payload) const {
  const Packing* found = packing(payload);
  return found == nullptr ? 0 : found->tree.count();
}

Bytes Release::block(const Digest& payload, uint32_t index) const {
  const ChunkTree& tree = packing(payload)->tree;
  const Bytes proof = tree.proof(index);
  const ByteView data = tree.chunk(index);
  flatbuffers::FlatBufferBuilder builder(data.size() + proof.size() + 128);
  const auto digest_at = builder.CreateVector(payload.data(), payload.size());
  const auto proof_at = builder.CreateVector(proof.data(), proof.size());
  const auto data_at = builder.CreateVector(data.data(), data.size());
  builder.Finish(format::CreateBlock(builder, digest_at, index, proof_at, data_at));
  return Bytes(builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize());
}

}  // namespace mote
