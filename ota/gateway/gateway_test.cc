// The gateway between a device's end of a serial link and a broker in memory.
#include "ota/gateway/gateway.h"

#include <gtest/gtest.h>
#include <pty.h>
#include <stdlib.h>

#include "base/random.h"
#include "base/sha256.h"
#include "base/test/fake_clock.h"
#include "device/format/messages.h"
#include "ota/gateway/test/serial_device.h"
#include "ota/transport/presence.h"
#include "ota/transport/test/memory_broker.h"
#include "ota/transport/topics.h"

namespace mote {
namespace {

using std::chrono::milliseconds;

class GatewayTest : public testing::Test {
 protected:
  GatewayTest() {
    std::string name = (std::filesystem::temp_directory_path() / "mote-gateway-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    device_ = std::make_unique<SerialDevice>(folder_ / "a");
    host_ = broker_.connect({.client = "host"});
    EXPECT_TRUE(host_->subscribe("mote/1/#").ok());
    gateway_ = make({folder_ / "a"});
  }
  ~GatewayTest() override { std::filesystem::remove_all(folder_); }

  std::unique_ptr<Gateway> make(std::vector<Path> links) {
    return std::make_unique<Gateway>(
        std::move(links), 115200,
        [this](const std::string& id) -> Result<std::unique_ptr<Connection>> {
          if (id == "unknown") return Error{.cause = Cause::failed, .what = "has no certificate", .where = id, .todo = ""};
          return broker_.connect(
              {.client = id, .will_topic = topic_of(id, Channel::state), .will = make_will(0), .will_retain = Retain::yes});
        },
        [this](const std::string& id, const std::string& line) { log_.push_back(id + ": " + line); }, clock_);
  }

  void step(int rounds = 1) {
    for (; rounds > 0; --rounds) {
      clock_.advance(50);
      gateway_->poll(milliseconds(0));
      for (SerialDevice* device : {device_.get(), second_.get()})
        if (device != nullptr) device->step();
      host_->poll(milliseconds(0), {.message = [this](const Message& message) { messages_.push_back(message); }});
    }
  }
  bool until(const std::function<bool()>& done) {
    for (int round = 0; round < 400 && !done(); ++round) step();
    return done();
  }
  void attach(const std::string& id = "a") {
    ASSERT_TRUE(until([&] { return device_->attached(); }));
    device_->hello(id);
    ASSERT_TRUE(until([&] { return device_->count(FrameType::welcome) > 0; }));
  }
  size_t seen(const std::string& topic) const {
    return static_cast<size_t>(
        std::count_if(messages_.begin(), messages_.end(), [&](const auto& m) { return m.topic == topic; }));
  }
  bool tell(const std::string& topic, std::string_view text, Retain retain = Retain::no) {
    return host_->publish(topic, view_of(text), Delivery::at_least_once, retain).ok();
  }

  Path folder_;
  FakeClock clock_;
  MemoryBroker broker_;
  std::unique_ptr<SerialDevice> device_, second_;
  std::unique_ptr<Connection> host_;
  std::unique_ptr<Gateway> gateway_;
  std::vector<Message> messages_;
  std::vector<std::string> log_;
};

TEST_F(GatewayTest, MakesADeviceBeginAnewAndWelcomesItOnceTheBrokerIsThere) {
  broker_.kill();
  ASSERT_TRUE(until([&] { return device_->count(FrameType::farewell) == 1; }));
  device_->hello("a");
  step(20);
  EXPECT_EQ(device_->count(FrameType::welcome), 0u);
  EXPECT_EQ(gateway_->status()[0].device, "a");
  broker_.restart();
  EXPECT_TRUE(until([&] { return device_->count(FrameType::welcome) == 1; }));
}

TEST_F(GatewayTest, CarriesBothWaysWithoutChangingAByte) {
  attach();
  std::string all;
  for (int i = 0; i < 256 * 30; ++i) all += static_cast<char>(i * 7);
  for (const Channel channel : {Channel::state, Channel::report, Channel::request}) device_->message(channel, all);
  ASSERT_TRUE(until([&] { return messages_.size() == 3; }));
  for (const Message& message : messages_) EXPECT_EQ(text_of(message.payload), all) << message.topic;
  EXPECT_EQ(text_of(broker_.retained("mote/1/d/a/state")), all);
  EXPECT_TRUE(broker_.retained("mote/1/d/a/report").empty());
  for (const Channel channel : {Channel::desired, Channel::block, Channel::acknowledge, Channel::time}) {
    device_->heard.clear();
    ASSERT_TRUE(tell(topic_of("a", channel), all));
    ASSERT_TRUE(until([&] { return device_->count(FrameType::message) == 1; }));
    EXPECT_EQ(device_->heard.front().payload[0], static_cast<uint8_t>(channel));
    EXPECT_EQ(text_of(ByteView(device_->heard.front().payload).subspan(1)), all);
  }
}

TEST_F(GatewayTest, BringsTheSharedChunksOfThePartsThatTheDeviceAsksFor) {
  attach();
  const Digest payload = sha256(view_of("payload"));
  const auto ask = [&](uint32_t first, uint8_t missing) {
    Bytes request(128);
    request.resize(write_request({payload.data(), &missing, 1, first, 1, 0}, request.data(), 128));
    const size_t before = seen("mote/1/d/a/request");
    device_->message(Channel::request, text_of(request));
    ASSERT_TRUE(until([&] { return seen("mote/1/d/a/request") == before + 1; }));
  };
  // Which of the parts 0 to 2 the device hears.
  const auto heard = [&] {
    device_->heard.clear();
    for (const char* part : {"0", "1", "2"}) EXPECT_TRUE(tell("mote/1/blk/" + to_hex(payload) + "/" + part, part));
    EXPECT_TRUE(tell(topic_of("a", Channel::acknowledge), "the last"));
    std::string parts;
    EXPECT_TRUE(until([&] {
      parts.clear();
      for (const auto& frame : device_->heard)
        if (frame.payload.at(0) == static_cast<uint8_t>(Channel::block)) parts += text_of(ByteView(frame.payload).subspan(1));
      return !device_->heard.empty() && device_->heard.back().payload.at(0) == static_cast<uint8_t>(Channel::acknowledge);
    }));
    return parts;
  };
  EXPECT_EQ(heard(), "");
  ask(10, 0b1);
  EXPECT_EQ(heard(), "0");
  ask(62, 0b10001);
  EXPECT_EQ(heard(), "01");
  ask(64, 0b1);
  EXPECT_EQ(heard(), "1");
  device_->message(Channel::state, "MOTS state");
  ASSERT_TRUE(until([&] { return seen("mote/1/d/a/state") == 1; }));
  EXPECT_EQ(heard(), "") << "a state says that something is over";
}

TEST_F(GatewayTest, CarriesNothingThatIsNotTheDevicesToSay) {
  attach();
  for (const Channel channel : {Channel::desired, Channel::block, Channel::acknowledge, Channel::time})
    device_->message(channel, "x");
  device_->message(static_cast<Channel>(0), "x");
  device_->send(FrameType::message, {});
  device_->send(static_cast<FrameType>(77), view_of("of a later version"));
  device_->send(FrameType::message, Bytes(1 + kMaxMessageBytes + 1, 2));
  ASSERT_TRUE(tell("mote/1/d/b/desired", "another's"));
  device_->message(Channel::report, "the last");
  ASSERT_TRUE(until([&] { return seen("mote/1/d/a/report") == 1; }));
  EXPECT_EQ(messages_.size(), 2u);  // with the host's own
  EXPECT_EQ(device_->count(FrameType::message), 0u);
}

TEST_F(GatewayTest, ADeviceThatVanishesLeavesItsWillAndComesBack) {
  attach();
  device_->message(Channel::state, "MOTS state");
  ASSERT_TRUE(until([&] { return seen("mote/1/d/a/state") == 1; }));
  device_->vanish();
  ASSERT_TRUE(until([&] { return seen("mote/1/d/a/state") == 2; }));
  EXPECT_EQ(broker_.retained("mote/1/d/a/state"), make_will(0));
  EXPECT_FALSE(gateway_->status()[0].open);
  EXPECT_FALSE(gateway_->status()[0].trouble.empty());
  device_->heard.clear();
  device_->listen();
  attach();
  EXPECT_TRUE(gateway_->status()[0].trouble.empty()) << gateway_->status()[0].trouble;
}

TEST_F(GatewayTest, ADeviceThatStartsAgainOnAStandingLinkIsToldAllThatStands) {
  ASSERT_TRUE(until([&] { return host_->connected(); }));
  ASSERT_TRUE(tell("mote/1/d/a/desired", "this model", Retain::yes));
  ASSERT_TRUE(tell("mote/1/time", "now", Retain::yes));
  attach();
  ASSERT_TRUE(until([&] { return device_->count(FrameType::message) == 2; }));
  device_->heard.clear();
  device_->hello("a");
  ASSERT_TRUE(until([&] { return device_->count(FrameType::message) == 2; }));
  EXPECT_EQ(device_->heard.front().type, FrameType::welcome);
}

TEST_F(GatewayTest, ABrokerThatGoesIsSaidAndTheNewestStateIsKept) {
  attach();
  broker_.kill();
  ASSERT_TRUE(until([&] { return device_->count(FrameType::farewell) == 2; }));
  for (int i = 0; i < 200; ++i) {
    device_->message(Channel::state, "state " + std::to_string(i));
    device_->message(Channel::report, "report " + std::to_string(i));
    if (i % 20 == 0) step();  // the device is never held up
  }
  step(10);
  broker_.restart();
  ASSERT_TRUE(until([&] { return seen("mote/1/d/a/state") > 0; }));
  step(10);
  EXPECT_EQ(text_of(broker_.retained("mote/1/d/a/state")), "state 199");
  EXPECT_EQ(seen("mote/1/d/a/state"), 1u);
  EXPECT_EQ(seen("mote/1/d/a/report"), 31u);  // the newest; the device sends the others again
}

TEST_F(GatewayTest, ASlowDeviceSlowsTheBrokerAndADeafOneIsGone) {
  attach();
  device_->deaf = true;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(tell("mote/1/d/a/block", std::string(4096, 'b')));
    if (i % 10 == 9) step();
  }
  // What the sockets hold, the gateway's queue, and one poll that began with room for it.
  EXPECT_LT(gateway_->status()[0].messages_down, 250u);
  EXPECT_EQ(seen("mote/1/d/a/state"), 0u);
  clock_.advance(20'000);
  ASSERT_TRUE(until([&] { return seen("mote/1/d/a/state") == 1; }));
  EXPECT_EQ(broker_.retained("mote/1/d/a/state"), make_will(0));
}

TEST_F(GatewayTest, FeedsWindowsOnlyToWhoIsThereAndNoFasterThanTheyGo) {
  const std::vector<int16_t> window = {1, -2, 0, 300};
  EXPECT_FALSE(gateway_->feed("a", bytes_of(std::span(window))));
  attach();
  int taken = 0;
  while (gateway_->feed("a", bytes_of(std::span(window)))) ++taken;
  EXPECT_EQ(taken, 8);
  ASSERT_TRUE(until([&] { return device_->count(FrameType::window) == 8; }));
  EXPECT_EQ(device_->heard.back().payload, Bytes(bytes_of(std::span(window)).begin(), bytes_of(std::span(window)).end()));
  EXPECT_TRUE(gateway_->feed("a", bytes_of(std::span(window))));
  EXPECT_FALSE(gateway_->feed("b", bytes_of(std::span(window))));
  EXPECT_EQ(gateway_->status()[0].windows, 8u);
}

TEST_F(GatewayTest, AMessageDoesNotWaitBehindWindowsThatWait) {
  attach();
  device_->deaf = true;
  const std::vector<int16_t> window(2000, 7);
  for (int i = 0; i < 40; ++i) {
    gateway_->feed("a", bytes_of(std::span(window)));
    step();
  }
  ASSERT_TRUE(tell("mote/1/d/a/desired", "obey"));
  step();
  device_->deaf = false;
  const auto heard_it = [&] { return device_->count(FrameType::message) > 0; };
  ASSERT_TRUE(until(heard_it));
  const auto message = std::find_if(device_->heard.begin(), device_->heard.end(),
                                    [](const SerialDevice::Heard& one) { return one.type == FrameType::message; });
  const auto before = std::count_if(device_->heard.begin(), message,
                                    [](const SerialDevice::Heard& one) { return one.type == FrameType::window; });
  EXPECT_LE(before, 4) << "what the socket holds, and one window more";
}

TEST_F(GatewayTest, TurnsAwayWhoIsUnknownNamelessOrThereAlready) {
  second_ = std::make_unique<SerialDevice>(folder_ / "b");
  gateway_ = make({folder_ / "a", folder_ / "b"});
  attach();
  ASSERT_TRUE(until([&] { return second_->attached(); }));
  for (const auto& [id, why] : std::initializer_list<std::pair<const char*, const char*>>{
           {"a", "already there"}, {"unknown", "no certificate"}, {"../a", "no valid name"}, {"", "no valid name"}}) {
    second_->hello(id);
    EXPECT_TRUE(until([&] { return gateway_->status()[1].trouble.find(why) != std::string::npos; })) << id;
    EXPECT_EQ(gateway_->status()[1].device, "");
  }
  second_->hello("b");
  EXPECT_TRUE(until([&] { return second_->count(FrameType::welcome) == 1; }));
  EXPECT_EQ(gateway_->status()[0].device, "a");
}

TEST_F(GatewayTest, PassesLogsOnWithoutTheirControlCharacters) {
  attach();
  device_->send(FrameType::log, view_of("hot\x1b[2J\n" + std::string(500, 'x')));
  ASSERT_TRUE(until([&] { return !log_.empty(); }));
  EXPECT_EQ(log_[0].substr(0, 12), "a: hot [2J x");
  EXPECT_EQ(log_[0].size(), 203u);
}

TEST_F(GatewayTest, SurvivesAnyNoiseAndHearsTheNextFrame) {
  attach();
  Random random(3);
  for (int round = 0; round < 50; ++round) {
    Bytes noise(random.below(3000));
    for (uint8_t& byte : noise) byte = static_cast<uint8_t>(random.next());
    device_->send_raw(noise);
    device_->send_raw(Bytes{0});
    device_->message(Channel::report, "after the noise");
    step();
  }
  ASSERT_TRUE(until([&] { return seen("mote/1/d/a/report") == 50; }));
  EXPECT_GT(gateway_->status()[0].broken_frames, 50u);
}

TEST_F(GatewayTest, SpeaksOverATerminalAsWell) {
  int master = -1, slave = -1;
  char name[128];
  ASSERT_EQ(::openpty(&master, &slave, name, nullptr, nullptr), 0);
  const Descriptor near(master), far(slave);
  gateway_ = make({name});
  step(3);
  Bytes hello(64);
  const std::string id = "tty-1";
  hello.resize(frame_encode(FrameType::hello, 0, view_of(id).data(), id.size(), hello.data()));
  ASSERT_EQ(::write(master, hello.data(), hello.size()), static_cast<ssize_t>(hello.size()));
  EXPECT_TRUE(until([&] { return gateway_->status()[0].connected; }));
  EXPECT_EQ(gateway_->status()[0].device, id);
}

TEST_F(GatewayTest, NamesALinkThatIsNone) {
  gateway_ = make({folder_ / "absent", "/dev/null", "/etc/hostname"});
  step();
  const std::vector<LinkStatus> status = gateway_->status();
  EXPECT_NE(status[0].trouble.find("No such file"), std::string::npos);
  EXPECT_NE(status[1].trouble.find("is no serial port"), std::string::npos);
  EXPECT_NE(status[2].trouble.find("neither a serial port nor a socket"), std::string::npos);
}

}  // namespace
}  // namespace mote
