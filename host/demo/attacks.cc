// Three forgeries, and the collection of what devices answer to them.
#include "host/demo/attacks.h"

#include <algorithm>

#include "device/update/envelope.h"
#include "ota/transport/topics.h"

namespace mote::demo {
namespace {

using Steady = std::chrono::steady_clock;

Bytes tampered(ByteView envelope) {
  Bytes bytes(envelope.begin(), envelope.end());
  bytes[kEnvelopeHeaderBytes + (bytes.size() - kEnvelopeOverhead) / 2] ^= 0x10;
  return bytes;
}

// The refusals of one attack, as they come in.
class Answers {
 public:
  Answers(const std::vector<EnrolledDevice>& devices, std::map<std::string, uint32_t> sequences)
      : sequences_(std::move(sequences)) {
    for (const EnrolledDevice& device : devices) keys_[device.id] = device.report_key;
  }

  void take(const Message& message) {
    const auto topic = parse_topic(message.topic);
    if (!topic || topic->channel != Channel::state || !keys_.contains(topic->device)) return;
    const auto state = open_state(keys_[topic->device], message.payload);
    if (state && state->refused == sequences_[topic->device]) given_[topic->device] = state->status;
  }

  const std::map<std::string, mote_status>& given() const { return given_; }

 private:
  std::map<std::string, uint32_t> sequences_;
  std::map<std::string, PublicKey> keys_;
  std::map<std::string, mote_status> given_;
};

Result<void> send(Connection& connection, const std::string& device, ByteView payload) {
  return connection.publish(topic_of(device, Channel::desired), payload, Delivery::at_least_once, Retain::yes);
}

}  // namespace

Result<std::vector<Attack>> attacks(const Bundle& good, const Bundle& older) {
  TRY(const KeyPair stranger, generate_key());
  TRY(const Bytes strange, sign_image(good.image, stranger));
  return std::vector<Attack>{{"a tampered model", MOTE_BAD_SIGNATURE, tampered(good.envelope)},
                             {"an older model", MOTE_OLDER_RELEASE, Bytes(older.envelope.begin(), older.envelope.end())},
                             {"a stranger's model", MOTE_UNKNOWN_KEY, strange}};
}

bool AttackOutcome::refused_by_all(size_t devices) const {
  return answers.size() == devices &&
         std::all_of(answers.begin(), answers.end(), [this](const auto& answer) { return answer.second == expected; });
}

Result<AttackOutcome> launch(const Attack& attack, const std::vector<EnrolledDevice>& devices, Connection& connection,
                             RolloutStore& sequences, const Signers& director, std::chrono::milliseconds patience) {
  std::map<std::string, uint32_t> given;
  for (const EnrolledDevice& device : devices) {
    TRY(given[device.id], sequences.next_sequence(device.id));
    const Directive directive{
        .device = device.id, .sequence = given[device.id], .image_digest = digest_of_image(attack.image), .trial_windows = 1};
    TRY(Bytes desired, sign_directive(directive, director));
    append(desired, attack.image);
    TRY_DO(send(connection, device.id, desired));
  }
  Answers answers(devices, given);
  const auto deadline = Steady::now() + patience;
  const Handlers handlers{
      .message = [&](const Message& message) { answers.take(message); }, .connected = [] {}, .disconnected = [] {}};
  while (answers.given().size() < devices.size() && Steady::now() < deadline) {
    connection.poll(std::chrono::milliseconds(50), handlers);
  }
  for (const EnrolledDevice& device : devices) TRY_DO(send(connection, device.id, {}));
  return AttackOutcome{attack.name, attack.expected, answers.given()};
}

}  // namespace mote::demo
