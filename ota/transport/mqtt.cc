// libmosquitto over a line of the relay. A new libmosquitto client for every connect: nothing of an old one is sent later.
#include "ota/transport/mqtt.h"

#include <fcntl.h>
#include <mosquitto.h>
#include <poll.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "ota/transport/backoff.h"

namespace mote {
namespace {

using std::chrono::milliseconds;

constexpr int64_t kAnswerMs = 10'000;      // until the broker has said whether it takes us
constexpr int64_t kKeepAliveLookMs = 500;  // for keep-alives
constexpr size_t kMaxUnsentBytes = 1u << 20;
constexpr int64_t kFirstBackoffMs = 200;
constexpr int64_t kSteadyMs = 10'000;  // a connection that lasted less is one more failure: two of one name take turns slowly
constexpr int kPacketsAtOnce = 32;

struct Free {
  void operator()(mosquitto* client) const { mosquitto_destroy(client); }
};

class Mosquitto final : public MqttConnection {
 public:
  Mosquitto(Endpoint endpoint, std::shared_ptr<TlsIdentity> identity, std::shared_ptr<Relay> relay, const Clock& clock)
      : clock_(clock),
        relay_(std::move(relay)),
        endpoint_(std::move(endpoint)),
        identity_(std::move(identity)),
        backoff_(kFirstBackoffMs, endpoint_.longest_backoff_ms, std::random_device{}()) {}

  bool connected() const override { return phase_ == Phase::open; }
  Result<void> publish(const std::string& topic, ByteView payload, Delivery delivery, Retain retain) override;
  Result<void> subscribe(const std::string& filter) override;
  Result<void> unsubscribe(const std::string& filter) override;
  void poll(milliseconds patience, const Handlers& handlers) override;
  std::string trouble() const override { return connected() ? "" : trouble_; }
  size_t unsent() const override { return unsent_.size(); }

 private:
  enum class Phase { waiting, dialling, greeting, open };

  void step(milliseconds patience);
  void dial();
  void greet();
  void exchange(milliseconds patience);
  void fail(const std::string& why);
  bool tell(const Handlers& handlers);
  Error refuse(const std::string& what) const {
    return Error{.cause = Cause::failed, .what = what, .where = endpoint_.client_id, .todo = ""};
  }

  static void on_connect(mosquitto*, void* self, int code) { static_cast<Mosquitto*>(self)->answered(code); }
  static void on_message(mosquitto*, void* self, const mosquitto_message* message) {
    static_cast<Mosquitto*>(self)->arrived(*message);
  }
  static void on_publish(mosquitto*, void* self, int id) { static_cast<Mosquitto*>(self)->sent(id); }
  void answered(int code);
  void arrived(const mosquitto_message& message);
  void sent(int id);

  const Clock& clock_;
  std::shared_ptr<Relay> relay_;
  Endpoint endpoint_;
  std::shared_ptr<TlsIdentity> identity_;
  Backoff backoff_;
  std::vector<std::string> filters_;

  Phase phase_ = Phase::waiting;
  int64_t until_ms_ = 0;  // of waiting or greeting
  int64_t opened_ms_ = 0;
  std::string trouble_ = "not connected yet";
  std::string refusal_;              // what the broker answered
  std::unique_ptr<RelayLine> line_;  // before the client: the client goes first
  std::unique_ptr<mosquitto, Free> client_;
  std::map<int, size_t> unsent_;  // bytes by message id
  std::set<int> sent_at_once_;    // told of before mosquitto_publish returned their ids
  size_t unsent_bytes_ = 0;

  bool told_ = false;  // what the handlers know
  std::vector<Message> inbox_;
};

Result<void> Mosquitto::publish(const std::string& topic, ByteView payload, Delivery delivery, Retain retain) {
  if (!connected()) return refuse("is not connected: " + trouble_);
  if (payload.size() > kMaxMessageBytes) return refuse("a message for " + topic + " is too large");
  if (unsent_bytes_ + payload.size() > kMaxUnsentBytes) return refuse("the broker takes no more messages at present");
  int id = 0;
  const int code = mosquitto_publish(client_.get(), &id, topic.c_str(), static_cast<int>(payload.size()), payload.data(),
                                     delivery == Delivery::at_least_once ? 1 : 0, retain == Retain::yes);
  if (code != MOSQ_ERR_SUCCESS) return refuse(std::string("cannot publish: ") + mosquitto_strerror(code));
  if (sent_at_once_.erase(id) > 0) return {};
  unsent_[id] = payload.size();
  unsent_bytes_ += payload.size();
  return {};
}

Result<void> Mosquitto::subscribe(const std::string& filter) {
  if (mosquitto_sub_topic_check(filter.c_str()) != MOSQ_ERR_SUCCESS) return refuse("'" + filter + "' is no topic filter");
  if (std::find(filters_.begin(), filters_.end(), filter) == filters_.end()) filters_.push_back(filter);
  if (connected()) mosquitto_subscribe(client_.get(), nullptr, filter.c_str(), 1);  // a failure shows as the connection's end
  return {};
}

Result<void> Mosquitto::unsubscribe(const std::string& filter) {
  if (std::erase(filters_, filter) != 0 && connected()) mosquitto_unsubscribe(client_.get(), nullptr, filter.c_str());
  return {};
}

void Mosquitto::poll(milliseconds patience, const Handlers& handlers) {
  const int64_t deadline = clock_.steady_ms() + patience.count();
  for (int64_t left = patience.count(); left >= 0; left = deadline - clock_.steady_ms()) {
    step(milliseconds(left));
    if (tell(handlers) || left == 0) return;
  }
}

void Mosquitto::step(milliseconds patience) {
  switch (phase_) {
    case Phase::waiting: {
      const int64_t left = until_ms_ - clock_.steady_ms();
      if (left <= 0) return dial();
      std::this_thread::sleep_for(std::min(patience, milliseconds(left)));
      return;
    }
    case Phase::dialling:
      switch (line_->wait(patience)) {
        case LineState::connecting:
          return;
        case LineState::ready:
          return greet();
        case LineState::closed:
          return fail("");
      }
      return;
    case Phase::greeting:
      exchange(patience);
      if (phase_ == Phase::greeting && clock_.steady_ms() >= until_ms_) fail("the broker did not answer in time");
      return;
    case Phase::open:
      return exchange(patience);
  }
}

void Mosquitto::dial() {
  Result<std::unique_ptr<RelayLine>> line = relay_->open(endpoint_.broker.host, endpoint_.broker.port, identity_);
  if (!line.ok()) return fail(line.error().line());
  line_ = std::move(line).value();
  phase_ = Phase::dialling;
}

void Mosquitto::greet() {
  client_.reset(mosquitto_new(endpoint_.client_id.c_str(), /*clean_session=*/true, this));
  if (client_ == nullptr) return fail("there is not enough memory");
  mosquitto* client = client_.get();
  mosquitto_connect_callback_set(client, on_connect);
  mosquitto_message_callback_set(client, on_message);
  mosquitto_publish_callback_set(client, on_publish);
  int code = MOSQ_ERR_SUCCESS;
  if (const std::optional<Will>& will = endpoint_.will)
    code = mosquitto_will_set(client, will->topic.c_str(), static_cast<int>(will->payload.size()), will->payload.data(), 1,
                              will->retain == Retain::yes);
  // A path and port 0 are a Unix socket to libmosquitto.
  if (code == MOSQ_ERR_SUCCESS) code = mosquitto_connect(client, line_->socket().c_str(), 0, endpoint_.keep_alive_s);
  if (code != MOSQ_ERR_SUCCESS) return fail(mosquitto_strerror(code));
  const int socket = mosquitto_socket(client);
  ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK);
  until_ms_ = clock_.steady_ms() + kAnswerMs;
  phase_ = Phase::greeting;
}

void Mosquitto::exchange(milliseconds patience) {
  mosquitto* client = client_.get();
  int code = MOSQ_ERR_SUCCESS;
  auto wait = static_cast<int>(std::min<int64_t>(patience.count(), kKeepAliveLookMs));
  for (int packet = 0; packet < kPacketsAtOnce && code == MOSQ_ERR_SUCCESS; ++packet) {
    pollfd socket{mosquitto_socket(client), static_cast<short>(mosquitto_want_write(client) ? POLLIN | POLLOUT : POLLIN), 0};
    if (::poll(&socket, 1, wait) <= 0) break;
    wait = 0;
    if ((socket.revents & ~POLLOUT) != 0) code = mosquitto_loop_read(client, 1);
    if (code == MOSQ_ERR_SUCCESS && mosquitto_want_write(client)) code = mosquitto_loop_write(client, 1);
  }
  if (code == MOSQ_ERR_SUCCESS) code = mosquitto_loop_misc(client);
  if (code != MOSQ_ERR_SUCCESS) fail(mosquitto_strerror(code));
}

// Back to waiting. What the relay or the broker has said is a better reason than libmosquitto's.
void Mosquitto::fail(const std::string& why) {
  const bool was_steady = phase_ == Phase::open && clock_.steady_ms() - opened_ms_ >= kSteadyMs;
  if (was_steady) backoff_.succeeded();
  const std::string relayed = line_ ? line_->trouble() : "";
  trouble_ = !refusal_.empty() ? refusal_ : !relayed.empty() ? relayed : why;
  refusal_.clear();
  client_.reset();
  line_.reset();
  unsent_.clear();
  sent_at_once_.clear();
  unsent_bytes_ = 0;
  phase_ = Phase::waiting;
  until_ms_ = clock_.steady_ms() + backoff_.next_ms();
}

bool Mosquitto::tell(const Handlers& handlers) {
  bool something = false;
  if (!told_ && connected()) {
    told_ = something = true;
    if (handlers.connected) handlers.connected();
  }
  const std::vector<Message> messages = std::exchange(inbox_, {});
  for (const Message& message : messages) {
    if (!told_) break;
    something = true;
    if (handlers.message) handlers.message(message);
  }
  if (told_ && !connected()) {
    told_ = false, something = true;
    if (handlers.disconnected) handlers.disconnected();
  }
  return something;
}

void Mosquitto::answered(int code) {
  if (code != 0) {
    refusal_ = endpoint_.broker.host + ": the broker refuses '" + endpoint_.client_id + "': " + mosquitto_connack_string(code);
    return;
  }
  phase_ = Phase::open;
  opened_ms_ = clock_.steady_ms();
  trouble_.clear();
  for (const std::string& filter : filters_) mosquitto_subscribe(client_.get(), nullptr, filter.c_str(), 1);
}

void Mosquitto::arrived(const mosquitto_message& message) {
  if (message.payloadlen < 0 || static_cast<size_t>(message.payloadlen) > kMaxMessageBytes) return;
  const auto* payload = static_cast<const uint8_t*>(message.payload);
  inbox_.push_back({message.topic, payload == nullptr ? Bytes{} : Bytes(payload, payload + message.payloadlen), message.retain});
}

void Mosquitto::sent(int id) {
  const auto found = unsent_.find(id);
  if (found == unsent_.end()) {
    sent_at_once_.insert(id);
    return;
  }
  unsent_bytes_ -= found->second;
  unsent_.erase(found);
}

}  // namespace

Result<std::unique_ptr<MqttConnection>> MqttConnection::open(Endpoint endpoint, std::shared_ptr<Relay> relay,
                                                             const Clock& clock) {
  static std::once_flag initialised;
  std::call_once(initialised, [] { mosquitto_lib_init(); });
  TRY(std::shared_ptr<TlsIdentity> identity,
      TlsIdentity::make(endpoint.authority, endpoint.certificate, endpoint.key, endpoint.broker.server_name));
  return std::unique_ptr<MqttConnection>(
      std::make_unique<Mosquitto>(std::move(endpoint), std::move(identity), std::move(relay), clock));
}

}  // namespace mote
