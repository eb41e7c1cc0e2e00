// A device's way to its broker on a clock that the test moves: messages are lost, doubled, overtaken and late, in both directions
// and on every channel; and now and then the device is asleep.
#pragma once

#include <map>

#include "base/clock.h"
#include "base/random.h"
#include "ota/transport/connection.h"

namespace mote {

struct LinkTerms {
  double lose = 0, duplicate = 0, overtaken = 0;  // chances of each message
  int64_t round_trip_ms = 0;
  int64_t awake_ms = 1, asleep_ms = 0;  // in turn
};

struct LinkCount {
  uint64_t messages = 0;  // given to the link, either way
  uint64_t lost = 0;      // by chance
  uint64_t cut_off = 0;   // under way when the device fell asleep
  uint64_t doubled = 0, overtaken = 0;
};

class LossyLink final : public Connection {
 public:
  // `arrived` is told of each message that the broker hands to the link, before anything befalls it.
  using Arrived = std::function<void(const Message&)>;

  LossyLink(std::unique_ptr<Connection> inner, const LinkTerms& terms, uint64_t seed, const Clock& clock, LinkCount* count,
            Arrived arrived)
      : inner_(std::move(inner)), terms_(terms), random_(seed), clock_(clock), count_(count), arrived_(std::move(arrived)) {}

  bool connected() const override { return inner_->connected(); }

  Result<void> publish(const std::string& topic, ByteView payload, Delivery delivery, Retain retain) override {
    if (!connected()) return inner_->publish(topic, payload, delivery, retain);  // refuses
    send(up_, {{topic, Bytes(payload.begin(), payload.end())}, delivery, retain});
    return {};
  }
  Result<void> subscribe(const std::string& filter) override { return inner_->subscribe(filter); }
  Result<void> unsubscribe(const std::string& filter) override { return inner_->unsubscribe(filter); }

  void poll(std::chrono::milliseconds patience, const Handlers& handlers) override {
    for (const Parcel& parcel : take_due(up_))
      (void)inner_->publish(parcel.message.topic, parcel.message.payload, parcel.delivery, parcel.retain);
    inner_->poll(patience, {.message =
                                [this](const Message& message) {
                                  arrived_(message);
                                  send(down_, {message});
                                },
                            .connected = handlers.connected,
                            .disconnected =
                                [&] {
                                  count_->cut_off += up_.size() + down_.size();
                                  up_.clear(), down_.clear();
                                  handlers.disconnected();
                                }});
    for (const Parcel& parcel : take_due(down_)) handlers.message(parcel.message);
  }

 private:
  struct Parcel {
    Message message;
    Delivery delivery = Delivery::at_most_once;
    Retain retain = Retain::no;
  };
  using UnderWay = std::multimap<int64_t, Parcel>;  // by when it is there

  bool chance(double probability) { return random_.uniform() < probability; }

  void send(UnderWay& way, const Parcel& parcel) {
    ++count_->messages;
    if (chance(terms_.lose)) {
      ++count_->lost;
      return;
    }
    int64_t there = clock_.steady_ms() + terms_.round_trip_ms / 2;
    if (chance(terms_.overtaken)) {
      ++count_->overtaken;
      there += 1 + static_cast<int64_t>(random_.below(static_cast<uint64_t>(terms_.round_trip_ms) + 1));
    }
    way.emplace(there, parcel);
    if (chance(terms_.duplicate)) {
      ++count_->doubled;
      way.emplace(there + static_cast<int64_t>(random_.below(static_cast<uint64_t>(terms_.round_trip_ms) + 1)), parcel);
    }
  }

  std::vector<Parcel> take_due(UnderWay& way) {
    std::vector<Parcel> due;
    const auto end = way.upper_bound(clock_.steady_ms());
    for (auto at = way.begin(); at != end; ++at) due.push_back(std::move(at->second));
    way.erase(way.begin(), end);
    return due;
  }

  std::unique_ptr<Connection> inner_;
  LinkTerms terms_;
  Random random_;
  const Clock& clock_;
  LinkCount* count_;
  Arrived arrived_;
  UnderWay up_, down_;
};

// Passes everything on, and tells of what is published: what a host's program has sent.
class CountedConnection final : public Connection {
 public:
  using Published = std::function<void(const std::string& topic, ByteView payload)>;
  CountedConnection(std::unique_ptr<Connection> inner, Published published)
      : inner_(std::move(inner)), published_(std::move(published)) {}

  bool connected() const override { return inner_->connected(); }
  Result<void> publish(const std::string& topic, ByteView payload, Delivery delivery, Retain retain) override {
    TRY_DO(inner_->publish(topic, payload, delivery, retain));
    published_(topic, payload);
    return {};
  }
  Result<void> subscribe(const std::string& filter) override { return inner_->subscribe(filter); }
  Result<void> unsubscribe(const std::string& filter) override { return inner_->unsubscribe(filter); }
  void poll(std::chrono::milliseconds patience, const Handlers& handlers) override { inner_->poll(patience, handlers); }

 private:
  std::unique_ptr<Connection> inner_;
  Published published_;
};

}  // namespace mote
