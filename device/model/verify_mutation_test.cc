// Broken models by the hundred thousand: whatever is accepted must run. Memory errors are for the asan preset to see.
#include <gtest/gtest.h>

#include "base/random.h"
#include "device/model/test/run_any_bytes.h"
#include "device/model/test/sample_models.h"

namespace mote {
namespace {

void flip_bit(AlignedBytes& file, Random& random) {
  file[random.below(file.size())] ^= static_cast<uint8_t>(1u << random.below(8));
}

void set_byte(AlignedBytes& file, Random& random) { file[random.below(file.size())] = static_cast<uint8_t>(random.next()); }

// Values that have a way of being one too many.
void set_word(AlignedBytes& file, Random& random) {
  constexpr uint32_t kEdges[] = {0, 1, 2, 0x7f, 0x80, 0xff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff};
  const size_t at = 4 * random.below(file.size() / 4);
  const uint32_t value = kEdges[random.below(std::size(kEdges))];
  std::memcpy(file.data() + at, &value, sizeof value);
}

void copy_within(AlignedBytes& file, Random& random) {
  const size_t count = 1 + random.below(32);
  const size_t from = random.below(file.size() - count), to = random.below(file.size() - count);
  std::memmove(file.data() + to, file.data() + from, count);
}

void nudge_word(AlignedBytes& file, Random& random) {
  const size_t at = 4 * random.below(file.size() / 4);
  uint32_t value;
  std::memcpy(&value, file.data() + at, sizeof value);
  value += static_cast<uint32_t>(random.below(33)) - 16;
  std::memcpy(file.data() + at, &value, sizeof value);
}

void mutate(AlignedBytes& file, Random& random) {
  constexpr void (*kWays[])(AlignedBytes&, Random&) = {flip_bit, set_byte, set_word, copy_within, nudge_word};
  for (uint64_t i = 0, times = 1 + random.below(3); i < times; ++i) kWays[random.below(std::size(kWays))](file, random);
}

void cut(AlignedBytes& file, Random& random) {
  file.resize(random.below(file.size()));
  const uint32_t length = static_cast<uint32_t>(file.size());
  if (length >= sizeof(FileHeader)) std::memcpy(file.data() + offsetof(FileHeader, file_bytes), &length, sizeof length);
}

class Mutations : public testing::TestWithParam<ModelBuilder (*)()> {};

TEST_P(Mutations, AreRefusedOrRun) {
  constexpr int kMutations = 200'000;
  const AlignedBytes good = GetParam()().build();
  Random random(good.size());
  int accepted = 0;
  for (int i = 0; i < kMutations; ++i) {
    AlignedBytes file = good;
    mutate(file, random);
    if (i % 16 == 0) cut(file, random);
    accepted += run_any_bytes(file.data(), file.size());
  }
  // Weights, biases and scales may change without breaking a rule; structure may not.
  EXPECT_GT(accepted, kMutations / 100);
  EXPECT_LT(accepted, kMutations / 2);
}

INSTANTIATE_TEST_SUITE_P(OfEach, Mutations,
                         testing::Values(dense_model, whole_model, wide_model, image_model, residual_model, rolled_model,
                                         elements_model, float_model, stream_model, signal_model));

TEST(SingleBits, AreRefusedOrRun) {
  AlignedBytes file = whole_model().build();
  ASSERT_TRUE(run_any_bytes(file.data(), file.size()));
  for (size_t bit = 0; bit < 8 * file.size(); ++bit) {
    file[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
    run_any_bytes(file.data(), file.size());
    file[bit / 8] ^= static_cast<uint8_t>(1u << bit % 8);
  }
  EXPECT_TRUE(run_any_bytes(file.data(), file.size()));
}

}  // namespace
}  // namespace mote
