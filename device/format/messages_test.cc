// Holds the device's own FlatBuffer writing and reading to what flatc's code makes of it.
#include "device/format/messages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "base/bytes.h"
#include "base/random.h"
#include "report_generated.h"

namespace mote {
namespace {

template <typename Table>
const Table* verified(ByteView bytes) {
  flatbuffers::Verifier verifier(bytes.data(), bytes.size());
  return verifier.VerifyBuffer<Table>(nullptr) ? flatbuffers::GetRoot<Table>(bytes.data()) : nullptr;
}

Bytes counting(size_t count, uint8_t first = 0) {
  Bytes bytes(count);
  std::iota(bytes.begin(), bytes.end(), first);
  return bytes;
}

Bytes as_bytes(const flatbuffers::Vector<uint8_t>* vector) { return Bytes(vector->begin(), vector->end()); }

class StateTest : public testing::Test {
 protected:
  Bytes write(uint32_t capacity = 512) {
    Bytes bytes(capacity, 0xaa);
    bytes.resize(write_state(state_, bytes.data(), capacity));
    return bytes;
  }

  Bytes model_id_ = counting(32, 1), operators_ = counting(9);
  StateFields state_ = {.device = "press-04",
                        .device_class = "vibration-m4",
                        .online = true,
                        .degraded = true,
                        .phase = 2,
                        .status = 34,
                        .target = 1,
                        .boot = 70000,
                        .release = 3,
                        .floor = 4,
                        .sequence = 5,
                        .refused = 6,
                        .slot_bytes = 65536,
                        .arena_bytes = 32768,
                        .chunks_held = 7,
                        .chunks_total = 8,
                        .root_epoch = 3,
                        .codecs = 2,
                        .model_id = model_id_.data(),
                        .operators = operators_.data(),
                        .operator_count = 9};
};

TEST_F(StateTest, EveryFieldReachesFlatcsReader) {
  const Bytes bytes = write();
  const auto* state = verified<format::State>(bytes);
  ASSERT_NE(state, nullptr);
  EXPECT_EQ(state->device()->str(), "press-04");
  EXPECT_EQ(state->device_class()->str(), "vibration-m4");
  EXPECT_TRUE(state->online());
  EXPECT_TRUE(state->degraded());
  EXPECT_EQ(state->phase(), 2);
  EXPECT_EQ(state->status(), 34);
  EXPECT_EQ(state->target(), 1);
  EXPECT_EQ(state->boot(), 70000u);
  EXPECT_EQ(state->release(), 3u);
  EXPECT_EQ(state->floor(), 4u);
  EXPECT_EQ(state->sequence(), 5u);
  EXPECT_EQ(state->refused(), 6u);
  EXPECT_EQ(state->slot_bytes(), 65536u);
  EXPECT_EQ(state->arena_bytes(), 32768u);
  EXPECT_EQ(state->chunks_held(), 7u);
  EXPECT_EQ(state->chunks_total(), 8u);
  EXPECT_EQ(state->root_epoch(), 3u);
  EXPECT_EQ(state->codecs(), 2u);
  EXPECT_EQ(as_bytes(state->model_id()), model_id_);
  EXPECT_EQ(as_bytes(state->operators()), operators_);
}

TEST_F(StateTest, AStateWithoutAModelHasAnEmptyId) {
  state_.model_id = nullptr;
  const Bytes bytes = write();
  const auto* state = verified<format::State>(bytes);
  ASSERT_NE(state, nullptr);
  EXPECT_EQ(state->model_id()->size(), 0u);
}

TEST_F(StateTest, TooLittleRoomIsToldAndNothingIsWrittenPastIt) {
  const size_t needed = write().size();
  for (uint32_t capacity = 0; capacity < needed; ++capacity) {
    Bytes bytes(needed, 0xaa);
    ASSERT_EQ(write_state(state_, bytes.data(), capacity), 0u);
    ASSERT_TRUE(std::all_of(bytes.begin() + capacity, bytes.end(), [](uint8_t byte) { return byte == 0xaa; })) << capacity;
  }
  EXPECT_EQ(write(static_cast<uint32_t>(needed)).size(), needed);
}

TEST(Request, ReachesFlatcsReader) {
  const Bytes digest = counting(32, 7), missing = {0xff, 0x01};
  Bytes bytes(128);
  bytes.resize(write_request({digest.data(), missing.data(), 2, 12, 3, 7}, bytes.data(), 128));
  const auto* request = verified<format::Request>(bytes);
  ASSERT_NE(request, nullptr);
  EXPECT_EQ(as_bytes(request->digest()), digest);
  EXPECT_EQ(request->first(), 12u);
  EXPECT_EQ(request->boot(), 3u);
  EXPECT_EQ(request->counter(), 7u);
  EXPECT_EQ(as_bytes(request->missing()), missing);
}

Bytes built_block(size_t digest, size_t proof, size_t data) {
  flatbuffers::FlatBufferBuilder builder;
  const Bytes a = counting(digest), b = counting(proof, 1), c = counting(data, 2);
  builder.Finish(format::CreateBlockDirect(builder, &a, 41, &b, &c));
  return Bytes(builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize());
}

TEST(Block, FlatcsBlockIsRead) {
  const Bytes bytes = built_block(32, 96, 1000);
  BlockMessage block;
  ASSERT_TRUE(read_block(bytes.data(), bytes.size(), &block));
  EXPECT_EQ(block.index, 41u);
  EXPECT_EQ(Bytes(block.digest, block.digest + 32), counting(32));
  EXPECT_EQ(Bytes(block.proof, block.proof + block.proof_bytes), counting(96, 1));
  EXPECT_EQ(Bytes(block.data, block.data + block.data_bytes), counting(1000, 2));
}

TEST(Block, ImpossibleLengthsAreRefused) {
  BlockMessage block;
  for (const auto& [digest, proof, data] : {std::tuple{31, 96, 10}, {0, 96, 10}, {32, 95, 10}, {32, 96, 0}, {32, 0, 9000}}) {
    const Bytes bytes = built_block(digest, proof, data);
    EXPECT_FALSE(read_block(bytes.data(), bytes.size(), &block)) << digest << ' ' << proof << ' ' << data;
  }
}

TEST(Block, NoTruncationAndNoMutationLeadsOutOfTheBytes) {
  const Bytes good = built_block(32, 64, 200);
  BlockMessage block;
  for (size_t count = 0; count < good.size(); ++count) {
    const Bytes bytes(good.begin(), good.begin() + static_cast<ptrdiff_t>(count));  // its own allocation: the sanitizer sees
    if (read_block(bytes.data(), count, &block)) {
      ASSERT_LE(block.data + block.data_bytes, bytes.data() + count);
    }
  }
  Random random(1);
  for (int round = 0; round < 20000; ++round) {
    Bytes bytes = good;
    for (int i = 0; i < 3; ++i) bytes[random.below(60)] = static_cast<uint8_t>(random.next());
    if (!read_block(bytes.data(), bytes.size(), &block)) continue;
    ASSERT_LE(block.digest + 32, bytes.data() + bytes.size());
    ASSERT_LE(block.data + block.data_bytes, bytes.data() + bytes.size());
    ASSERT_LE(block.proof + block.proof_bytes, bytes.data() + bytes.size());
  }
}

TEST(Acknowledge, FlatcsAcknowledgeIsRead) {
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(format::CreateAcknowledge(builder, 3, 99));
  AcknowledgeMessage acknowledge;
  ASSERT_TRUE(read_acknowledge(builder.GetBufferPointer(), builder.GetSize(), &acknowledge));
  EXPECT_EQ(acknowledge.boot, 3u);
  EXPECT_EQ(acknowledge.counter, 99u);
  EXPECT_FALSE(read_acknowledge(builder.GetBufferPointer(), 3, &acknowledge));
}

}  // namespace
}  // namespace mote
