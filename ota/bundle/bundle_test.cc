// Bundles: every flipped bit and every truncation refused, and what a bundle says is what its model is.
#include "ota/bundle/bundle.h"

#include <gmock/gmock.h>

#include "base/json.h"
#include "device/model/test/sample_models.h"
#include "ota/bundle/chunk_tree.h"
#include "ota/bundle/model_facts.h"
#include "ota/trust/test/keys.h"

namespace mote {
namespace {

using testing::HasSubstr;

Bytes bytes_of_model(const ModelBuilder& model) {
  const AlignedBytes file = model.build();
  return Bytes(file.begin(), file.end());
}

class BundleTest : public testing::Test {
 protected:
  Bytes make(const Bytes& model) { return make_bundle(model, options_, image_key_).value(); }
  std::string refusal(ByteView bytes) {
    const Result<Bundle> opened = open_bundle(bytes, root_, "v1.bundle");
    if (opened.ok()) return "accepted";
    EXPECT_EQ(opened.error().cause, Cause::untrusted);
    EXPECT_EQ(opened.error().where, "v1.bundle");
    return opened.error().what;
  }
  // A bundle whose signed words were changed before they were signed.
  Bytes lie(void (*change)(Image&)) {
    const Bytes good = make(bytes_of_model(dense_model()));
    const Bundle bundle = open_bundle(good, root_, "good").value();
    Image image = bundle.image;
    change(image);
    Bytes bytes = sign_image(image, image_key_).value();
    append(bytes, bundle.payloads[0]);
    return bytes;
  }

  KeyPair image_key_ = sure_key();
  TrustRoot root_{.image = image_key_.public_key, .director = sure_key().public_key};
  BundleOptions options_{.name = "test", .device_class = "vibration", .release = 3};
};

TEST_F(BundleTest, SaysWhatTheModelIs) {
  const Bytes model = bytes_of_model(whole_model());
  const Bytes bytes = make(model);
  const Bundle bundle = open_bundle(bytes, root_, "v1.bundle").value();
  EXPECT_EQ(bundle.image.name, "test");
  EXPECT_EQ(bundle.image.device_class, "vibration");
  EXPECT_EQ(bundle.image.release, 3u);
  EXPECT_EQ(bundle.image.operators.size(), 8u) << "each operator of the model once";
  ASSERT_EQ(bundle.image.payloads.size(), 1u);
  uint32_t arena_bytes = 0;
  const AlignedBytes aligned(model.begin(), model.end());
  ASSERT_EQ(mote_check(aligned.data(), aligned.size(), &arena_bytes, nullptr), MOTE_OK);
  EXPECT_EQ(bundle.image.payloads[0].arena_bytes, arena_bytes);
  EXPECT_EQ(bundle.image.payloads[0].digest, sha256(model));
  EXPECT_EQ(Bytes(bundle.payloads[0].begin(), bundle.payloads[0].end()), model);
  EXPECT_EQ(bundle.image_digest, sha256(bundle.envelope));
  EXPECT_EQ(make(model), bytes) << "the same model, key and words give the same bytes";
}

TEST_F(BundleTest, TheModelsIdentityIsItsGraphAndWeights) {
  const ModelFacts facts = read_model_facts(bytes_of_model(whole_model()), "m").value();
  ModelBuilder renamed = whole_model();
  renamed.labels[0] = "healthy";
  EXPECT_EQ(read_model_facts(bytes_of_model(renamed), "m").value().model_id, facts.model_id);
  ModelBuilder retrained = whole_model();
  retrained.weights[32] ^= 1;
  retrained.self_test = {};
  EXPECT_NE(read_model_facts(bytes_of_model(retrained), "m").value().model_id, facts.model_id);
}

TEST_F(BundleTest, E11_EveryFlippedBitAndEveryTruncationIsRefused) {
  const Bytes good = make(bytes_of_model(dense_model()));
  ASSERT_EQ(refusal(good), "accepted");
  Bytes bytes = good;
  for (size_t bit = 0; bit < good.size() * 8; ++bit) {
    bytes[bit / 8] = static_cast<uint8_t>(bytes[bit / 8] ^ 1 << bit % 8);
    ASSERT_NE(refusal(bytes), "accepted") << "bit " << bit;
    bytes[bit / 8] = good[bit / 8];
  }
  for (size_t count = 0; count < good.size(); ++count) ASSERT_NE(refusal(ByteView(good).first(count)), "accepted") << count;
  bytes.push_back(0);
  EXPECT_THAT(refusal(bytes), HasSubstr("after its last payload"));
}

TEST_F(BundleTest, JunkOfAnySizeIsRefused) {
  Random random(3);
  for (size_t count = 0; count < 600; ++count) {
    Bytes junk(count);
    for (uint8_t& byte : junk) byte = static_cast<uint8_t>(random.next());
    ASSERT_NE(refusal(junk), "accepted");
    if (count >= 16) std::memcpy(junk.data(), "MOTS\x01\x01\0\0\x10\0\0\0", 12);
    ASSERT_NE(refusal(junk), "accepted");
  }
}

TEST_F(BundleTest, AStrangersBundleIsRefused) {
  const Bytes strange = make_bundle(bytes_of_model(dense_model()), options_, sure_key()).value();
  EXPECT_THAT(refusal(strange), HasSubstr("UNKNOWN_KEY"));
}

TEST_F(BundleTest, E11_SignedWordsThatAreNotTrueAreRefused) {
  EXPECT_THAT(refusal(lie([](Image& image) { image.payloads[0].digest[0] ^= 1; })), HasSubstr("not the one that was signed"));
  EXPECT_THAT(refusal(lie([](Image& image) { image.payloads[0].chunk_root[0] ^= 1; })), HasSubstr("chunk root"));
  EXPECT_THAT(refusal(lie([](Image& image) { image.payloads[0].arena_bytes += 16; })), HasSubstr("another model"));
  EXPECT_THAT(refusal(lie([](Image& image) { image.payloads[0].target = 1; })), HasSubstr("another model"));
  EXPECT_THAT(refusal(lie([](Image& image) { image.model_id[0] ^= 1; })), HasSubstr("another model"));
  EXPECT_THAT(refusal(lie([](Image& image) { image.operators.pop_back(); })), HasSubstr("another model"));
  EXPECT_THAT(refusal(lie([](Image& image) { image.payloads[0].bytes += 1; })), HasSubstr("ends inside a payload"));
  EXPECT_THAT(refusal(lie([](Image& image) { image.payloads[0].bytes -= 1; })), HasSubstr("after its last payload"));
}

TEST_F(BundleTest, OnlyAModelThatDevicesRunIsSigned) {
  Bytes broken = bytes_of_model(dense_model());
  broken[40] ^= 0xFF;
  const auto result = make_bundle(broken, options_, image_key_);
  ASSERT_FALSE(result.ok());
  EXPECT_THAT(result.error().line(), HasSubstr("the model: is not a model that devices run"));
  EXPECT_FALSE(make_bundle({}, options_, image_key_).ok());
  options_.device_class = "Vibration!";
  EXPECT_THAT(make_bundle(bytes_of_model(dense_model()), options_, image_key_).error().line(),
              HasSubstr("'Vibration!' is no name"));
  options_.device_class = "vibration";
  options_.release = 0;
  EXPECT_EQ(make_bundle(bytes_of_model(dense_model()), options_, image_key_).error().cause, Cause::usage);
}

TEST_F(BundleTest, IsToldToPeopleAndToMachines) {
  const Bytes bytes = make(bytes_of_model(dense_model()));
  const BundleFacts facts = facts_of(open_bundle(bytes, root_, "v1.bundle").value(), root_, "v1.bundle", bytes.size());
  EXPECT_THAT(to_text(facts), HasSubstr("v1.bundle: good, signed by image key " + key_name(root_.image.keys[0])));
  EXPECT_THAT(to_text(facts), HasSubstr("fully_connected, softmax"));
  const Json json = to_json(facts);
  EXPECT_EQ(json["release"], 3);
  EXPECT_EQ(json["payloads"][0]["target"], "portable");
  EXPECT_EQ(json["file_bytes"], bytes.size());
}

}  // namespace
}  // namespace mote
