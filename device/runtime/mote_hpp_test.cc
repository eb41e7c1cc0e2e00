// mote.hpp against the C interface under it.
#include <gtest/gtest.h>

#include "device/model/test/sample_models.h"
#include "mote/mote.hpp"

namespace mote {
namespace {

struct OpenedModel {
  AlignedBytes file, arena;
  firmware::Model model;

  OpenedModel() : file(image_model().build()), arena(image_model().arena_bytes) {
    const Status status = model.open(file.data(), file.size(), arena.data(), arena.size());
    EXPECT_TRUE(status) << status.name();
  }
};

std::vector<int8_t> outputs_of(const firmware::Model& model) {
  const Span<int8_t> scores = model.output().as<int8_t>();
  return {scores.begin(), scores.end()};
}

TEST(MoteHpp, RunsAsTheCInterfaceDoes) {
  OpenedModel opened;
  firmware::Model& model = opened.model;
  EXPECT_EQ(model.input_count(), 1u);
  EXPECT_EQ(model.output_count(), 1u);
  std::vector<int8_t> features(model.input().count());
  for (size_t i = 0; i < features.size(); ++i) features[i] = static_cast<int8_t>(37 * i);
  std::vector<int8_t> expected(mote_output_bytes(model.c()));
  mote_run(model.c(), features.data(), expected.data());

  ASSERT_TRUE(model.input().fill(Span<const int8_t>(features.data(), features.size())));
  model.run();
  EXPECT_EQ(outputs_of(model), expected);

  std::vector<int8_t> copied(expected.size());
  model.run(features.data(), copied.data());
  EXPECT_EQ(copied, expected);

  std::fill(copied.begin(), copied.end(), int8_t{0});
  model.begin(features.data());
  while (model.step()) {
  }
  model.end(copied.data());
  EXPECT_EQ(copied, expected);
}

TEST(MoteHpp, TellsOfTensorsWhatTheyAre) {
  const OpenedModel opened;
  const Tensor input = opened.model.input();
  const mote_tensor same = mote_input(opened.model.c(), 0);
  EXPECT_EQ(input.count(), same.count);
  EXPECT_EQ(input.bytes(), same.bytes);
  EXPECT_EQ(input.type(), MOTE_INT8);
  EXPECT_TRUE(std::equal(input.shape().begin(), input.shape().end(), same.shape));
  EXPECT_EQ(input.real(input.zero_point() + 2), 2 * input.scale());
  EXPECT_EQ(input.as<int8_t>().data(), same.data);
  EXPECT_EQ(opened.model.input(1).count(), 0u);
  EXPECT_TRUE(opened.model.input(1).as<int8_t>().empty());
}

TEST(MoteHpp, GivesNoElementsOfAnotherTypeOrCount) {
  const OpenedModel opened;
  const Tensor input = opened.model.input();
  EXPECT_TRUE(input.as<int16_t>().empty());
  EXPECT_TRUE(input.as<float>().empty());
  const std::vector<int8_t> few(input.count() - 1);
  EXPECT_FALSE(input.fill(Span<const int8_t>(few.data(), few.size())));
  const int16_t wide[3] = {};
  EXPECT_FALSE(input.fill(wide));
}

TEST(MoteHpp, AStreamRunsAsTheCInterfaceDoes) {
  const AlignedBytes file = whole_model().build();
  AlignedBytes arena(whole_model().arena_bytes), other(arena.size());
  firmware::Model model, whole;
  ASSERT_TRUE(model.open(file.data(), file.size(), arena.data(), arena.size()));
  ASSERT_TRUE(whole.open(file.data(), file.size(), other.data(), other.size()));
  std::vector<int16_t> samples(2 * 24);
  for (size_t i = 0; i < samples.size(); ++i) samples[i] = static_cast<int16_t>(i * 37 % 500);
  uint32_t bytes = 0;
  ASSERT_EQ(Stream::bytes(model, 4, bytes), MOTE_STREAM_OK);
  AlignedBytes memory(bytes);
  Stream stream;
  ASSERT_EQ(stream.open(model, 4, memory.data(), memory.size()), MOTE_STREAM_OK);
  std::vector<int8_t> expected(model.output().count());
  size_t windows = 0;
  for (size_t at = 0; at < 24;) {
    at += stream.feed(samples.data() + 2 * at, 24 - at);
    if (!stream.run()) continue;
    mote_run_raw(whole.c(), samples.data() + 2 * 4 * windows++, nullptr, expected.data());
    EXPECT_EQ(outputs_of(model), expected);
  }
  EXPECT_EQ(windows, 3u);
  stream.reset();
  EXPECT_EQ(stream.feed(samples.data(), 24), 16u);
  ASSERT_TRUE(stream.begin());
  while (model.step()) {
  }
  mote_run_raw(whole.c(), samples.data(), nullptr, expected.data());
  EXPECT_EQ(outputs_of(model), expected);
  EXPECT_EQ(stream.open(model, 0, memory.data(), memory.size()), MOTE_STREAM_WRONG_STRIDE);
}

TEST(MoteHpp, ARefusalHasAName) {
  OpenedModel opened;
  AlignedBytes arena(16);
  const Status status = opened.model.open(opened.file.data(), opened.file.size() - 16, arena.data(), arena.size());
  EXPECT_FALSE(status);
  EXPECT_EQ(status, MOTE_TRUNCATED);
  EXPECT_NE(status, MOTE_OK);
  EXPECT_STREQ(status.name(), "TRUNCATED");
  EXPECT_STREQ(status.text(), mote_status_text(MOTE_TRUNCATED));
  EXPECT_EQ(opened.model.bind(opened.file.data(), opened.file.size(), arena.data(), arena.size()), MOTE_ARENA_TOO_SMALL);
}

}  // namespace
}  // namespace mote
