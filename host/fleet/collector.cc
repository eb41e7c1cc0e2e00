// Signature first, then form, then disk, then acknowledgement.
#include "host/fleet/collector.h"

#include <sstream>

#include "base/json.h"
#include "device/port/mbedtls/crypto.h"
#include "device/update/envelope.h"
#include "ota/transport/presence.h"
#include "ota/transport/topics.h"
#include "report_generated.h"

namespace mote::fleet {
namespace {

// The payload of an envelope that is all of `bytes`, or why not.
std::variant<ByteView, Refusal> open(EnvelopeType type, const PublicKey& key, ByteView bytes) {
  Opened opened;
  switch (open_envelope(mbedtls_crypto(), type, single_key(key.data()), bytes.data(), bytes.size(), &opened)) {
    case MOTE_OK:
      if (opened.envelope_bytes != bytes.size()) return Refusal::not_signed;
      return ByteView(opened.payload, opened.payload_bytes);
    case MOTE_UNKNOWN_KEY:
    case MOTE_BAD_SIGNATURE:
      return Refusal::bad_signature;
    default:
      return Refusal::not_signed;
  }
}

Bytes acknowledgement(uint32_t boot, uint32_t counter) {
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(format::CreateAcknowledge(builder, boot, counter));
  return Bytes(builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize());
}

constexpr Refusal kRefusals[] = {
#define X(name) Refusal::name,
    MOTE_REFUSALS(X)
#undef X
};

}  // namespace

const char* name_of(Refusal refusal) {
  switch (refusal) {
#define X(name)       \
  case Refusal::name: \
    return #name;
    MOTE_REFUSALS(X)
#undef X
  }
  return "";
}

Result<void> Collector::begin() {
  TRY_DO(connection_.subscribe(filter_of(Channel::report)));
  return connection_.subscribe(filter_of(Channel::state));
}

Result<void> Collector::step(std::chrono::milliseconds patience) {
  std::vector<Message> messages;
  connection_.poll(patience, {.message = [&messages](const Message& message) { messages.push_back(message); }});
  if (messages.empty()) return {};
  TRY_DO(read_keys());

  std::vector<Answer> answers;
  Collected collected = collected_;
  TRY_DO(store_.transaction([&]() -> Result<void> {
    for (const Message& message : messages) TRY_DO(take(message, answers, collected));
    return {};
  }));
  collected_ = collected;
  for (const Answer& answer : answers) acknowledge(answer);
  return {};
}

Result<void> Collector::take(const Message& message, std::vector<Answer>& answers, Collected& collected) {
  const std::optional<DeviceTopic> topic = parse_topic(message.topic);
  if (!topic) return {};
  if (topic->channel == Channel::report) return take_report(topic->device, message.payload, answers, collected);
  if (topic->channel == Channel::state) return take_state(topic->device, message.payload, message.retained, collected);
  return {};
}

Result<void> Collector::take_report(const std::string& device, ByteView payload, std::vector<Answer>& answers,
                                    Collected& collected) {
  const auto key = report_keys_.find(device);
  if (key == report_keys_.end()) return refuse(device, "report", Refusal::unknown_device, collected);
  const auto opened = open(EnvelopeType::report, key->second, payload);
  if (const Refusal* why = std::get_if<Refusal>(&opened)) return refuse(device, "report", *why, collected);
  const std::optional<Report> report = parse_report(std::get<ByteView>(opened));
  if (!report) return refuse(device, "report", Refusal::malformed, collected);
  if (report->device != device) return refuse(device, "report", Refusal::wrong_device, collected);
  return store_report(*report, answers, collected);
}

Result<void> Collector::store_report(const Report& report, std::vector<Answer>& answers, Collected& collected) {
  TRY(const Taken taken, store_.take_report(report, clock_.now_ms()));
  if (taken == Taken::conflicting) return refuse(report.device, "report", Refusal::conflicting, collected);
  answers.push_back({report.device, report.boot, report.counter});
  if (taken == Taken::known) {
    ++collected.known;
  } else {
    ++collected.stored;
    collected.windows += report.windows;
  }
  return {};
}

Result<void> Collector::take_state(const std::string& device, ByteView payload, bool retained, Collected& collected) {
  const StateMessage message = parse_state_or_will(payload);
  if (message.kind == StateKind::none && payload.empty()) return {};  // the topic was cleared
  const auto key = report_keys_.find(device);
  if (key == report_keys_.end()) return refuse(device, "state", Refusal::unknown_device, collected);
  if (message.kind == StateKind::will) {
    TRY(const uint32_t boot, store_.known_boot(device));
    return says_gone(message, boot) ? store_.take_presence(device, Presence::gone) : Result<void>();
  }
  const auto opened = open(EnvelopeType::state, key->second, payload);
  if (const Refusal* why = std::get_if<Refusal>(&opened)) return refuse(device, "state", *why, collected);
  const std::optional<SignedState> state = parse_state(std::get<ByteView>(opened));
  if (!state) return refuse(device, "state", Refusal::malformed, collected);
  if (state->device != device) return refuse(device, "state", Refusal::wrong_device, collected);
  ++collected.states;
  if (roots != nullptr) roots->take_state(*state);
  return store_.take_state(*state, Presence::online, retained ? 0 : clock_.now_ms());
}

// Asked anew for every batch: devices are enrolled and retired while this runs.
Result<void> Collector::read_keys() {
  TRY(const std::vector<EnrolledDevice> enrolled, devices_.list());
  report_keys_.clear();
  for (const EnrolledDevice& device : enrolled)
    if (!device.retired_ms) report_keys_[device.id] = device.report_key;
  return {};
}

Result<void> Collector::refuse(const std::string& device, const char* what, Refusal why, Collected& collected) const {
  ++collected.refused[why];
  if (tell) tell(device + ": " + what + " refused: " + name_of(why));
  return {};
}

// Not connected any more: the device sends its report again, and is answered then.
void Collector::acknowledge(const Answer& answer) {
  const Bytes bytes = acknowledgement(answer.boot, answer.counter);
  (void)connection_.publish(topic_of(answer.device, Channel::acknowledge), bytes, Delivery::at_least_once, Retain::no);
}

std::string to_text(const Collected& collected) {
  std::ostringstream text;
  text << "reports stored   " << collected.stored << " (" << collected.windows << " windows)\n"
       << "came again       " << collected.known << "\n"
       << "states           " << collected.states << "\n";
  for (const auto& [why, count] : collected.refused) text << "refused          " << count << " " << name_of(why) << "\n";
  return text.str();
}

Json to_json(const Collected& collected) {
  Json refused = Json::object();
  for (const Refusal why : kRefusals) refused[name_of(why)] = collected.refused.contains(why) ? collected.refused.at(why) : 0;
  return {{"stored", collected.stored},
          {"known", collected.known},
          {"windows", collected.windows},
          {"states", collected.states},
          {"refused", refused}};
}

}  // namespace mote::fleet
