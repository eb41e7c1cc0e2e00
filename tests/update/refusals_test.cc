// What a device refuses: each defect with a status of its own and nothing erased, and the same thing accepted once only that
// defect is repaired (docs/spec/envelope.md; the order is that of updater.h).
#include <gmock/gmock.h>

#include <functional>
#include <iostream>
#include <optional>

#include "device/port/mbedtls/crypto.h"
#include "device/update/envelope.h"
#include "tests/update/known_crypto.h"
#include "tests/update/test_device.h"

namespace mote {
namespace {

// All that goes into one attempt to update; a defect changes one of it.
struct Attempt {
  Publisher publisher;
  Offer offer;
  Directive directive;
  std::optional<KeyPair> image_signer, director_signer;  // a stranger, with the key id of the right one or without
  bool under_our_name = false;
  std::function<void(Bytes&)> tamper;      // with the finished message
  std::function<void(TestDevice&)> unfit;  // the device itself is the defect
};

struct Defect {
  const char* name;
  mote_status status;
  std::function<void(Attempt&)> make;
  friend void PrintTo(const Defect& defect, std::ostream* out) { *out << defect.name; }
};

Bytes seal_as(Attempt& attempt, Bytes envelope, const KeyPair& signer, const KeyPair& named) {
  const size_t signed_bytes = envelope.size() - kSignatureBlockBytes;
  const KeyPair& name = attempt.under_our_name ? named : signer;
  write_signature(mbedtls_crypto(), signer.private_key.data(), name.public_key.data(), envelope.data(), signed_bytes,
                  envelope.data() + signed_bytes);
  return envelope;
}

Bytes message_of(Attempt attempt) {
  const bool points_at_image = attempt.directive.image_digest == digest_of_image(attempt.offer.envelope);
  attempt.publisher.sign(attempt.offer);
  if (attempt.image_signer)
    attempt.offer.envelope =
        seal_as(attempt, attempt.offer.envelope, *attempt.image_signer, attempt.publisher.image_key);
  if (points_at_image) attempt.directive.image_digest = digest_of_image(attempt.offer.envelope);
  Bytes message = sure(sign_directive(attempt.directive, attempt.publisher.director_key));
  if (attempt.director_signer)
    message = seal_as(attempt, message, *attempt.director_signer, attempt.publisher.director_key);
  append(message, attempt.offer.envelope);
  if (attempt.tamper) attempt.tamper(message);
  return message;
}

void flip(Bytes& message, size_t byte) { message[byte] ^= 0x10; }

size_t image_at(const Bytes& message) { return envelope_bytes(message); }

constexpr uint32_t kDirectiveTime = 1'800'000'000;

const Defect kDefects[] = {
    {"BitFlippedInTheDirective", MOTE_BAD_SIGNATURE,
     [](Attempt& attempt) { attempt.tamper = [](Bytes& message) { flip(message, kEnvelopeHeaderBytes + 20); }; }},
    {"BitFlippedInTheImage", MOTE_BAD_SIGNATURE,
     [](Attempt& attempt) { attempt.tamper = [](Bytes& message) { flip(message, image_at(message) + 40); }; }},
    {"BitFlippedInASignature", MOTE_BAD_SIGNATURE,
     [](Attempt& attempt) { attempt.tamper = [](Bytes& message) { flip(message, message.size() - 1); }; }},
    {"CutShort", MOTE_TRUNCATED, [](Attempt& attempt) { attempt.tamper = [](Bytes& message) { message.pop_back(); }; }},
    {"OneByteTooMany", MOTE_MALFORMED, [](Attempt& attempt) { attempt.tamper = [](Bytes& message) { message.push_back(0); }; }},
    {"NoEnvelope", MOTE_MALFORMED, [](Attempt& attempt) { attempt.tamper = [](Bytes& message) { message[0] = 'X'; }; }},
    {"LaterEnvelopeVersion", MOTE_UNSUPPORTED_VERSION,
     [](Attempt& attempt) { attempt.tamper = [](Bytes& message) { message[5] = 3; }; }},
    {"ImageInTheDirectivesPlace", MOTE_WRONG_TYPE,
     [](Attempt& attempt) {
       attempt.tamper = [](Bytes& message) { message.erase(message.begin(), message.begin() + image_at(message)); };
     }},
    {"ImageOfAStrangersKey", MOTE_UNKNOWN_KEY, [](Attempt& attempt) { attempt.image_signer = test_key(9); }},
    {"ImageOfAStrangerUnderOurName", MOTE_BAD_SIGNATURE,
     [](Attempt& attempt) {
       attempt.image_signer = test_key(9);
       attempt.under_our_name = true;
     }},
    {"ImageSignedByTheDirector", MOTE_UNKNOWN_KEY,
     [](Attempt& attempt) { attempt.image_signer = attempt.publisher.director_key; }},
    {"DirectiveOfAStrangersKey", MOTE_UNKNOWN_KEY, [](Attempt& attempt) { attempt.director_signer = test_key(9); }},
    {"ForAnotherDevice", MOTE_WRONG_DEVICE, [](Attempt& attempt) { attempt.directive.device = "press-05"; }},
    {"ForANameThatBeginsLikeOurs", MOTE_WRONG_DEVICE, [](Attempt& attempt) { attempt.directive.device = "press-04x"; }},
    {"ForAnotherCohort", MOTE_WRONG_DEVICE,
     [](Attempt& attempt) {
       attempt.directive.device = "*";
       attempt.directive.cohort = "hall-3";
     }},
    {"StaleSequence", MOTE_STALE_SEQUENCE, [](Attempt& attempt) { attempt.directive.sequence = 1; }},
    {"SequenceObeyedBeforeForAnotherModel", MOTE_STALE_SEQUENCE, [](Attempt& attempt) { attempt.directive.sequence = 2; }},
    {"Expired", MOTE_EXPIRED, [](Attempt& attempt) { attempt.directive.expires = kDirectiveTime - 1; }},
    {"DirectiveForAnotherImage", MOTE_DIGEST_MISMATCH, [](Attempt& attempt) { attempt.directive.image_digest[0] ^= 1; }},
    {"WrongClass", MOTE_WRONG_CLASS, [](Attempt& attempt) { attempt.offer.image.device_class = "thermal"; }},
    {"OlderRelease", MOTE_OLDER_RELEASE, [](Attempt& attempt) { attempt.offer.image.release = 4; }},
    {"LaterModelFormat", MOTE_UNSUPPORTED_VERSION, [](Attempt& attempt) { attempt.offer.image.format_version = 2; }},
    {"OtherInstructionSet", MOTE_NO_PAYLOAD, [](Attempt& attempt) { attempt.offer.image.payloads[0].target = 7; }},
    {"OperatorThatTheDeviceLacks", MOTE_UNKNOWN_OPERATOR,
     [](Attempt& attempt) { attempt.offer.image.operators.push_back({.code = 99, .version = 1}); }},
    {"LaterVersionOfAnOperator", MOTE_UNKNOWN_OPERATOR, [](Attempt& attempt) { attempt.offer.image.operators[0].version = 2; }},
    {"TooLargeForTheSlot", MOTE_TOO_LARGE_FOR_SLOT,
     [](Attempt& attempt) { attempt.offer.image.payloads[0].bytes = kTestSlotBytes + 1; }},
    {"MoreArenaThanTheDeviceHas", MOTE_ARENA_TOO_SMALL,
     [](Attempt& attempt) { attempt.offer.image.payloads[0].arena_bytes = 8193; }},
    {"AnotherTrialIsUnderWay", MOTE_BUSY,
     [](Attempt& attempt) {
       attempt.unfit = [publisher = attempt.publisher](TestDevice& device) {
         const Offer other = publisher.offer(numbered_model(3).build(), 6);
         ASSERT_EQ(device.try_out(other, publisher.desired(other, 3)), MOTE_OK);
       };
     }},
};

// A device that runs release 5 by directive 2, and has been told the time.
class Refusal_E9 : public testing::TestWithParam<Defect> {
 protected:
  void SetUp() override {
    const Offer first = attempt_.publisher.offer(numbered_model(1).build(), 5);
    ASSERT_EQ(device_.boot(), MOTE_NO_MODEL);
    ASSERT_EQ(device_.install(first, attempt_.publisher.desired(first, 2)), MOTE_OK);
    const Bytes beacon = sure(sign_time(kDirectiveTime, attempt_.publisher.director_key));
    ASSERT_EQ(updater_take_time(&device_.updater, beacon.data(), beacon.size()), MOTE_OK);
    installed_ = device_.running();
    attempt_.offer = attempt_.publisher.offer(numbered_model(2).build(), 6);
    attempt_.directive = attempt_.publisher.directive(attempt_.offer, 7);
    attempt_.directive.expires = kDirectiveTime + 60;
  }

  Attempt attempt_;
  TestDevice device_{test_geometry(4096, 8, 0xFF), mbedtls_crypto(), attempt_.publisher};
  Digest installed_{};
};

TEST_P(Refusal_E9, HasItsOwnStatusErasesNothingAndEndsWithTheRepair) {
  Attempt broken = attempt_;
  GetParam().make(broken);
  if (broken.unfit) broken.unfit(device_);
  device_.simulator->cut_power_at(0, PowerCut::before);  // counts from here
  const Bytes before(device_.simulator->content().begin(), device_.simulator->content().end());

  const mote_status status = device_.desire(message_of(broken));
  EXPECT_STREQ(mote_status_name(status), mote_status_name(GetParam().status));
  EXPECT_EQ(device_.simulator->operations(), 0u) << "a refusal touches no flash";
  EXPECT_TRUE(std::equal(before.begin(), before.end(), device_.simulator->content().begin()));

  if (broken.unfit) {
    ASSERT_EQ(updater_end_trial(&device_.updater, MOTE_TRIAL_FAILED), MOTE_OK);
  }
  EXPECT_EQ(device_.running(), installed_);
  EXPECT_EQ(device_.install(attempt_.offer, message_of(attempt_)), MOTE_OK);
  EXPECT_EQ(device_.running(), digest_of(attempt_.offer));
  EXPECT_EQ(device_.updater.state.floor, 6u);
}

INSTANTIATE_TEST_SUITE_P(Each, Refusal_E9, testing::ValuesIn(kDefects),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(Refusal, E2_EveryFlippedBitOfADesiredMessageAndEveryTruncation) {
  const Publisher publisher;
  KnownCrypto crypto;
  TestDevice device(test_geometry(4096, 8, 0xFF), crypto.port(), publisher);
  ASSERT_EQ(device.boot(), MOTE_NO_MODEL);
  const Offer offer = publisher.offer(numbered_model(1).build(), 1);
  const Bytes good = publisher.desired(offer, 1);
  device.simulator->cut_power_at(0, PowerCut::before);
  for (size_t bit = 0; bit < 8 * good.size(); ++bit) {
    Bytes broken = good;
    broken[bit / 8] = static_cast<uint8_t>(broken[bit / 8] ^ 1 << bit % 8);
    ASSERT_NE(device.desire(broken), MOTE_OK) << "bit " << bit;
  }
  for (size_t count = 0; count < good.size(); ++count)
    ASSERT_NE(device.desire(Bytes(good.begin(), good.begin() + static_cast<long>(count))), MOTE_OK) << count << " bytes";
  std::cout << "flipped bits tried: " << 8 * good.size() << ", truncations: " << good.size() << std::endl;
  EXPECT_EQ(device.simulator->operations(), 0u);
  EXPECT_EQ(device.install(offer, good), MOTE_OK);
}

// After the documents: the chunks, and the candidate itself.

class Candidate : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(device_.boot(), MOTE_NO_MODEL);
    ASSERT_EQ(device_.install(first_, publisher_.desired(first_, 1)), MOTE_OK);
  }

  // A model is signed whatever it is: here the host is the one who is wrong.
  mote_status stage(const Offer& offer, uint32_t sequence) {
    const mote_status status = device_.desire(publisher_.desired(offer, sequence));
    if (status != MOTE_OK) return status;
    EXPECT_EQ(device_.download(offer), MOTE_OK);
    return updater_stage(&device_.updater);
  }

  Offer offer_of_any_bytes(AlignedBytes model, uint32_t release) {
    Offer offer = publisher_.offer(numbered_model(2).build(), release);
    offer.model = std::move(model);
    ImagePayload& payload = offer.image.payloads[0];
    payload.bytes = static_cast<uint32_t>(offer.model.size());
    payload.digest = sha256({offer.model.data(), offer.model.size()});
    payload.chunk_root = ChunkTree({offer.model.data(), offer.model.size()}, offer.image.chunk_bytes).root();
    publisher_.sign(offer);
    return offer;
  }

  void expect_refused(const Offer& offer, mote_status status) {
    EXPECT_STREQ(mote_status_name(stage(offer, 2)), mote_status_name(status));
    EXPECT_EQ(device_.running(), digest_of(first_));
    EXPECT_EQ(device_.updater.phase, Phase::idle);
    EXPECT_EQ(device_.updater.state.last_status, status);
    EXPECT_EQ(device_.desire(publisher_.desired(offer, 2)), MOTE_STALE_SEQUENCE) << "what failed is not begun again by itself";
    ASSERT_EQ(device_.boot(), MOTE_OK);
    EXPECT_EQ(device_.updater.state.last_status, status) << "the reason outlives a restart";
    const Offer repaired = publisher_.offer(numbered_model(2).build(), 2);
    EXPECT_EQ(device_.install(repaired, publisher_.desired(repaired, 3)), MOTE_OK);
  }

  Publisher publisher_;
  TestDevice device_{test_geometry(4096, 8, 0xFF), mbedtls_crypto(), publisher_};
  Offer first_ = publisher_.offer(numbered_model(1).build(), 1);
};

TEST_F(Candidate, J13_FailsItsSelfTest) {
  ModelBuilder model = numbered_model(2);
  model.self_test.outputs[0] ^= 1;
  expect_refused(offer_of_any_bytes(model.build(), 2), MOTE_SELF_TEST_FAILED);
}

TEST_F(Candidate, J13_IsNoModel) { expect_refused(offer_of_any_bytes(AlignedBytes(2000, 0x5A), 2), MOTE_MALFORMED); }

TEST_F(Candidate, J13_NeedsMoreArenaThanItsImageSays) {
  ModelBuilder model = numbered_model(2);
  model.arena_bytes = 8208;
  expect_refused(offer_of_any_bytes(model.build(), 2), MOTE_ARENA_TOO_SMALL);
}

TEST_F(Candidate, J13_IsPackedForAnotherTargetThanItsImageSays) {
  ModelBuilder model = numbered_model(2);
  model.header.target = kTargets;
  expect_refused(offer_of_any_bytes(model.build(), 2), MOTE_WRONG_TARGET);
}

TEST_F(Candidate, J13_IsNotWhatItsDigestSays) {
  Offer offer = publisher_.offer(numbered_model(2).build(), 2);
  offer.image.payloads[0].digest[0] ^= 1;
  publisher_.sign(offer);
  expect_refused(offer, MOTE_DIGEST_MISMATCH);
}

TEST_F(Candidate, J13_DecaysBetweenStagingAndTrial) {
  const Offer offer = publisher_.offer(numbered_model(2).build(), 2);
  ASSERT_EQ(stage(offer, 2), MOTE_OK);
  device_.simulator->flip_bit(device_.config.layout.slots[1] + 300, 2);
  EXPECT_EQ(updater_begin_trial(&device_.updater), MOTE_DIGEST_MISMATCH);
  EXPECT_EQ(device_.running(), digest_of(first_));
  EXPECT_EQ(device_.updater.phase, Phase::idle);
}

TEST_F(Candidate, C4_BadChunksAreRefusedAndTheGoodOnesTaken) {
  const Offer offer = publisher_.offer(numbered_model(2).build(), 2);
  ASSERT_EQ(device_.desire(publisher_.desired(offer, 2)), MOTE_OK);
  const ChunkTree tree({offer.model.data(), offer.model.size()}, offer.image.chunk_bytes);
  const Digest digest = digest_of(offer);
  const auto take = [&](const Digest& name, uint32_t index, const Bytes& proof, const Bytes& data) {
    return updater_take_chunk(&device_.updater, name.data(), index, proof.data(), proof.size(), data.data(), data.size());
  };
  const Bytes proof = tree.proof(1), good(tree.chunk(1).begin(), tree.chunk(1).end());
  Bytes flipped = good, shorter(good.begin(), good.end() - 1), longer_proof = proof, other_proof = proof;
  flipped[17] ^= 1;
  longer_proof.resize(proof.size() + 32);
  other_proof[3] ^= 1;
  Digest other_payload = digest;
  other_payload[31] ^= 1;
  device_.simulator->cut_power_at(0, PowerCut::before);
  EXPECT_EQ(take(digest, 1, proof, flipped), MOTE_BAD_CHUNK);
  EXPECT_EQ(take(digest, 1, proof, shorter), MOTE_BAD_CHUNK);
  EXPECT_EQ(take(digest, 1, {}, good), MOTE_BAD_CHUNK);
  EXPECT_EQ(take(digest, 1, longer_proof, good), MOTE_BAD_CHUNK);
  EXPECT_EQ(take(digest, 1, other_proof, good), MOTE_BAD_CHUNK);
  EXPECT_EQ(take(digest, 2, proof, good), MOTE_BAD_CHUNK);
  EXPECT_EQ(take(digest, tree.count(), proof, good), MOTE_BAD_CHUNK);
  EXPECT_EQ(take(other_payload, 1, proof, good), MOTE_BAD_CHUNK);
  EXPECT_EQ(device_.simulator->operations(), 0u);
  EXPECT_EQ(take(digest, 1, proof, good), MOTE_OK);
  const uint64_t written = device_.simulator->operations();
  EXPECT_GT(written, 0u);
  EXPECT_EQ(take(digest, 1, proof, good), MOTE_OK);
  EXPECT_EQ(device_.simulator->operations(), written) << "a chunk is not written twice";
  EXPECT_EQ(updater_stage(&device_.updater), MOTE_BUSY);
  EXPECT_EQ(device_.updater.chunks_held, 1u);
  ASSERT_EQ(device_.download(offer), MOTE_OK);
  EXPECT_EQ(updater_stage(&device_.updater), MOTE_OK);
}

}  // namespace
}  // namespace mote
