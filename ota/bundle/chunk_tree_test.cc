// The tree of the host against the device's check of a chunk.
#include "ota/bundle/chunk_tree.h"

#include <gtest/gtest.h>

#include "base/test/noise.h"
#include "device/port/mbedtls/crypto.h"
#include "device/update/chunks.h"

namespace mote {
namespace {

bool belongs(const ChunkTree& tree, uint32_t index, uint32_t count, ByteView proof, ByteView data) {
  return chunk_belongs(mbedtls_crypto(), tree.root().data(), index, count, proof.data(), proof.size(), data.data(), data.size());
}

TEST(ChunkTree, C1_EveryChunkOfEveryCountBelongs) {
  for (uint32_t count = 1; count <= 40; ++count) {
    const Bytes payload = noise(count * 256 - 100, count * 256 - 100);
    const ChunkTree tree(payload, 256);
    ASSERT_EQ(tree.count(), count);
    for (uint32_t i = 0; i < count; ++i) EXPECT_TRUE(belongs(tree, i, count, tree.proof(i), tree.chunk(i))) << i << "/" << count;
  }
}

TEST(ChunkTree, C2_LeavesAndNodesAreHashedApart) {
  const Bytes payload = noise(512, 512);
  const ChunkTree tree(payload, 256);
  const auto leaf = [&](uint32_t i) {
    Bytes prefixed = {0};
    append(prefixed, tree.chunk(i));
    return sha256(prefixed);
  };
  Bytes node = {1};
  append(node, leaf(0));
  append(node, leaf(1));
  EXPECT_EQ(tree.root(), sha256(node));
  // A node's content does not pass for a chunk.
  EXPECT_FALSE(belongs(tree, 0, 1, {}, ByteView(node).subspan(1)));
}

TEST(ChunkTree, C3_AnOddNodeRisesUnchanged) {
  const Bytes payload = noise(3 * 256, 3 * 256);
  const ChunkTree three(payload, 256);
  const ChunkTree first_two(ByteView(payload).first(512), 256);
  EXPECT_EQ(three.proof(2).size(), 32u);
  EXPECT_EQ(Bytes(first_two.root().begin(), first_two.root().end()), three.proof(2));
  EXPECT_EQ(three.proof(0).size(), 64u);
  EXPECT_EQ(ChunkTree(ByteView(payload).first(200), 256).proof(0).size(), 0u);
}

TEST(ChunkTree, C4_NothingElseBelongs) {
  const Bytes payload = noise(11 * 256, 11 * 256);
  const ChunkTree tree(payload, 256);
  for (uint32_t i = 0; i < tree.count(); ++i) {
    const Bytes proof = tree.proof(i), chunk(tree.chunk(i).begin(), tree.chunk(i).end());
    for (uint32_t other = 0; other < tree.count() + 2; ++other)
      EXPECT_EQ(belongs(tree, other, tree.count(), proof, chunk), other == i);
    for (size_t bit = 0; bit < proof.size() * 8; bit += 17) {
      Bytes flipped = proof;
      flipped[bit / 8] = static_cast<uint8_t>(flipped[bit / 8] ^ 1 << bit % 8);
      EXPECT_FALSE(belongs(tree, i, tree.count(), flipped, chunk));
    }
    for (size_t bit = 0; bit < chunk.size() * 8; bit += 101) {
      Bytes flipped = chunk;
      flipped[bit / 8] = static_cast<uint8_t>(flipped[bit / 8] ^ 1 << bit % 8);
      EXPECT_FALSE(belongs(tree, i, tree.count(), proof, flipped));
    }
    for (size_t length = 0; length <= proof.size() + 40; ++length) {
      Bytes resized = proof;
      resized.resize(length);
      EXPECT_EQ(belongs(tree, i, tree.count(), resized, chunk), length == proof.size());
    }
  }
}

}  // namespace
}  // namespace mote
