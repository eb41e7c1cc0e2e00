// A broker in memory for tests: several connections, retained messages, wills, and every fault a real one shows.
//
//     MemoryBroker broker;
//     auto host = broker.connect({.client = "host"});
//     auto device = broker.connect({.client = "press-04", .will_topic = "...", .will = make_will(3), .will_retain =
//     Retain::yes}); broker.faults.lose_at_most_once = 0.2; host->poll(std::chrono::milliseconds(0), handlers);  // reconnects,
//     then hands out what has arrived
//
// Connections may live on different threads. A message is queued at its subscribers by publish() and handed out by their poll().
// Like the real connection (ota/transport/mqtt.h): sessions are clean, a connection that is destroyed leaves its will, and
// a message of more than kMaxMessageBytes is refused.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

#include "base/random.h"
#include "device/format/channels.h"
#include "ota/transport/connection.h"

namespace mote {

// Chances per delivery to one subscriber, 0 to 1. A loss at QoS 1 stands for a connection that broke before its acknowledgement.
struct Faults {
  double lose_at_most_once = 0;
  double lose_at_least_once = 0;
  double duplicate = 0;
  double reorder = 0;  // overtakes the message that was queued before it
  double drop = 0;     // the subscriber's connection breaks: its queue is lost, its will is left
};

struct MemoryClient {
  std::string client;
  std::string will_topic = "";  // empty: no will
  Bytes will = {};
  Retain will_retain = Retain::no;
};

class MemoryBroker {
 public:
  explicit MemoryBroker(uint64_t seed = 1) : shared_(std::make_shared<Shared>(seed)), faults(shared_->faults) {}

  // Not connected yet: its first poll() connects it, when the broker is up.
  std::unique_ptr<Connection> connect(MemoryClient client);

  // As kill -9: every connection breaks and no will is left. Retained messages come back at restart, unless they are forgotten.
  void kill(bool forget_retained = false) {
    const std::lock_guard lock(shared_->mutex);
    shared_->up = false;
    if (forget_retained) shared_->retained.clear();
    for (Session* session : shared_->sessions) shared_->disconnect(*session, /*with_will=*/false);
  }
  void restart() {
    const std::lock_guard lock(shared_->mutex);
    shared_->up = true;
    shared_->arrived.notify_all();
  }

  // Breaks one client's connection; its will is left. It reconnects at its next poll(), unless it is held off.
  void drop(const std::string& client) {
    const std::lock_guard lock(shared_->mutex);
    for (Session* session : shared_->of(client)) shared_->disconnect(*session, /*with_will=*/true);
  }
  void hold_off(const std::string& client, bool held) {
    const std::lock_guard lock(shared_->mutex);
    if (held) {
      shared_->held_off.insert(client);
      for (Session* session : shared_->of(client)) shared_->disconnect(*session, /*with_will=*/true);
    } else {
      shared_->held_off.erase(client);
    }
  }

  // What stands on a topic; empty when nothing does.
  Bytes retained(const std::string& topic) const {
    const std::lock_guard lock(shared_->mutex);
    const auto found = shared_->retained.find(topic);
    return found == shared_->retained.end() ? Bytes{} : found->second;
  }
  uint64_t published() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->published;
  }
  // As an attacker in the broker's place would: to every subscriber, without a fault.
  void inject(const std::string& topic, ByteView payload, Retain retain = Retain::no) {
    const std::lock_guard lock(shared_->mutex);
    const Faults kept = shared_->faults;
    shared_->faults = Faults{};
    shared_->spread(topic, payload, Delivery::at_least_once, retain);
    shared_->faults = kept;
  }

 private:
  struct Session {
    MemoryClient client;
    bool connected = false;
    bool told = false;  // what the handlers have been told last
    std::vector<std::string> filters;
    std::deque<Message> inbox;
  };

  struct Shared {
    explicit Shared(uint64_t seed) : random(seed) {}
    std::mutex mutex;
    std::condition_variable arrived;
    Faults faults;
    Random random;
    bool up = true;
    uint64_t published = 0;
    std::string refused;
    std::map<std::string, Bytes> retained;
    std::vector<Session*> sessions;
    std::set<std::string> held_off;

    bool chance(double probability) { return probability > 0 && random.uniform() < probability; }

    std::vector<Session*> of(const std::string& client) {
      std::vector<Session*> found;
      for (Session* session : sessions)
        if (session->client.client == client) found.push_back(session);
      return found;
    }

    void disconnect(Session& session, bool with_will) {
      if (!session.connected) return;
      session.connected = false;
      session.inbox.clear();
      arrived.notify_all();
      if (with_will && !session.client.will_topic.empty())
        spread(session.client.will_topic, session.client.will, Delivery::at_least_once, session.client.will_retain);
    }

    void connect(Session& session) {
      for (Session* other : of(session.client.client)) disconnect(*other, /*with_will=*/true);  // the older one is taken over
      session.connected = true;
      for (const std::string& filter : session.filters) send_retained(session, filter);
    }

    void send_retained(Session& session, const std::string& filter) {
      for (const auto& [topic, payload] : retained)
        if (matches(filter, topic)) session.inbox.push_back({topic, payload, /*retained=*/true});
      arrived.notify_all();
    }

    void spread(const std::string& topic, ByteView payload, Delivery delivery, Retain retain) {
      ++published;
      if (!refused.empty() && topic.starts_with(refused)) return;
      const Message message{topic, Bytes(payload.begin(), payload.end()), /*retained=*/false};
      if (retain == Retain::yes && payload.empty()) retained.erase(topic);
      if (retain == Retain::yes && !payload.empty()) retained[topic] = message.payload;
      for (Session* session : std::vector<Session*>(sessions)) {
        const auto fits = [&](const std::string& filter) { return matches(filter, topic); };
        if (session->connected && std::any_of(session->filters.begin(), session->filters.end(), fits))
          deliver(*session, message, delivery);
      }
      arrived.notify_all();
    }

    void deliver(Session& session, const Message& message, Delivery delivery) {
      if (chance(faults.drop)) return disconnect(session, /*with_will=*/true);
      if (chance(delivery == Delivery::at_most_once ? faults.lose_at_most_once : faults.lose_at_least_once)) return;
      session.inbox.push_back(message);
      const size_t count = session.inbox.size();
      if (count >= 2 && chance(faults.reorder)) std::swap(session.inbox[count - 1], session.inbox[count - 2]);
      if (delivery == Delivery::at_least_once && chance(faults.duplicate)) session.inbox.push_back(message);
    }
  };

  // MQTT 3.1.1, 4.7: '+' is one level, a last '#' is all that follow and their parent.
  static bool matches(std::string_view filter, std::string_view topic) {
    for (;;) {
      const std::string_view wanted = filter.substr(0, filter.find('/'));
      const std::string_view level = topic.substr(0, topic.find('/'));
      if (wanted == "#") return true;
      if (wanted != "+" && wanted != level) return false;
      const bool filter_ends = wanted.size() == filter.size();
      const bool topic_ends = level.size() == topic.size();
      if (filter_ends) return topic_ends;
      filter.remove_prefix(wanted.size() + 1);
      if (topic_ends) return filter == "#";
      topic.remove_prefix(level.size() + 1);
    }
  }

  class MemoryConnection final : public Connection {
   public:
    MemoryConnection(std::shared_ptr<Shared> shared, MemoryClient client) : shared_(std::move(shared)) {
      session_.client = std::move(client);
      const std::lock_guard lock(shared_->mutex);
      shared_->sessions.push_back(&session_);
    }
    ~MemoryConnection() override {
      const std::lock_guard lock(shared_->mutex);
      shared_->disconnect(session_, /*with_will=*/true);
      std::erase(shared_->sessions, &session_);
    }

    bool connected() const override {
      const std::lock_guard lock(shared_->mutex);
      return session_.connected;
    }

    Result<void> publish(const std::string& topic, ByteView payload, Delivery delivery, Retain retain) override {
      const std::lock_guard lock(shared_->mutex);
      if (!session_.connected) return problem("is not connected to the broker");
      if (payload.size() > kMaxMessageBytes) return problem("a message for " + topic + " is too large");
      shared_->spread(topic, payload, delivery, retain);
      return {};
    }

    Result<void> subscribe(const std::string& filter) override {
      const std::lock_guard lock(shared_->mutex);
      if (std::find(session_.filters.begin(), session_.filters.end(), filter) == session_.filters.end())
        session_.filters.push_back(filter);
      if (session_.connected) shared_->send_retained(session_, filter);
      return {};
    }

    Result<void> unsubscribe(const std::string& filter) override {
      const std::lock_guard lock(shared_->mutex);
      std::erase(session_.filters, filter);
      return {};
    }

    void poll(std::chrono::milliseconds patience, const Handlers& handlers) override {
      std::unique_lock lock(shared_->mutex);
      const auto worth = [&] { return session_.told != session_.connected || !session_.inbox.empty() || may_connect(); };
      if (patience.count() > 0) shared_->arrived.wait_for(lock, patience, worth);  // to wait for nothing takes time too
      if (session_.told && !session_.connected) tell(lock, false, handlers.disconnected);
      if (may_connect()) shared_->connect(session_);
      if (!session_.told && session_.connected) tell(lock, true, handlers.connected);
      for (size_t left = session_.inbox.size(); left > 0 && !session_.inbox.empty(); --left) {
        const Message message = std::move(session_.inbox.front());
        session_.inbox.pop_front();
        lock.unlock();
        if (handlers.message) handlers.message(message);
        lock.lock();
      }
    }

   private:
    bool may_connect() const { return !session_.connected && shared_->up && !shared_->held_off.contains(session_.client.client); }
    void tell(std::unique_lock<std::mutex>& lock, bool connected, const std::function<void()>& handler) {
      session_.told = connected;
      lock.unlock();
      if (handler) handler();
      lock.lock();
    }
    Error problem(const std::string& what) const {
      return Error{.cause = Cause::failed, .what = what, .where = session_.client.client, .todo = ""};
    }

    std::shared_ptr<Shared> shared_;
    Session session_;
  };

  std::shared_ptr<Shared> shared_;

 public:
  Faults& faults;  // set before the threads start, or between their steps
  std::string& refused = shared_->refused;  // what is published on topics that begin so goes nowhere; empty: nothing is refused
};

inline std::unique_ptr<Connection> MemoryBroker::connect(MemoryClient client) {
  return std::make_unique<MemoryConnection>(shared_, std::move(client));
}

}  // namespace mote
