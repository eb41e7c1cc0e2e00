// The real connection against a real mosquitto: who gets in, who may say what, and what happens when the broker dies.
#include "ota/broker/broker.h"

#include <gtest/gtest.h>
#include <mosquitto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "ota/broker/test/fake_broker.h"
#include "ota/broker/test/workspace.h"
#include "ota/transport/mqtt.h"
#include "ota/transport/presence.h"
#include "ota/transport/topics.h"

namespace mote {
namespace {

using std::chrono::milliseconds;

// A connection with all that it was told.
struct Client {
  std::unique_ptr<MqttConnection> connection;
  std::vector<Message> messages;
  int connects = 0, disconnects = 0;

  void poll(int ms = 5) {
    connection->poll(milliseconds(ms), {.message = [this](const Message& message) { messages.push_back(message); },
                                        .connected = [this] { ++connects; },
                                        .disconnected = [this] { ++disconnects; }});
  }
  bool has(const std::string& topic) const { return find(topic) != nullptr; }
  const Message* find(const std::string& topic) const {
    for (const Message& message : messages)
      if (message.topic == topic) return &message;
    return nullptr;
  }
  bool publish(const std::string& topic, std::string_view text, Delivery delivery = Delivery::at_least_once,
               Retain retain = Retain::no) {
    return connection->publish(topic, view_of(text), delivery, retain).ok();
  }
};

// Polls all clients in turn until `done`; false when it is not within ten seconds.
bool until(std::initializer_list<Client*> clients, const std::function<bool()>& done, int64_t patience_ms = 10'000) {
  const SystemClock clock;
  const int64_t deadline = clock.steady_ms() + patience_ms;
  while (!done()) {
    if (clock.steady_ms() > deadline) return false;
    for (Client* client : clients) client->poll();
  }
  return true;
}

class BrokerTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    world_ = std::make_unique<TestWorkspace>();
    for (const char* id : {"a", "b", "c"}) world_->enrol(id);
    broker_ = std::make_unique<BrokerProcess>(must(BrokerProcess::up(world_->workspace, world_->files, world_->clock, {})));
    relay_ = must(Relay::start(world_->clock));
  }
  static void TearDownTestSuite() { relay_.reset(), broker_.reset(), world_.reset(); }

  static Endpoint device(const std::string& id, uint32_t boot = 1) {
    return must(device_endpoint(world_->workspace, world_->files, broker_->address(), id, boot));
  }
  static Endpoint host(HostProgram program) {
    return must(host_endpoint(world_->workspace, world_->files, broker_->address(), program));
  }
  static Client begin(Endpoint endpoint) { return {must(MqttConnection::open(std::move(endpoint), relay_, world_->clock)), {}}; }
  static Client connect(Endpoint endpoint) {
    Client client = begin(std::move(endpoint));
    EXPECT_TRUE(until({&client}, [&] { return client.connects > 0; })) << client.connection->trouble();
    return client;
  }
  // What the broker was sent before this, subscriptions too, it has acted on when all have seen the mark that is sent again and
  // again; and what it had to deliver has arrived when they have seen the one after it.
  static void settle(Client& controller, std::initializer_list<Client*> others) {
    static int round = 0;
    for (int trip = 0; trip < 2; ++trip) {
      const std::string topic = "mote/1/blk/settle/" + std::to_string(++round);
      for (Client* other : others)
        ASSERT_TRUE(until({&controller, other}, [&] { return other->has(topic) || !controller.publish(topic, "mark"); }));
      for (Client* other : others) ASSERT_TRUE(other->has(topic));
    }
  }

  static inline std::unique_ptr<TestWorkspace> world_;
  static inline std::unique_ptr<BrokerProcess> broker_;
  static inline std::shared_ptr<Relay> relay_;
};

TEST_F(BrokerTest, KeepsItsSecretsToTheOwner) {
  const auto mode = [](const Path& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 0777;
  };
  const Workspace& workspace = world_->workspace;
  for (const Path& folder :
       {workspace.folder, workspace.authority(), workspace.broker(), workspace.host_certificate(), workspace.device("a")})
    EXPECT_EQ(mode(folder), 0700u) << folder;
  for (const Path& file :
       {workspace.authority() / "ca.key", workspace.broker() / "server.key", workspace.host_certificate() / "host.collector.key",
        workspace.device("a") / "a.key", workspace.device("a") / "identity.bin", workspace.database()})
    EXPECT_EQ(mode(file), 0600u) << file;
}

TEST_F(BrokerTest, PlainTextAndStrangersGetNoAnswer) {
  // Plain MQTT to the TLS port.
  const Descriptor socket = must(begin_connect(must(resolve("127.0.0.1", broker_->port())).front()));
  pollfd ready{socket.get(), POLLOUT, 0};
  ASSERT_EQ(::poll(&ready, 1, 2000), 1);
  const uint8_t connect[] = {0x10, 13, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 60, 0, 1, 'a'};
  ASSERT_EQ(::send(socket.get(), connect, sizeof connect, MSG_NOSIGNAL), static_cast<ssize_t>(sizeof connect));
  ready.events = POLLIN;
  ASSERT_EQ(::poll(&ready, 1, 5000), 1);
  uint8_t answer[64];
  const ssize_t count = ::recv(socket.get(), answer, sizeof answer, 0);
  EXPECT_TRUE(count <= 0 || answer[0] == 0x15) << "neither closed nor a TLS alert";

  // TLS by another implementation, without a certificate and then with one.
  const auto trial = [&](bool with_certificate) {
    mosquitto* client = mosquitto_new("a", true, nullptr);
    const Path folder = world_->workspace.device("a");
    const std::string certificate = folder / "a.crt", key = folder / "a.key", ca = world_->workspace.authority() / "ca.crt";
    mosquitto_tls_set(client, ca.c_str(), nullptr, with_certificate ? certificate.c_str() : nullptr,
                      with_certificate ? key.c_str() : nullptr, nullptr);
    static bool accepted;
    accepted = false;
    mosquitto_connect_callback_set(client, [](mosquitto*, void*, int code) { accepted = code == 0; });
    mosquitto_connect(client, "127.0.0.1", broker_->port(), 60);
    for (int i = 0; i < 40 && !accepted && mosquitto_loop(client, 50, 1) == MOSQ_ERR_SUCCESS; ++i) continue;
    mosquitto_destroy(client);
    return accepted;
  };
  EXPECT_FALSE(trial(false));
  EXPECT_TRUE(trial(true));
}

TEST_F(BrokerTest, RefusesACertificateOfAnotherAuthorityAndIsRefusedByIt) {
  TestWorkspace other;
  other.enrol("a");
  must(Authority::open(other.workspace.authority(), other.files, other.clock));
  Endpoint stranger = must(device_endpoint(other.workspace, other.files, broker_->address(), "a", 1));
  Client theirs = begin(stranger);
  ASSERT_TRUE(until({&theirs}, [&] { return theirs.connection->trouble().find("authority") != std::string::npos; }));
  // One who knows our authority's public certificate still has no certificate of it.
  stranger.authority = device("a").authority;
  Client impostor = begin(stranger);
  ASSERT_TRUE(until({&impostor}, [&] { return impostor.connection->trouble().find("refused us") != std::string::npos; }))
      << impostor.connection->trouble();
  EXPECT_EQ(theirs.connects + impostor.connects, 0);
}

TEST_F(BrokerTest, InsistsOnTheBrokersName) {
  Endpoint endpoint = device("a");
  endpoint.broker.server_name = "broker.example";
  Client client = begin(endpoint);
  EXPECT_TRUE(until({&client}, [&] { return client.connection->trouble().find("another name") != std::string::npos; }))
      << client.connection->trouble();
}

TEST_F(BrokerTest, T4_KeepsADeviceToItsOwnTopics) {
  Client controller = connect(host(HostProgram::controller)), observer = connect(host(HostProgram::observer));
  Client a = connect(device("a")), b = connect(device("b"));
  ASSERT_TRUE(observer.connection->subscribe("mote/1/#").ok());
  ASSERT_TRUE(a.connection->subscribe("#").ok());
  ASSERT_TRUE(b.connection->subscribe("mote/1/#").ok());
  settle(controller, {&observer, &a, &b});
  for (const char* id : {"a", "b"})
    for (const char* name : {"state", "report", "request", "desired", "block", "acknowledge", "other"})
      a.publish("mote/1/d/" + std::string(id) + "/" + name, "from a");
  for (const char* topic : {"mote/1/time", "mote/1/blk/x/1", "mote/1/d/a", "mote/1/d/a/state/x", "other"})
    a.publish(topic, "from a");
  ASSERT_TRUE(until({&a}, [&] { return a.connection->unsent() == 0; }));
  observer.publish("mote/1/d/a/desired", "from the observer");
  ASSERT_TRUE(until({&observer}, [&] { return observer.connection->unsent() == 0; }));
  for (const char* name : {"desired", "block", "acknowledge", "state", "report"})
    ASSERT_TRUE(controller.publish("mote/1/d/b/" + std::string(name), "for b"));
  ASSERT_TRUE(controller.publish("mote/1/time", "now"));
  settle(controller, {&observer, &a, &b});

  std::set<std::string> from_a, at_a, at_b;
  for (const Message& message : observer.messages) {
    if (text_of(message.payload) == "from a") from_a.insert(message.topic);
    EXPECT_NE(text_of(message.payload), "from the observer");
  }
  for (const Message& message : a.messages)
    if (message.topic.find("settle") == std::string::npos) at_a.insert(message.topic);
  for (const Message& message : b.messages)
    if (message.topic.find("settle") == std::string::npos) at_b.insert(message.topic);
  EXPECT_EQ(from_a, (std::set<std::string>{"mote/1/d/a/state", "mote/1/d/a/report", "mote/1/d/a/request"}));
  EXPECT_EQ(at_a, (std::set<std::string>{"mote/1/time"}));
  EXPECT_EQ(at_b, (std::set<std::string>{"mote/1/d/b/desired", "mote/1/d/b/block", "mote/1/d/b/acknowledge", "mote/1/time"}));
}

TEST_F(BrokerTest, ADeviceCannotTakeOverAnothersConnection) {
  Client b = connect(device("b"));
  Endpoint thief = device("a");
  thief.client_id = "b";
  Client a = connect(thief);  // the broker goes by the certificate, and calls it a
  Client controller = connect(host(HostProgram::controller));
  ASSERT_TRUE(b.connection->subscribe("mote/1/#").ok());
  settle(controller, {&b});
  EXPECT_EQ(b.disconnects, 0);
}

TEST_F(BrokerTest, T6_LeavesTheWillHoweverAConnectionEnds) {
  Client observer = connect(host(HostProgram::observer));
  ASSERT_TRUE(observer.connection->subscribe(filter_of(Channel::state)).ok());
  const std::string topic = topic_of("c", Channel::state);
  {
    Client c = connect(device("c", 41));
    ASSERT_TRUE(c.publish(topic, "MOTS and so on", Delivery::at_least_once, Retain::yes));
    ASSERT_TRUE(until({&c, &observer}, [&] { return observer.has(topic); }));
    observer.messages.clear();
  }
  ASSERT_TRUE(until({&observer}, [&] { return observer.has(topic); }));
  EXPECT_EQ(observer.find(topic)->payload, make_will(41));
  Client late = connect(host(HostProgram::collector));
  ASSERT_TRUE(late.connection->subscribe(filter_of(Channel::state)).ok());
  ASSERT_TRUE(until({&late}, [&] { return late.has(topic); }));
  EXPECT_TRUE(late.find(topic)->retained);
  EXPECT_EQ(parse_state_or_will(late.find(topic)->payload).boot, 41u);
}

TEST_F(BrokerTest, PublishesNothingLaterThatItRefusedBefore) {
  Client a = begin(device("a"));
  EXPECT_FALSE(a.publish(topic_of("a", Channel::report), "too early"));
  Client observer = connect(host(HostProgram::observer));
  ASSERT_TRUE(observer.connection->subscribe(filter_of(Channel::report)).ok());
  ASSERT_TRUE(until({&a}, [&] { return a.connects > 0; }));
  EXPECT_FALSE(a.connection->publish("t", Bytes(kMaxMessageBytes + 1), Delivery::at_most_once, Retain::no).ok());
  ASSERT_TRUE(
      a.connection->publish(topic_of("a", Channel::report), Bytes(kMaxMessageBytes, 7), Delivery::at_least_once, Retain::no)
          .ok());
  ASSERT_TRUE(until({&a, &observer}, [&] { return !observer.messages.empty(); }));
  EXPECT_EQ(observer.messages[0].payload, Bytes(kMaxMessageBytes, 7));  // the longest passes whole
}

TEST_F(BrokerTest, ComesBackWithItsSubscriptionsAfterTheBrokerWasKilled) {
  Client controller = connect(host(HostProgram::controller));
  Client a = connect(device("a"));
  ASSERT_TRUE(a.connection->subscribe(topic_of("a", Channel::desired)).ok());
  broker_->kill();
  ASSERT_TRUE(until({&a, &controller}, [&] { return a.disconnects == 1 && controller.disconnects == 1; }));
  EXPECT_FALSE(a.publish(topic_of("a", Channel::report), "nobody is there"));
  ASSERT_TRUE(until({&a}, [&] { return a.connection->trouble().find("refused") != std::string::npos; }))
      << a.connection->trouble();
  must(broker_->restart());
  ASSERT_TRUE(until({&a, &controller}, [&] { return a.connects == 2 && controller.connects == 2; }));
  ASSERT_TRUE(controller.publish(topic_of("a", Channel::desired), "go", Delivery::at_least_once, Retain::yes));
  ASSERT_TRUE(until({&a, &controller}, [&] { return a.has(topic_of("a", Channel::desired)); }));
  EXPECT_TRUE(controller.publish(topic_of("a", Channel::desired), "", Delivery::at_least_once, Retain::yes));
}

TEST_F(BrokerTest, ThirtyConnectionsShareOneRelay) {
  Client controller = connect(host(HostProgram::controller));
  ASSERT_TRUE(controller.connection->subscribe(filter_of(Channel::report)).ok());
  std::vector<Client> devices;
  for (int i = 0; i < 30; ++i) {
    const std::string id = "many-" + std::to_string(i);
    world_->enrol(id);
    devices.push_back(begin(device(id)));
    ASSERT_TRUE(devices.back().connection->subscribe(topic_of(id, Channel::block)).ok());
    ASSERT_TRUE(devices.back().connection->subscribe(topic_of(id, Channel::desired)).ok());
    ASSERT_TRUE(controller.publish(topic_of(id, Channel::desired), "go", Delivery::at_least_once, Retain::yes));
  }
  const auto all = [&](const std::function<bool(Client&)>& done) {
    return until({&controller}, [&] {
      bool every = true;
      for (Client& client : devices) {
        client.poll(0);
        every = every && done(client);
      }
      return every;
    });
  };
  ASSERT_TRUE(all([](Client& client) { return client.messages.size() == 1; }));  // so it is subscribed to both
  for (int round = 0; round < 10; ++round)
    for (int i = 0; i < 30; ++i) {
      const std::string id = "many-" + std::to_string(i);
      ASSERT_TRUE(devices[i].publish(topic_of(id, Channel::report), std::string(2000, 'r')));
      ASSERT_TRUE(controller.publish(topic_of(id, Channel::block), std::string(1200, 'b')));
    }
  ASSERT_TRUE(all([&](Client& client) { return client.messages.size() == 11 && controller.messages.size() == 300; }));
}

size_t resident_bytes() {
  size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages >> pages;
  return pages * static_cast<size_t>(::sysconf(_SC_PAGESIZE));
}

TEST_F(BrokerTest, T3_AnEndlessPacketCostsNoMemory) {
  const Authority authority = must(Authority::open(world_->workspace.authority(), world_->files, world_->clock));
  const Credentials server = must(authority.mint("localhost", CertificateUse::server));
  // CONNACK, then a PUBLISH that claims 256 MB (the longest there is), and as much of it as is taken.
  const Bytes greeting = {0x20, 2, 0, 0, 0x30, 0xff, 0xff, 0xff, 0x7f};
  const size_t before = resident_bytes();
  const FakeBroker fake(server, greeting, Bytes(16384, 'x'), 64u << 20);
  Endpoint endpoint = device("a");
  endpoint.broker.port = fake.port();
  Client client = begin(endpoint);
  ASSERT_TRUE(until({&client}, [&] { return client.connection->trouble().find("cut off") != std::string::npos; }))
      << client.connection->trouble();
  ASSERT_TRUE(until({&client}, [&] { return fake.served(); }));
  EXPECT_LT(fake.flooded(), 8u << 20);  // what fits into the sockets' buffers
  RecordProperty("resident_growth_bytes", std::to_string(static_cast<int64_t>(resident_bytes()) - static_cast<int64_t>(before)));
  EXPECT_LT(resident_bytes(), before + (16u << 20));  // far below both the claim and the flood, also under a sanitizer
  EXPECT_TRUE(client.messages.empty());
}

TEST_F(BrokerTest, ABusyPortAndABusyWorkspaceAreSaid) {
  TestWorkspace other;
  const auto taken = BrokerProcess::up(other.workspace, other.files, other.clock, {.port = broker_->port()});
  ASSERT_FALSE(taken.ok());
  EXPECT_EQ(taken.error().what, "the port is in use");
  EXPECT_EQ(taken.error().cause, Cause::failed);
  const auto second = BrokerProcess::up(world_->workspace, world_->files, world_->clock, {});
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().what, "a broker of this workspace runs already");
  EXPECT_EQ(must(running_broker(world_->workspace, world_->files)).port, broker_->port());
  EXPECT_FALSE(running_broker(other.workspace, other.files).ok());
}

TEST_F(BrokerTest, ARetiredDeviceIsSilencedAtOnceAndRefusedThereafter) {
  world_->enrol("old");
  Client old = connect(device("old")), observer = connect(host(HostProgram::observer));
  Client controller = connect(host(HostProgram::controller));
  ASSERT_TRUE(observer.connection->subscribe("mote/1/#").ok());
  must(retire_device("old", world_->workspace, world_->files, world_->clock));
  must(broker_->reload_when_changed());
  bool heard = true;
  for (int round = 0; round < 100 && heard; ++round) {  // mosquitto acts on the signal at its next turn
    const std::string text = "still here " + std::to_string(round);
    old.publish(topic_of("old", Channel::report), text);
    ASSERT_TRUE(until({&old}, [&] { return old.connection->unsent() == 0; }));
    settle(controller, {&observer});
    heard = std::any_of(observer.messages.begin(), observer.messages.end(),
                        [&](const Message& message) { return text_of(message.payload) == text; });
  }
  EXPECT_FALSE(heard);
  Client again = begin(device("old"));
  ASSERT_TRUE(until({&again}, [&] { return again.connection->trouble().find("refused us") != std::string::npos; }))
      << again.connection->trouble();
  EXPECT_EQ(again.connects, 0);
  Client a = connect(device("a"));  // the others are not touched
}

}  // namespace
}  // namespace mote
