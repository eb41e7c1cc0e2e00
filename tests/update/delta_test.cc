// Updates by delta on the device: chosen where they suit, given up where they do not make the model, gone on with after a restart.
#include <gtest/gtest.h>

#include "base/compress.h"
#include "device/port/mbedtls/crypto.h"
#include "device/update/delta.h"
#include "tests/update/known_crypto.h"
#include "tests/update/test_device.h"

namespace mote {
namespace {

// The first model with twenty rows of weights in another order, which zstd finds and differences do not.
ModelBuilder turned_model() {
  ModelBuilder model = numbered_model(1);
  std::rotate(model.weights.begin(), model.weights.begin() + 10 * 64, model.weights.begin() + 20 * 64);
  model.self_test = {};
  add_self_test(&model, 2);
  return model;
}

class DeltaUpdateTest : public testing::Test {
 protected:
  DeltaUpdateTest() : device_(test_geometry(1024, 8, 0xFF), crypto_, project_) {
    EXPECT_EQ(device_.boot(), MOTE_NO_MODEL);
    EXPECT_EQ(device_.install(first_, project_.desired(first_, 7)), MOTE_OK);
  }

  // A release of the second model with a delta from `base`.
  Offer with_delta(const AlignedBytes& base, const std::function<void(Bytes&)>& spoil = {},
                   DeltaCodec codec = DeltaCodec::subtract) {
    return project_.with_delta(project_.offer(numbered_model(1, 2).build(), 6), {base.data(), base.size()}, spoil, codec);
  }
  // As `mote bundle` makes it, with deltas of these codecs from the model that runs.
  Offer bundled(const ModelBuilder& model, const std::vector<DeltaCodec>& codecs) {
    const AlignedBytes bytes = model.build();
    const BundleOptions options = {.name = "test",
                                   .device_class = "vibration",
                                   .release = 6,
                                   .chunk_bytes = 512,
                                   .bases = {Bytes(first_.model.data(), first_.model.data() + first_.model.size())},
                                   .codecs = codecs};
    const Bytes whole = sure(make_bundle({bytes.data(), bytes.size()}, options, project_.image_key));
    const Bundle bundle = sure(open_bundle(whole, project_.root(), "test"));
    Offer offer{bytes, bundle.image, Bytes(bundle.envelope.begin(), bundle.envelope.end())};
    for (const ByteView delta : bundle.deltas) offer.deltas.emplace_back(delta.begin(), delta.end());
    return offer;
  }
  uint8_t codec() const { return device_.updater.transfer.codec; }
  bool takes_delta() const { return codec() == 1; }
  mote_status finish() {
    mote_status status = updater_stage(&device_.updater);
    if (status == MOTE_OK) status = updater_begin_trial(&device_.updater);
    return status == MOTE_OK ? updater_confirm(&device_.updater) : status;
  }

  const Crypto crypto_ = mbedtls_crypto();
  Publisher project_;
  TestDevice device_;
  Offer first_ = project_.offer(numbered_model(1).build(), 5);
};

TEST_F(DeltaUpdateTest, D4_TheModelThatRunsIsBuiltUpon) {
  const Offer second = with_delta(first_.model);
  ASSERT_EQ(device_.desire(project_.desired(second, 8)), MOTE_OK);
  ASSERT_TRUE(takes_delta());
  ASSERT_EQ(device_.download(second), MOTE_OK);
  ASSERT_EQ(finish(), MOTE_OK);
  EXPECT_EQ(device_.running(), digest_of(second));
  EXPECT_EQ(device_.boot(), MOTE_OK);
  EXPECT_EQ(device_.running(), digest_of(second));
}

TEST_F(DeltaUpdateTest, D4_AnotherBaseMeansTheWholeModel) {
  const Offer second = with_delta(numbered_model(9).build());
  ASSERT_EQ(device_.desire(project_.desired(second, 8)), MOTE_OK);
  EXPECT_FALSE(takes_delta());
  ASSERT_EQ(device_.download(second), MOTE_OK);
  EXPECT_EQ(finish(), MOTE_OK);
}

TEST_F(DeltaUpdateTest, D4_ACodecThatIsNotKnownMeansTheWholeModel) {
  Offer second = with_delta(first_.model);
  second.image.deltas[0].codec = 2;
  project_.sign(second);
  ASSERT_EQ(device_.desire(project_.desired(second, 8)), MOTE_OK);
  EXPECT_FALSE(takes_delta());
}

TEST_F(DeltaUpdateTest, D4_ADeltaThatDoesNotFitBesideTheModelMeansTheWholeModel) {
  Offer second = with_delta(first_.model);
  device_.config.layout.slot_bytes = (static_cast<uint32_t>(second.model.size()) + 1023) / 1024 * 1024;
  ASSERT_EQ(device_.boot(), MOTE_OK);
  ASSERT_EQ(device_.desire(project_.desired(second, 8)), MOTE_OK);
  EXPECT_FALSE(takes_delta());
  device_.config.layout.slot_bytes = kTestSlotBytes;
  device_.config.arena_bytes = sizeof(DeltaDecoder) - 1;
  ASSERT_EQ(updater_codecs(device_.config), 0u);
}

TEST_F(DeltaUpdateTest, D4_TheSmallestOfThoseThatItDecodes) {
  const std::vector<DeltaCodec> both = {DeltaCodec::subtract, DeltaCodec::zstd};
  const Offer moved = bundled(turned_model(), both), nudged = bundled(numbered_model(1, 2), both);
  ASSERT_EQ(moved.deltas.size(), 2u) << "zstd is smaller there";
  ASSERT_LT(moved.deltas[1].size(), moved.deltas[0].size());
  ASSERT_EQ(nudged.deltas.size(), 1u) << "and is left out where it is not";
  EXPECT_EQ(updater_codecs(device_.config), mask_of(DeltaCodec::subtract));
  ASSERT_EQ(device_.desire(project_.desired(moved, 8)), MOTE_OK);
  EXPECT_EQ(codec(), 1) << "a microcontroller";

  device_.give_zstd();
  EXPECT_EQ(updater_codecs(device_.config), mask_of(DeltaCodec::subtract) | mask_of(DeltaCodec::zstd));
  ASSERT_EQ(device_.boot(), MOTE_OK);
  ASSERT_EQ(device_.desire(project_.desired(nudged, 9)), MOTE_OK);
  EXPECT_EQ(codec(), 1);
  ASSERT_EQ(device_.desire(project_.desired(moved, 10)), MOTE_OK);
  EXPECT_EQ(codec(), 2) << "a device with memory to spare";
  ASSERT_EQ(device_.download(moved), MOTE_OK);
  ASSERT_EQ(finish(), MOTE_OK);
  EXPECT_EQ(device_.running(), digest_of(moved));
  EXPECT_EQ(device_.boot(), MOTE_OK);
  EXPECT_EQ(device_.running(), digest_of(moved));
}

TEST_F(DeltaUpdateTest, D4_WithoutRoomForItsOwnDecoderItTakesWhatItWasGiven) {
  device_.give_zstd();
  device_.config.arena_bytes = sizeof(DeltaDecoder) - 1;
  EXPECT_EQ(updater_codecs(device_.config), mask_of(DeltaCodec::zstd));
  const Bytes first(first_.model.data(), first_.model.data() + first_.model.size());
  const Offer second = project_.with_delta(with_delta(first_.model), first, {}, DeltaCodec::zstd);
  ASSERT_EQ(device_.boot(), MOTE_OK);
  ASSERT_EQ(device_.desire(project_.desired(second, 8)), MOTE_OK);
  EXPECT_EQ(codec(), 2);
  ASSERT_EQ(device_.download(second), MOTE_OK);
  ASSERT_EQ(finish(), MOTE_OK);
  EXPECT_EQ(device_.running(), digest_of(second));
}

TEST_F(DeltaUpdateTest, D5_OneOfZstdThatDoesNotMakeTheModelIsGivenUpForIt) {
  const Offer good = with_delta(first_.model, {}, DeltaCodec::zstd);
  const size_t bytes = good.deltas[0].size();
  device_.give_zstd();
  uint32_t sequence = 8;
  const auto expect_given_up = [&](const std::function<void(Bytes&)>& spoil) {
    const Offer spoilt = with_delta(first_.model, spoil, DeltaCodec::zstd);
    ASSERT_EQ(device_.boot(), MOTE_OK);
    ASSERT_EQ(device_.desire(project_.desired(spoilt, sequence++)), MOTE_OK);
    ASSERT_EQ(codec(), 2);
    ASSERT_EQ(device_.download(spoilt), MOTE_OK);
    EXPECT_EQ(updater_stage(&device_.updater), MOTE_DIGEST_MISMATCH);
    EXPECT_EQ(device_.updater.phase, Phase::downloading);
    EXPECT_EQ(codec(), 0);
    EXPECT_EQ(device_.running(), digest_of(first_));
  };
  for (const size_t at : {size_t{0}, size_t{4}, size_t{5}, bytes / 2, bytes - 1})
    expect_given_up([at](Bytes& delta) { delta[at] ^= 0x40; });
  expect_given_up([](Bytes& delta) { delta.resize(delta.size() / 2); });
  expect_given_up([](Bytes& delta) { delta.push_back(0); });
  expect_given_up([](Bytes& delta) { delta = compress(Bytes(100'000)); });
  const Bytes other = Bytes(first_.model.size(), 7);
  expect_given_up([&](Bytes& delta) { delta = compress(other); });
  ASSERT_EQ(device_.download(good), MOTE_OK);
  EXPECT_EQ(finish(), MOTE_OK);
  EXPECT_EQ(device_.simulator->broken_rules(), 0u);
}

TEST_F(DeltaUpdateTest, D5_ADeltaThatDoesNotMakeTheModelIsGivenUpForIt) {
  const Offer second = with_delta(first_.model, [](Bytes& delta) { delta[delta.size() / 2] ^= 0x40; });
  ASSERT_EQ(device_.desire(project_.desired(second, 8)), MOTE_OK);
  ASSERT_TRUE(takes_delta());
  ASSERT_EQ(device_.download(second), MOTE_OK);
  EXPECT_EQ(updater_stage(&device_.updater), MOTE_DIGEST_MISMATCH);
  EXPECT_EQ(device_.updater.phase, Phase::downloading);
  EXPECT_FALSE(takes_delta());
  EXPECT_EQ(device_.updater.chunks_held, 0u);
  EXPECT_EQ(device_.running(), digest_of(first_));
  ASSERT_EQ(device_.download(second), MOTE_OK);
  EXPECT_EQ(finish(), MOTE_OK);
}

TEST_F(DeltaUpdateTest, D5_ADeltaThatDecaysInFlashIsDownloadedAgainAfterARestart) {
  const Offer second = with_delta(first_.model);
  ASSERT_EQ(device_.desire(project_.desired(second, 8)), MOTE_OK);
  ASSERT_EQ(device_.download(second), MOTE_OK);
  const uint32_t slot = device_.config.layout.slots[static_cast<uint8_t>(device_.updater.target_slot)];
  const uint32_t sectors = (static_cast<uint32_t>(second.deltas[0].size()) + 1023) / 1024;
  device_.simulator->flip_bit(slot + kTestSlotBytes - sectors * 1024 + 40, 1);
  ASSERT_EQ(device_.boot(), MOTE_OK);
  ASSERT_EQ(device_.desire(project_.desired(second, 8)), MOTE_OK);
  ASSERT_EQ(device_.updater.chunks_held, device_.updater.chunk_count) << "the journal vouches for all of it";
  EXPECT_EQ(updater_stage(&device_.updater), MOTE_DIGEST_MISMATCH);
  EXPECT_EQ(device_.updater.chunks_held, 0u);
  ASSERT_EQ(device_.download(second), MOTE_OK);
  EXPECT_EQ(finish(), MOTE_OK);
}

TEST_F(DeltaUpdateTest, D6_WhatWasDownloadedIsNotDownloadedAgain) {
  const Offer second = project_.offer(numbered_model(2).build(), 6);  // the whole model, in chunks of 512
  ASSERT_EQ(device_.desire(project_.desired(second, 8)), MOTE_OK);
  for (uint32_t i = 0; i < 5; ++i) ASSERT_EQ(device_.take_chunk(second, i), MOTE_OK);
  ASSERT_EQ(device_.take_chunk(second, 7), MOTE_OK);
  ASSERT_EQ(device_.boot(), MOTE_OK);
  ASSERT_EQ(device_.desire(project_.desired(second, 8)), MOTE_OK);
  EXPECT_EQ(device_.updater.chunks_held, 4u) << "two whole sectors of four chunks and a half";
  for (uint32_t i = 4; i < device_.updater.chunk_count; ++i) ASSERT_EQ(device_.take_chunk(second, i), MOTE_OK);
  ASSERT_EQ(finish(), MOTE_OK);
  EXPECT_EQ(device_.simulator->broken_rules(), 0u) << "no unit is programmed twice";
}

TEST_F(DeltaUpdateTest, D6_OneOfZstdIsNotDownloadedAgain) {
  device_.give_zstd();
  ASSERT_EQ(device_.boot(), MOTE_OK);
  const Offer second = with_delta(first_.model, {}, DeltaCodec::zstd);
  ASSERT_EQ(device_.desire(project_.desired(second, 8)), MOTE_OK);
  ASSERT_EQ(device_.download(second), MOTE_OK);
  device_.simulator->cut_power_at(25, PowerCut::before);  // while the model is made
  EXPECT_EQ(updater_stage(&device_.updater), MOTE_FLASH_FAILED);
  device_.simulator->restore_power();
  ASSERT_EQ(device_.boot(), MOTE_OK);
  EXPECT_GT(device_.updater.state.decoded_bytes, 0u);
  ASSERT_EQ(device_.desire(project_.desired(second, 8)), MOTE_OK);
  ASSERT_EQ(codec(), 2);
  EXPECT_EQ(device_.updater.chunks_held, device_.updater.chunk_count);
  ASSERT_EQ(finish(), MOTE_OK);
  EXPECT_EQ(device_.running(), digest_of(second));
  EXPECT_EQ(device_.simulator->broken_rules(), 0u);
}

TEST_F(DeltaUpdateTest, D6_OtherBytesInTheSlotUndoTheRecordFirst) {
  const Offer second = project_.offer(numbered_model(2).build(), 6), third = project_.offer(numbered_model(3).build(), 7);
  ASSERT_EQ(device_.desire(project_.desired(second, 8)), MOTE_OK);
  for (uint32_t i = 0; i < 5; ++i) ASSERT_EQ(device_.take_chunk(second, i), MOTE_OK);
  ASSERT_EQ(device_.desire(project_.desired(third, 9)), MOTE_OK);
  ASSERT_EQ(device_.boot(), MOTE_OK);
  ASSERT_EQ(device_.desire(project_.desired(second, 10)), MOTE_OK);
  EXPECT_EQ(device_.updater.chunks_held, 0u);
}

TEST_F(DeltaUpdateTest, D6_ResumedBytesThatAreWrongAreDownloadedAgain) {
  const Offer second = project_.offer(numbered_model(2).build(), 6);
  ASSERT_EQ(device_.desire(project_.desired(second, 8)), MOTE_OK);
  for (uint32_t i = 0; i < 5; ++i) ASSERT_EQ(device_.take_chunk(second, i), MOTE_OK);
  device_.simulator->flip_bit(device_.config.layout.slots[static_cast<uint8_t>(device_.updater.target_slot)] + 100, 0);
  ASSERT_EQ(device_.boot(), MOTE_OK);
  ASSERT_EQ(device_.desire(project_.desired(second, 8)), MOTE_OK);
  for (uint32_t i = 4; i < device_.updater.chunk_count; ++i) ASSERT_EQ(device_.take_chunk(second, i), MOTE_OK);
  EXPECT_EQ(updater_stage(&device_.updater), MOTE_DIGEST_MISMATCH);
  ASSERT_EQ(device_.updater.phase, Phase::downloading);
  ASSERT_EQ(device_.download(second), MOTE_OK);
  EXPECT_EQ(finish(), MOTE_OK);
}

}  // namespace
}  // namespace mote
