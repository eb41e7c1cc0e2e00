// Documents signed and opened: they come back as they were, and what no device would accept is not signed.
#include "ota/trust/documents.h"

#include <gmock/gmock.h>

#include "ota/trust/test/keys.h"

namespace mote {
namespace {

using testing::HasSubstr;

Digest filled(uint8_t with) {
  Digest digest;
  digest.fill(with);
  return digest;
}

Image some_image() {
  return {.name = "vibration 7",
          .model_id = filled(1),
          .device_class = "vibration",
          .release = 7,
          .format_version = 1,
          .chunk_bytes = 512,
          .operators = {{.code = 1, .version = 1}, {.code = 5, .version = 1}},
          .payloads = {{.digest = filled(2), .chunk_root = filled(3), .bytes = 5000, .arena_bytes = 2048, .target = 0},
                       {.digest = filled(4), .chunk_root = filled(5), .bytes = 6000, .arena_bytes = 4096, .target = 2}},
          .deltas = {{.base = filled(7), .digest = filled(8), .chunk_root = filled(9), .bytes = 700, .payload = 1}}};
}

Directive some_directive() {
  return {
      .device = "*", .cohort = "hall-2", .sequence = 9, .expires = 1'900'000'000, .image_digest = filled(6), .trial_windows = 20};
}

TEST(SignedDocuments, ComeBackAsTheyWere) {
  const KeyPair key = sure_key();
  const Bytes image = sign_image(some_image(), key).value();
  EXPECT_EQ(open_image(image, key.public_key, "image").value(), some_image());
  const Bytes directive = sign_directive(some_directive(), key).value();
  EXPECT_EQ(open_directive(directive, key.public_key, "directive").value(), some_directive());
  EXPECT_EQ(envelope_bytes(image), image.size());
}

TEST(SignedDocuments, AreTheSameBytesEachTime) {
  const KeyPair key = sure_key();
  EXPECT_EQ(sign_image(some_image(), key).value(), sign_image(some_image(), key).value());
}

TEST(SignedDocuments, AreRefusedUnderAnotherKeyTypeOrLength) {
  const KeyPair key = sure_key(), stranger = sure_key();
  Bytes image = sign_image(some_image(), key).value();
  const auto refusal = [](const auto& result) { return result.ok() ? "accepted" : result.error().what; };
  EXPECT_THAT(refusal(open_image(image, stranger.public_key, "f")), HasSubstr("UNKNOWN_KEY"));
  EXPECT_THAT(refusal(open_directive(image, key.public_key, "f")), HasSubstr("WRONG_TYPE"));
  EXPECT_THAT(refusal(open_image(ByteView(image).first(40), key.public_key, "f")), HasSubstr("TRUNCATED"));
  image.push_back(0);
  EXPECT_THAT(refusal(open_image(image, key.public_key, "f")), HasSubstr("MALFORMED"));
  EXPECT_EQ(open_image({}, key.public_key, "f").error().cause, Cause::untrusted);
}

TEST(SignedDocuments, WhatNoDeviceAcceptsIsNotSigned) {
  const KeyPair key = sure_key();
  const auto image_is_refused = [&](void (*spoil)(Image&)) {
    Image image = some_image();
    spoil(image);
    const Result<Bytes> result = sign_image(image, key);
    return !result.ok() && result.error().cause == Cause::usage;
  };
  EXPECT_TRUE(image_is_refused([](Image& image) { image.release = 0; }));
  EXPECT_TRUE(image_is_refused([](Image& image) { image.device_class = ""; }));
  EXPECT_TRUE(image_is_refused([](Image& image) { image.device_class = std::string(32, 'c'); }));
  EXPECT_TRUE(image_is_refused([](Image& image) { image.name = "bell \a"; }));
  EXPECT_TRUE(image_is_refused([](Image& image) { image.name = std::string(64, 'n'); }));
  EXPECT_TRUE(image_is_refused([](Image& image) { image.chunk_bytes = 700; }));
  EXPECT_TRUE(image_is_refused([](Image& image) { image.payloads.clear(); }));
  EXPECT_TRUE(image_is_refused([](Image& image) { image.payloads.resize(30, image.payloads[0]); })) << "over 2048 bytes";
  const auto directive_is_refused = [&](void (*spoil)(Directive&)) {
    Directive directive = some_directive();
    spoil(directive);
    return !sign_directive(directive, key).ok();
  };
  EXPECT_TRUE(directive_is_refused([](Directive& directive) { directive.device = ""; }));
  EXPECT_TRUE(directive_is_refused([](Directive& directive) { directive.device = std::string(32, 'd'); }));
  EXPECT_TRUE(directive_is_refused([](Directive& directive) { directive.sequence = 0; }));
  EXPECT_FALSE(sign_time(uint64_t{1} << 32, key).ok());
}

TEST(SignedDocuments, AnEnvelopesLengthIsReadFromItsHeader) {
  Bytes image = sign_image(some_image(), sure_key()).value();
  const size_t own = image.size();
  image.resize(own + 10);
  EXPECT_EQ(envelope_bytes(image), own);
  EXPECT_EQ(envelope_bytes(ByteView(image).first(own - 1)), 0u);
  EXPECT_EQ(envelope_bytes({}), 0u);
}

// A role that asks for two of its three keys.
class PanelTest : public testing::Test {
 protected:
  Role role_{4, 2, {test_key(1).public_key, test_key(2).public_key, test_key(3).public_key}};
  Bytes signed_by(std::vector<uint8_t> numbers) {
    Signers signers(role_, {});
    for (const uint8_t number : numbers) signers.keys.push_back(test_key(number));
    return sign_image(some_image(), signers).value();
  }
  std::string opened(const Bytes& bytes) {
    const auto result = open_image(bytes, role_, "f");
    return result.ok() ? "OK" : result.error().what;
  }
};

TEST_F(PanelTest, AnyTwoOfThreeWillDoInAnyOrder) {
  EXPECT_EQ(opened(signed_by({1, 2})), "OK");
  EXPECT_EQ(opened(signed_by({3, 1})), "OK");
  EXPECT_EQ(signed_by({3, 1}), signed_by({1, 3}));
}

TEST_F(PanelTest, OneAndAStrangerWillNot) {
  EXPECT_THAT(opened(signed_by({1, 9})), HasSubstr("UNKNOWN_KEY"));
  EXPECT_THAT(opened(signed_by({1})), HasSubstr("WRONG_SIGNERS")) << "a draft";
  EXPECT_THAT(opened(sign_image(some_image(), Signers(Role(4, 1, {}), {test_key(1)})).value()), HasSubstr("WRONG_SIGNERS"));
}

TEST_F(PanelTest, OneKeyTwiceIsOneSigner) {
  Bytes bytes = signed_by({1, 2});
  const long last = static_cast<long>(bytes.size() - kSignatureBlockBytes);
  std::copy_n(bytes.begin() + last, kSignatureBlockBytes, bytes.begin() + last - static_cast<long>(kSignatureBlockBytes));
  EXPECT_THAT(opened(bytes), HasSubstr("WRONG_SIGNERS"));
}

TEST_F(PanelTest, TheEpochIsTheRoles) {
  const Bytes bytes = signed_by({1, 2});
  role_.epoch = 5;
  EXPECT_THAT(opened(bytes), HasSubstr("WRONG_EPOCH"));
}

TEST_F(PanelTest, EveryBitOfEverySignatureCounts) {
  const Bytes good = signed_by({1, 2});
  for (size_t bit = (good.size() - 2 * kSignatureBlockBytes) * 8; bit < good.size() * 8; ++bit) {
    Bytes broken = good;
    broken[bit / 8] = static_cast<uint8_t>(broken[bit / 8] ^ 1 << bit % 8);
    EXPECT_NE(opened(broken), "OK") << bit;
  }
}

}  // namespace
}  // namespace mote
