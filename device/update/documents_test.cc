// Image and directive as flatc writes them, their limits, and any bytes in their place.
#include "device/update/documents.h"

#include <gtest/gtest.h>

#include <functional>

#include "base/bytes.h"
#include "base/random.h"
#include "device/update/test/any_bytes.h"
#include "directive_generated.h"
#include "image_generated.h"

namespace mote {
namespace {

template <typename T>
Bytes packed(const T& document) {
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(T::TableType::Pack(builder, &document));
  return Bytes(builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize());
}

format::ImageT good_image() {
  format::ImageT image;
  image.name = "vibration 7";
  image.model_id = Bytes(32, 0xAB);
  image.device_class = "vibration";
  image.release = 7;
  image.format_version = 1;
  image.chunk_bytes = 1024;
  image.operators = {{1, 1}, {6, 1}};
  const Bytes digest(32, 1), root(32, 2), reserved(3, 0);
  using flatbuffers::span;
  image.payloads.emplace_back(span<const uint8_t, 32>(digest.data(), 32), span<const uint8_t, 32>(root.data(), 32), 5000, 2048, 0,
                              span<const uint8_t, 3>(reserved.data(), 3));
  return image;
}

format::DirectiveT good_directive() {
  format::DirectiveT directive;
  directive.device = "press-04";
  directive.cohort = "hall-2";
  directive.sequence = 9;
  directive.expires = 1'800'000'000;
  directive.image_digest = Bytes(32, 3);
  directive.trial_windows = 20;
  return directive;
}

std::string read_changed(const std::function<void(format::ImageT&)>& change) {
  format::ImageT image = good_image();
  change(image);
  const Bytes bytes = packed(image);
  ImageView view;
  return mote_status_name(read_image(bytes.data(), static_cast<uint32_t>(bytes.size()), &view));
}

std::string read_changed(const std::function<void(format::DirectiveT&)>& change) {
  format::DirectiveT directive = good_directive();
  change(directive);
  const Bytes bytes = packed(directive);
  DirectiveView view;
  return mote_status_name(read_directive(bytes.data(), static_cast<uint32_t>(bytes.size()), &view));
}

using Image = format::ImageT;
using Directive = format::DirectiveT;

TEST(Documents, E6_AnImageIsReadFieldForField) {
  const Bytes bytes = packed(good_image());
  ImageView view;
  ASSERT_EQ(read_image(bytes.data(), static_cast<uint32_t>(bytes.size()), &view), MOTE_OK);
  EXPECT_TRUE(says(view.name, "vibration 7"));
  EXPECT_TRUE(says(view.device_class, "vibration"));
  EXPECT_FALSE(says(view.device_class, "vibratio"));
  EXPECT_FALSE(says(view.device_class, "vibrations"));
  EXPECT_EQ(view.model_id[31], 0xAB);
  EXPECT_EQ(view.release, 7u);
  EXPECT_EQ(view.not_release, ~7u);
  EXPECT_EQ(view.format_version, 1);
  EXPECT_EQ(view.chunk_bytes, 1024u);
  ASSERT_EQ(view.operators.count, 2u);
  EXPECT_EQ(operator_at(view, 1).code, 6);
  ASSERT_EQ(view.payloads.count, 1u);
  EXPECT_EQ(payload_at(view, 0).bytes, 5000u);
  EXPECT_EQ(payload_at(view, 0).arena_bytes, 2048u);
  EXPECT_EQ(payload_at(view, 0).chunk_root[0], 2);
}

TEST(Documents, E6_ADirectiveIsReadFieldForField) {
  const Bytes bytes = packed(good_directive());
  DirectiveView view;
  ASSERT_EQ(read_directive(bytes.data(), static_cast<uint32_t>(bytes.size()), &view), MOTE_OK);
  EXPECT_TRUE(says(view.device, "press-04"));
  EXPECT_TRUE(says(view.cohort, "hall-2"));
  EXPECT_EQ(view.sequence, 9u);
  EXPECT_EQ(view.expires, 1'800'000'000u);
  EXPECT_EQ(view.trial.windows, 20u);
  EXPECT_EQ(view.image_digest[0], 3);
}

TEST(Documents, E7_LimitsOfAnImage) {
  EXPECT_EQ(read_changed([](Image& image) { image.name = std::string(63, 'n'); }), "OK");
  EXPECT_EQ(read_changed([](Image& image) { image.name = std::string(64, 'n'); }), "MALFORMED");
  EXPECT_EQ(read_changed([](Image& image) { image.device_class = std::string(31, 'c'); }), "OK");
  EXPECT_EQ(read_changed([](Image& image) { image.device_class = std::string(32, 'c'); }), "MALFORMED");
  EXPECT_EQ(read_changed([](Image& image) { image.device_class = ""; }), "MALFORMED");
  EXPECT_EQ(read_changed([](Image& image) { image.model_id.pop_back(); }), "MALFORMED");
  EXPECT_EQ(read_changed([](Image& image) { image.model_id.clear(); }), "MALFORMED");
  EXPECT_EQ(read_changed([](Image& image) { image.release = 0; }), "MALFORMED");
  EXPECT_EQ(read_changed([](Image& image) { image.chunk_bytes = 128; }), "MALFORMED");
  EXPECT_EQ(read_changed([](Image& image) { image.chunk_bytes = 8192; }), "MALFORMED");
  EXPECT_EQ(read_changed([](Image& image) { image.chunk_bytes = 1000; }), "MALFORMED");
  EXPECT_EQ(read_changed([](Image& image) { image.payloads.clear(); }), "MALFORMED");
  EXPECT_EQ(read_changed([](Image& image) { image.payloads.emplace_back(); }), "MALFORMED") << "a payload of no bytes";
  const auto with_delta = [](uint32_t bytes, uint8_t payload, uint8_t codec) {
    format::ImageT image = good_image();
    const Bytes digest(32, 1), reserved(2, 0);
    const flatbuffers::span<const uint8_t, 32> any(digest.data(), 32);
    image.deltas.emplace_back(any, any, any, bytes, payload, codec, flatbuffers::span<const uint8_t, 2>(reserved.data(), 2));
    return read_changed([&](Image& other) { other = image; });
  };
  EXPECT_EQ(with_delta(700, 0, 1), "OK");
  EXPECT_EQ(with_delta(700, 0, 77), "OK") << "a codec of later";
  EXPECT_EQ(with_delta(0, 0, 1), "MALFORMED");
  EXPECT_EQ(with_delta(700, 1, 1), "MALFORMED") << "makes a payload that is not there";
  EXPECT_EQ(with_delta(700, 0, 0), "MALFORMED");
}

TEST(Documents, E7_LimitsOfADirective) {
  EXPECT_EQ(read_changed([](Directive& directive) { directive.device = std::string(31, 'd'); }), "OK");
  EXPECT_EQ(read_changed([](Directive& directive) { directive.device = std::string(32, 'd'); }), "MALFORMED");
  EXPECT_EQ(read_changed([](Directive& directive) { directive.device = ""; }), "MALFORMED");
  EXPECT_EQ(read_changed([](Directive& directive) { directive.cohort = std::string(32, 'c'); }), "MALFORMED");
  EXPECT_EQ(read_changed([](Directive& directive) { directive.sequence = 0; }), "MALFORMED");
  EXPECT_EQ(read_changed([](Directive& directive) { directive.image_digest.push_back(0); }), "MALFORMED");
}

// Truncated, flipped, overwritten: refused or sound, and never read outside.
void mutate(const Bytes& good, bool (*read)(const uint8_t*, size_t), uint64_t seed) {
  ASSERT_TRUE(read(good.data(), good.size()));
  for (size_t count = 0; count < good.size(); ++count) read(good.data(), count);
  for (size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes bytes = good;
    bytes[bit / 8] = static_cast<uint8_t>(bytes[bit / 8] ^ 1 << bit % 8);
    read(bytes.data(), bytes.size());
  }
  Random random(seed);
  for (int round = 0; round < 20'000; ++round) {
    Bytes bytes = good;
    for (uint64_t changes = 1 + random.below(4); changes > 0; --changes) {
      const size_t at = random.below(bytes.size());
      const uint32_t edges[] = {0, 1, 4, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFC, static_cast<uint32_t>(random.next())};
      const uint32_t word = edges[random.below(8)];
      std::memcpy(bytes.data() + at, &word, std::min<size_t>(sizeof word, bytes.size() - at));
    }
    read(bytes.data(), bytes.size());
  }
}

TEST(DocumentMutations, Image) { mutate(packed(good_image()), read_any_image, 1); }
TEST(DocumentMutations, Directive) { mutate(packed(good_directive()), read_any_directive, 2); }

TEST(DocumentMutations, Envelope) {
  const Crypto crypto = believing_crypto();
  const uint8_t key[kPublicKeyBytes] = {};
  const Bytes payload = packed(good_image());
  Bytes bytes(payload.size() + kEnvelopeOverhead);
  std::copy(payload.begin(), payload.end(), bytes.begin() + kEnvelopeHeaderBytes);
  seal_envelope(crypto, EnvelopeType::image, key, key, bytes.data(), static_cast<uint32_t>(payload.size()));
  mutate(bytes, open_any_envelope, 3);
}

}  // namespace
}  // namespace mote
