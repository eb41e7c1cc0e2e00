// One real attack on a device for each threat of docs/threat-model.md: it ends with its own status, and the same thing without
// the attack goes well.
#include <gtest/gtest.h>
#include <malloc.h>

#include <iostream>

#include "device/port/mbedtls/crypto.h"
#include "device/update/envelope.h"
#include "tests/update/test_device.h"

namespace mote {
namespace {

constexpr uint32_t kNow = 1'800'000'000;

// A device that runs release 5 by directive 7 and knows the time; release 6 is what it is offered.
class Threat : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(device_.boot(), MOTE_NO_MODEL);
    ASSERT_EQ(device_.install(first_, publisher_.desired(first_, 7)), MOTE_OK);
    ASSERT_EQ(tell_time(kNow), MOTE_OK);
    device_.simulator->cut_power_at(0, PowerCut::before);  // counts operations from here
  }

  void TearDown() override { std::cout << "attacks refused: " << attacks_ << std::endl; }

  // An attack came to the status that it must come to, and the model that ran runs on.
  void expect_status(mote_status status, mote_status expected, const std::string& why = "") {
    EXPECT_STREQ(mote_status_name(status), mote_status_name(expected)) << why;
    EXPECT_EQ(device_.running(), digest_of(first_)) << why;
    ++attacks_;
  }

  mote_status tell_time(uint32_t seconds) {
    const Bytes beacon = sure(sign_time(seconds, publisher_.director_key));
    return updater_take_time(&device_.updater, beacon.data(), beacon.size());
  }

  mote_status take_root(const TrustRoot& root, const KeyPair& signer) { return take_root(root, std::vector<KeyPair>{signer}); }
  mote_status take_root(const TrustRoot& root, const std::vector<KeyPair>& signers) {
    const auto count = static_cast<uint8_t>(signers.size());
    const Bytes envelope = sure(seal_with(EnvelopeType::root, root.epoch, count, signers, sure(root_document(root))));
    return updater_take_root(&device_.updater, envelope.data(), envelope.size());
  }

  // The attack has its status, writes nothing and changes nothing of what runs.
  void expect_refused(const Bytes& attack, mote_status status) {
    const uint64_t operations = device_.simulator->operations();
    expect_status(device_.desire(attack), status);
    EXPECT_EQ(device_.simulator->operations(), operations) << "a refusal touches no flash";
    EXPECT_EQ(device_.updater.state.floor, 5u);
    EXPECT_EQ(device_.updater.state.sequence, 7u);
  }
  void expect_installed(const Offer& offer, const Bytes& desired) {
    EXPECT_STREQ(mote_status_name(device_.install(offer, desired)), mote_status_name(MOTE_OK));
    EXPECT_EQ(device_.running(), digest_of(offer));
  }
  void expect_the_offer_still_works() { expect_installed(second_, publisher_.desired(second_, 8)); }

  Bytes desired_by(const Publisher& image_signer, const Publisher& director, uint32_t sequence = 8) {
    Offer offer = second_;
    image_signer.sign(offer);
    return director.desired(offer, sequence);
  }
  // `publisher_` but for one key.
  Publisher with_image_key(const KeyPair& key) const {
    Publisher other = publisher_;
    other.image_key = key;
    return other;
  }
  Publisher with_director_key(const KeyPair& key) const {
    Publisher other = publisher_;
    other.director_key = key;
    return other;
  }

  uint32_t attacks_ = 0;
  Publisher publisher_;
  TestDevice device_{test_geometry(4096, 8, 0xFF), mbedtls_crypto(), publisher_};
  Offer first_ = publisher_.offer(numbered_model(1).build(), 5);
  Offer second_ = publisher_.offer(numbered_model(2).build(), 6);
};

TEST_F(Threat, ForgedByABrokerWithoutKeys) {
  Bytes image = desired_by(publisher_, publisher_), directive = image;
  image[envelope_bytes(image) + kEnvelopeHeaderBytes + 60] ^= 1;
  expect_refused(image, MOTE_BAD_SIGNATURE);
  directive[kEnvelopeHeaderBytes + 30] ^= 1;
  expect_refused(directive, MOTE_BAD_SIGNATURE);
  expect_the_offer_still_works();
}

TEST_F(Threat, ForgedWithAStolenDirectorKey) {
  expect_refused(desired_by(with_image_key(test_key(90)), publisher_), MOTE_UNKNOWN_KEY);
  expect_refused(desired_by(with_image_key(publisher_.director_key), publisher_), MOTE_UNKNOWN_KEY);
  expect_the_offer_still_works();
}

TEST_F(Threat, ForgedWithAStolenImageKey) {
  expect_refused(desired_by(publisher_, with_director_key(publisher_.image_key)), MOTE_UNKNOWN_KEY);
  expect_the_offer_still_works();
}

TEST_F(Threat, ForgedByOneSignerWhereTwoAreAskedFor) {
  const KeyPair second_key = test_key(91), third_key = test_key(92);
  TrustRoot root = publisher_.root();
  root.epoch = 2;
  root.image = Role(2, 2, {publisher_.image_key.public_key, second_key.public_key, third_key.public_key});
  ASSERT_EQ(take_root(root, publisher_.root_key), MOTE_OK);
  const auto desired = [&](uint32_t threshold, std::vector<KeyPair> keys) {
    Offer offer = second_;
    offer.envelope = sure(sign_image(offer.image, Signers(Role(2, threshold, root.image.keys), std::move(keys))));
    return publisher_.desired(offer, 8);
  };
  expect_status(device_.desire(desired(1, {second_key})), MOTE_WRONG_SIGNERS, "one");

  Bytes twice = desired(2, {second_key, third_key});  // the second signature is overwritten with the first
  std::copy_n(twice.end() - 2 * kSignatureBlockBytes, kSignatureBlockBytes, twice.end() - kSignatureBlockBytes);
  expect_status(device_.desire(twice), MOTE_WRONG_SIGNERS, "one, twice");
  Offer offer = second_;
  offer.envelope = sure(sign_image(offer.image, Signers(root.image, {second_key, third_key})));
  expect_installed(offer, publisher_.desired(offer, 8));
}

TEST_F(Threat, ForgedWithAKeyThatWasRevoked) {
  const KeyPair fresh = test_key(93);
  TrustRoot root = publisher_.root();
  root.epoch = 2;
  root.image = Role(2, 1, {fresh.public_key});
  root.removed = {removed_key_of(publisher_.image_key.public_key)};
  ASSERT_EQ(take_root(root, publisher_.root_key), MOTE_OK);
  expect_status(device_.desire(publisher_.desired(second_, 8)), MOTE_WRONG_EPOCH);
  Offer offer = second_;
  offer.envelope = sure(sign_image(offer.image, Signers(Role(2, 1, {publisher_.image_key.public_key}), {publisher_.image_key})));
  expect_status(device_.desire(publisher_.desired(offer, 8)), MOTE_UNKNOWN_KEY);

  TrustRoot back = root;  // whoever holds the old root key wants the thief's key back
  back.epoch = 3;
  back.image = Role(3, 1, {publisher_.image_key.public_key});
  back.removed = {removed_key_of(fresh.public_key)};
  expect_status(take_root(back, publisher_.root_key), MOTE_FORBIDDEN_CHANGE);
  offer.envelope = sure(sign_image(offer.image, Signers(root.image, {fresh})));
  expect_installed(offer, publisher_.desired(offer, 8));
}

TEST_F(Threat, RolledBack) {
  const Offer older = publisher_.offer(numbered_model(3).build(), 4);
  expect_refused(publisher_.desired(older, 8), MOTE_OLDER_RELEASE);
  const Offer anew = publisher_.offer(numbered_model(3).build(), 6);  // the old model under a higher release: by going forward
  expect_installed(anew, publisher_.desired(anew, 8));
}

// Whoever holds the root keys can put himself in charge of images, until the standby role takes all of it back.
TEST_F(Threat, ForgedWithStolenRootKeys) {
  const KeyPair thief = test_key(94), fresh_root = test_key(95);
  TrustRoot stolen = publisher_.root();
  stolen.epoch = 2;
  stolen.standby = Role(2, 1, {thief.public_key});
  stolen.removed = {removed_key_of(publisher_.standby_key.public_key)};
  expect_status(take_root(stolen, publisher_.root_key), MOTE_FORBIDDEN_CHANGE, "to be rid of the standby role");
  stolen = publisher_.root();
  stolen.epoch = 2;
  stolen.image = Role(2, 1, {thief.public_key});
  stolen.removed = {removed_key_of(publisher_.image_key.public_key)};
  ASSERT_EQ(take_root(stolen, publisher_.root_key), MOTE_OK) << "this he can do";

  const KeyPair fresh_image = test_key(96);
  TrustRoot back = stolen;
  back.epoch = 3;
  back.root = Role(3, 1, {fresh_root.public_key});
  back.image = Role(3, 1, {fresh_image.public_key});
  back.removed.push_back(removed_key_of(publisher_.root_key.public_key));
  back.removed.push_back(removed_key_of(thief.public_key));
  ASSERT_EQ(take_root(back, {publisher_.standby_key, fresh_root}), MOTE_OK);
  TrustRoot again = back;
  again.epoch = 4;
  expect_status(take_root(again, publisher_.root_key), MOTE_UNKNOWN_KEY, "the stolen root key");
  Offer offer = second_;
  offer.envelope = sure(sign_image(offer.image, Signers(Role(3, 1, {thief.public_key}), {thief})));
  expect_status(device_.desire(publisher_.desired(offer, 8)), MOTE_UNKNOWN_KEY, "the image key that he made himself");
  offer.envelope = sure(sign_image(offer.image, Signers(back.image, {fresh_image})));
  expect_installed(offer, publisher_.desired(offer, 8));
}

TEST_F(Threat, RolledBackToAnOlderRoot) {
  std::vector<TrustRoot> roots = {publisher_.root()};
  for (uint32_t epoch = 2; epoch <= 4; ++epoch) {
    TrustRoot& root = roots.emplace_back(roots.back());
    root.epoch = epoch;
    root.removed.push_back(removed_key_of(root.director.keys[0]));
    root.director = Role(epoch, 1, {test_key(static_cast<uint8_t>(94 + epoch)).public_key});
  }
  for (const size_t next : {1, 2}) ASSERT_EQ(take_root(roots[next], publisher_.root_key), MOTE_OK);
  expect_status(take_root(roots[1], publisher_.root_key), MOTE_STALE_ROOT);
  ASSERT_EQ(device_.boot(), MOTE_OK);
  expect_status(take_root(roots[1], publisher_.root_key), MOTE_STALE_ROOT, "after a start");
  EXPECT_EQ(device_.updater.trust.epoch, 3u);
  EXPECT_EQ(take_root(roots[3], publisher_.root_key), MOTE_OK);
}

TEST_F(Threat, Replayed) {
  const Offer other = publisher_.offer(numbered_model(3).build(), 6);
  expect_refused(publisher_.desired(other, 7), MOTE_STALE_SEQUENCE);
  const Bytes message = publisher_.desired(other, 8);
  expect_installed(other, message);
  expect_installed(second_, publisher_.desired(second_, 9));
  EXPECT_EQ(device_.desire(message), MOTE_STALE_SEQUENCE) << "word for word what was obeyed";
  EXPECT_EQ(device_.running(), digest_of(second_));
}

TEST_F(Threat, Frozen) {
  Directive directive = publisher_.directive(second_, 8);
  directive.expires = kNow + 3600;
  const Bytes held_back = publisher_.desired(second_, directive);
  ASSERT_EQ(tell_time(kNow + 3601), MOTE_OK);
  expect_refused(held_back, MOTE_EXPIRED);
  ASSERT_EQ(tell_time(kNow), MOTE_OK);  // a beacon of before does not turn the clock back
  expect_refused(held_back, MOTE_EXPIRED);
  Bytes forged = sure(sign_time(kNow - 7200, test_key(90)));
  expect_status(updater_take_time(&device_.updater, forged.data(), forged.size()), MOTE_UNKNOWN_KEY);
  ASSERT_EQ(device_.boot(), MOTE_OK) << "what has expired is the message, not the model that runs";
  EXPECT_GE(device_.updater.state.time_floor, kNow);
  directive.expires = kNow + 9000;
  expect_installed(second_, publisher_.desired(second_, directive));
}

TEST_F(Threat, FastForwarded) {
  expect_refused(publisher_.desired(second_, 7 + 65'537), MOTE_COUNTER_JUMP);
  const Offer last = publisher_.offer(numbered_model(2).build(), 5 + 65'537);
  expect_refused(publisher_.desired(last, 8), MOTE_COUNTER_JUMP);
  expect_installed(second_, publisher_.desired(second_, 7 + 65'536));
}

TEST_F(Threat, MixedAndMatched) {
  const Offer other = publisher_.offer(numbered_model(3).build(), 6);
  Bytes crossed = sure(sign_directive(publisher_.directive(other, 8), publisher_.director_key));
  append(crossed, second_.envelope);
  expect_refused(crossed, MOTE_DIGEST_MISMATCH);

  ASSERT_EQ(device_.desire(publisher_.desired(second_, 8)), MOTE_OK);
  Offer swapped = second_;  // the right documents with another model's bytes
  swapped.model = other.model;
  expect_status(device_.take_chunk(swapped, 0), MOTE_BAD_CHUNK);
  EXPECT_EQ(device_.updater.chunks_held, 0u);
  TestDevice fresh{test_geometry(4096, 8, 0xFF), mbedtls_crypto(), publisher_};
  ASSERT_EQ(fresh.boot(), MOTE_NO_MODEL);
  EXPECT_EQ(fresh.install(second_, publisher_.desired(second_, 8)), MOTE_OK);
}

TEST_F(Threat, EndlessByTheLengthOfAnEnvelope) {
  Bytes message = publisher_.desired(second_, 8);
  const uint32_t endless = 256u << 20;
  std::memcpy(message.data() + 8, &endless, sizeof endless);
  const size_t before = mallinfo2().uordblks;
  expect_status(device_.desire(message), MOTE_TRUNCATED);
  EXPECT_EQ(mallinfo2().uordblks, before) << "nothing is allocated for what is announced";
  message.resize(64'000, 0x55);  // as much as comes
  expect_status(device_.desire(message), MOTE_MALFORMED, "longer than any may be");
  EXPECT_EQ(device_.simulator->operations(), 0u);
  expect_the_offer_still_works();
}

TEST_F(Threat, EndlessByTheLengthOfAModel) {
  Offer endless = second_;
  endless.image.payloads[0].bytes = 256u << 20;
  publisher_.sign(endless);
  expect_refused(publisher_.desired(endless, 8), MOTE_TOO_LARGE_FOR_SLOT);
  expect_the_offer_still_works();
}

TEST_F(Threat, AnotherDevicesDirective) {
  Directive directive = publisher_.directive(second_, 8);
  directive.device = "press-05";
  expect_refused(publisher_.desired(second_, directive), MOTE_WRONG_DEVICE);
  directive.device = "press-04";
  expect_installed(second_, publisher_.desired(second_, directive));
}

TEST_F(Threat, WrongHardware) {
  Offer other_class = second_, other_target = second_, more_arena = second_;
  other_class.image.device_class = "thermal";
  other_target.image.payloads[0].target = 7;
  more_arena.image.payloads[0].arena_bytes = 1u << 20;
  for (Offer* offer : {&other_class, &other_target, &more_arena}) publisher_.sign(*offer);
  expect_refused(publisher_.desired(other_class, 8), MOTE_WRONG_CLASS);
  expect_refused(publisher_.desired(other_target, 8), MOTE_NO_PAYLOAD);
  expect_refused(publisher_.desired(more_arena, 8), MOTE_ARENA_TOO_SMALL);
  expect_the_offer_still_works();
}

TEST_F(Threat, PoisonedChunk) {
  ASSERT_EQ(device_.desire(publisher_.desired(second_, 8)), MOTE_OK);
  const ChunkTree tree({second_.model.data(), second_.model.size()}, second_.image.chunk_bytes);
  const uint64_t operations = device_.simulator->operations();
  Bytes poisoned(tree.chunk(1).begin(), tree.chunk(1).end());
  poisoned[100] ^= 0x80;
  const Bytes proof = tree.proof(1);
  expect_status(updater_take_chunk(&device_.updater, digest_of(second_).data(), 1, proof.data(), proof.size(), poisoned.data(),
                                   poisoned.size()),
                MOTE_BAD_CHUNK);
  EXPECT_EQ(device_.simulator->operations(), operations) << "it never reaches the flash";
  EXPECT_EQ(device_.take_chunk(second_, 1), MOTE_OK) << "the good one is taken at once";
  ASSERT_EQ(device_.download(second_), MOTE_OK);
  EXPECT_EQ(updater_stage(&device_.updater), MOTE_OK);
}

TEST_F(Threat, ChangedInFlashBetweenCheckAndUse) {
  ASSERT_EQ(device_.desire(publisher_.desired(second_, 8)), MOTE_OK);
  ASSERT_EQ(device_.download(second_), MOTE_OK);
  const uint32_t slot = device_.config.layout.slots[static_cast<uint8_t>(device_.updater.target_slot)];
  device_.simulator->flip_bit(slot + 400, 6);
  expect_status(updater_stage(&device_.updater), MOTE_DIGEST_MISMATCH, "after the last chunk, before it is staged");
  ASSERT_EQ(device_.desire(publisher_.desired(second_, 9)), MOTE_OK);
  ASSERT_EQ(device_.download(second_), MOTE_OK);
  ASSERT_EQ(updater_stage(&device_.updater), MOTE_OK);
  device_.simulator->flip_bit(slot + 400, 6);
  expect_status(updater_begin_trial(&device_.updater), MOTE_DIGEST_MISMATCH, "after it was staged, before it starts");
  expect_installed(second_, publisher_.desired(second_, 10));
}

TEST_F(Threat, SignedButBroken) {
  ModelBuilder wrong = numbered_model(2);
  wrong.self_test.outputs[0] ^= 1;
  Offer broken = second_;
  broken.model = wrong.build();
  ImagePayload& payload = broken.image.payloads[0];
  payload.digest = sha256({broken.model.data(), broken.model.size()});
  payload.chunk_root = ChunkTree({broken.model.data(), broken.model.size()}, broken.image.chunk_bytes).root();
  publisher_.sign(broken);
  ASSERT_EQ(device_.desire(publisher_.desired(broken, 8)), MOTE_OK);
  ASSERT_EQ(device_.download(broken), MOTE_OK);
  expect_status(updater_stage(&device_.updater), MOTE_SELF_TEST_FAILED);
  EXPECT_EQ(device_.updater.state.floor, 5u);
  expect_installed(second_, publisher_.desired(second_, 9));
}

// What is not signed is not parsed: bytes that no parser takes are refused for their signature, and signed ones for what they
// are.
TEST_F(Threat, MaliciousInputForTheParser) {
  Bytes message = publisher_.desired(second_, 8);
  const size_t image = envelope_bytes(message);
  std::fill(message.begin() + static_cast<long>(image) + kEnvelopeHeaderBytes, message.end() - kSignatureBlockBytes, 0xFF);
  expect_refused(message, MOTE_BAD_SIGNATURE);
  Offer offer = second_;
  offer.envelope = sure(seal_with(EnvelopeType::image, 1, 1, {publisher_.image_key}, Bytes(600, 0xFF)));
  expect_refused(publisher_.desired(offer, 8), MOTE_MALFORMED);
  expect_the_offer_still_works();
}

TEST_F(Threat, PowerLostInTheMiddleOfAnUpdate) {
  device_.simulator->cut_power_at(9, PowerCut::middle);
  expect_status(device_.install(second_, publisher_.desired(second_, 8)), MOTE_FLASH_FAILED);
  device_.simulator->restore_power();
  ASSERT_EQ(device_.boot(), MOTE_OK);
  EXPECT_EQ(device_.running(), digest_of(first_));
  EXPECT_EQ(device_.updater.state.floor, 5u);
  expect_installed(second_, publisher_.desired(second_, 9));
}

}  // namespace
}  // namespace mote
