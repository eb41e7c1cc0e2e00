// A connection to a broker, as the rest of the host sees it. Real: ota/transport/mqtt.h. In memory: ota/transport/test/.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace mote {

struct Message {
  std::string topic;
  Bytes payload;          // at most kMaxMessageBytes: longer ones never arrive
  bool retained = false;  // it stood on the topic before we subscribed
};

enum class Delivery { at_most_once, at_least_once };  // QoS 0 and 1
enum class Retain { no, yes };

struct Handlers {
  std::function<void(const Message&)> message;
  std::function<void()> connected;  // also after every reconnect; subscriptions are already renewed
  std::function<void()> disconnected;
};

class Connection {
 public:
  virtual ~Connection() = default;

  virtual bool connected() const = 0;

  // Why there is no connection at present: "127.0.0.1:8883: Connection refused". Empty while connected, or when not known.
  virtual std::string trouble() const { return ""; }

  // Refuses when not connected, and queues nothing then: the caller keeps what must not be lost.
  // An empty payload with Retain::yes clears what stands on the topic.
  virtual Result<void> publish(const std::string& topic, ByteView payload, Delivery delivery, Retain retain) = 0;

  // Remembered, and renewed at every reconnect.
  virtual Result<void> subscribe(const std::string& filter) = 0;

  // No longer renewed; what is under way may still arrive.
  virtual Result<void> unsubscribe(const std::string& filter) = 0;

  // Sends, receives and reconnects (with a jittered back-off) for at most `patience`, less when something happened.
  // All handlers run in here, on the caller's thread.
  virtual void poll(std::chrono::milliseconds patience, const Handlers& handlers) = 0;
};

}  // namespace mote
