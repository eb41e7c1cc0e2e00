// A broker with a good certificate and bad intentions, or none at all: what it costs the programs of the host in memory, and what
// becomes of what they publish.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <fstream>

#include "ota/broker/broker.h"
#include "ota/broker/test/fake_broker.h"
#include "ota/broker/test/workspace.h"
#include "ota/transport/mqtt.h"
#include "ota/transport/topics.h"

namespace mote {
namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr int64_t kMayGrowKib = 64 * 1024;  // it keeps what was freed
#else
constexpr int64_t kMayGrowKib = 1024;
#endif

int64_t status_kib(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (word == name + ":") {
      int64_t kib = 0;
      status >> kib;
      return kib;
    }
  return -1;
}

// By how much the memory of this process rises at most, from here on.
class Growth {
 public:
  Growth() {
    std::ofstream("/proc/self/clear_refs") << "5";  // the peak begins anew
    before_ = status_kib("VmRSS");
  }
  int64_t kib() const { return status_kib("VmHWM") - before_; }

 private:
  int64_t before_;
};

class EvilBrokerTest : public testing::Test {
 protected:
  EvilBrokerTest() {
    here_.enrol("a");
    relay_ = must(Relay::start(here_.clock));
    broker_.emplace(must(BrokerProcess::up(here_.workspace, here_.files, here_.clock, {})));
    const Authority authority = must(Authority::open(here_.workspace.authority(), here_.files, here_.clock));
    server_ = must(authority.mint("localhost", CertificateUse::server));
  }

  Endpoint device() { return must(device_endpoint(here_.workspace, here_.files, broker_->address(), "a", 1)); }
  Endpoint host(HostProgram program) { return must(host_endpoint(here_.workspace, here_.files, broker_->address(), program)); }
  std::unique_ptr<MqttConnection> open(Endpoint endpoint) {
    return must(MqttConnection::open(std::move(endpoint), relay_, here_.clock));
  }
  template <typename Condition>
  bool until(std::initializer_list<MqttConnection*> connections, Condition done, int64_t patience_ms = 60'000) {
    const Handlers handlers = {.message = [this](const Message& message) { messages_.push_back(message); }};
    for (const int64_t end = here_.clock.steady_ms() + patience_ms; here_.clock.steady_ms() < end;) {
      if (done()) return true;
      for (MqttConnection* connection : connections) connection->poll(std::chrono::milliseconds(2), handlers);
    }
    return done();
  }

  // Connects to a broker that says `greeting` and then `flood` without end, until that connection is given up. The memory it
  // took.
  int64_t meet(Endpoint endpoint, const Bytes& greeting, const Bytes& flood, std::chrono::milliseconds pause = {}) {
    const FakeBroker fake(server_, greeting, flood, 1u << 30, pause);
    endpoint.broker.port = fake.port();
    const Growth growth;
    const std::unique_ptr<MqttConnection> connection = open(std::move(endpoint));
    EXPECT_TRUE(until({connection.get()}, [&] { return fake.served(); })) << connection->trouble();
    flooded_ = fake.flooded();
    EXPECT_TRUE(messages_.empty());
    return growth.kib();
  }

  TestWorkspace here_;
  std::shared_ptr<Relay> relay_;
  std::optional<BrokerProcess> broker_;
  Credentials server_;
  std::vector<Message> messages_;
  size_t flooded_ = 0;
};

const Bytes kWelcome = {0x20, 2, 0, 0};                 // CONNACK
const Bytes kEndless = {0x30, 0xff, 0xff, 0xff, 0x7f};  // PUBLISH of 256 MB, the longest there is

Bytes after_welcome(const Bytes& bytes) {
  Bytes all = kWelcome;
  append(all, bytes);
  return all;
}

TEST_F(EvilBrokerTest, AnEndlessMessageCostsLessThanAMegabyte) {
  (void)meet(device(), after_welcome({0x00}), Bytes(16384, 'x'));  // what a process takes for its first connection
  for (const Endpoint& who : {device(), host(HostProgram::controller), host(HostProgram::collector)}) {
    const int64_t grown = meet(who, after_welcome(kEndless), Bytes(16384, 'x'));
    std::printf("%s: a message of 256 MB, %zu bytes of it sent: memory rose by %lld KiB\n", who.client_id.c_str(), flooded_,
                static_cast<long long>(grown));
    EXPECT_LT(grown, kMayGrowKib) << who.client_id;
  }
}

// Of a length that may be, and one byte at a time for ever: the connection lasts no longer than one on which nothing comes.
TEST_F(EvilBrokerTest, ASlowDripIsGivenUp) {
  (void)meet(device(), after_welcome({0x00}), Bytes(16384, 'x'));
  for (const Bytes& begun : {Bytes{0x30, 0x80, 0x40}, kEndless}) {
    Endpoint endpoint = device();
    endpoint.keep_alive_s = 5;
    const int64_t start = here_.clock.steady_ms();
    const int64_t grown = meet(endpoint, after_welcome(begun), Bytes(1, 'x'), std::chrono::milliseconds(100));
    std::printf("slow drip: given up after %.1f s and %zu bytes, memory rose by %lld KiB\n",
                static_cast<double>(here_.clock.steady_ms() - start) / 1000, flooded_, static_cast<long long>(grown));
    EXPECT_LT(flooded_, 8192u) << "before it was whole";
    EXPECT_LT(grown, kMayGrowKib);
  }
}

TEST_F(EvilBrokerTest, WhatIsPublishedWithoutABrokerIsRefusedAndNeverComesLater) {
  const std::unique_ptr<MqttConnection> a = open(device()), ear = open(host(HostProgram::collector));
  ASSERT_TRUE(ear->subscribe(filter_of(Channel::report)).ok());
  ASSERT_TRUE(until({a.get(), ear.get()}, [&] { return a->connected() && ear->connected(); }));
  broker_->kill();
  ASSERT_TRUE(until({a.get(), ear.get()}, [&] { return !a->connected() && !ear->connected(); }));
  const std::string topic = topic_of("a", Channel::report);
  const Bytes report(1000, 'r');
  const Growth growth;
  for (int i = 0; i < 20'000; ++i) {
    EXPECT_FALSE(a->publish(topic, report, Delivery::at_least_once, Retain::no).ok());
  }
  std::printf("20000 messages refused: memory rose by %lld KiB\n", static_cast<long long>(growth.kib()));
  EXPECT_LT(growth.kib(), kMayGrowKib);
  EXPECT_EQ(a->unsent(), 0u);
  must(broker_->restart());
  ASSERT_TRUE(until({a.get(), ear.get()}, [&] { return a->connected() && ear->connected(); }));
  ASSERT_TRUE(until({a.get(), ear.get()}, [&] {  // until the broker has the ear's subscription too
    return !messages_.empty() || !a->publish(topic, view_of("after"), Delivery::at_least_once, Retain::no).ok();
  }));
  ASSERT_TRUE(until({a.get(), ear.get()}, [&] { return a->unsent() == 0; }));
  ASSERT_FALSE(messages_.empty());
  for (const Message& message : messages_) EXPECT_EQ(text_of(message.payload), "after");
}

TEST_F(EvilBrokerTest, ABrokerThatTakesNothingFillsABoundedSpoolAndGetsAllOfItOnce) {
  const std::unique_ptr<MqttConnection> a = open(device()), ear = open(host(HostProgram::collector));
  ASSERT_TRUE(ear->subscribe(filter_of(Channel::report)).ok());
  ASSERT_TRUE(until({a.get(), ear.get()}, [&] { return a->connected() && ear->connected(); }));
  const std::string topic = topic_of("a", Channel::report);
  uint32_t taken = 0, refused = 0;
  const auto publish = [&] {
    Bytes report(1000, 'r');
    std::memcpy(report.data(), &taken, sizeof taken);
    a->publish(topic, report, Delivery::at_least_once, Retain::no).ok() ? ++taken : ++refused;
  };
  const auto reports = [&] {
    return std::count_if(messages_.begin(), messages_.end(), [](const Message& m) { return m.payload.size() == 1000; });
  };
  // Marks until one is heard: the broker may act on what is published before it acts on the subscription.
  ASSERT_TRUE(until({a.get(), ear.get()}, [&] {
    return !messages_.empty() || !a->publish(topic, view_of("mark"), Delivery::at_least_once, Retain::no).ok();
  }));
  ASSERT_TRUE(until({a.get(), ear.get()}, [&] { return a->unsent() == 0; }));
  ::kill(broker_->id(), SIGSTOP);
  for (int i = 0; i < 20'000; ++i) {
    publish();
    if (i % 100 == 0) a->poll(std::chrono::milliseconds(0), {});
  }
  EXPECT_LE(taken, (1u << 20) / 1000 + 1);
  EXPECT_GT(refused, 18'000u);
  EXPECT_LE(a->unsent(), taken);
  ::kill(broker_->id(), SIGCONT);
  ASSERT_TRUE(until({a.get(), ear.get()}, [&] { return a->unsent() == 0 && reports() >= taken; }));
  std::erase_if(messages_, [](const Message& message) { return message.payload.size() != 1000; });
  std::printf("a broker that stood still: %u messages taken, %u refused, %zu delivered\n", taken, refused, messages_.size());
  ASSERT_EQ(messages_.size(), taken);
  for (uint32_t i = 0; i < taken; ++i) {
    uint32_t number = 0;
    std::memcpy(&number, messages_[i].payload.data(), sizeof number);
    EXPECT_EQ(number, i) << "in order, each once";
  }
}

}  // namespace
}  // namespace mote
