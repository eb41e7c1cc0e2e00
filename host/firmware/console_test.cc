// A device at the other end of a socket, and what is read of it.
#include "host/firmware/console.h"

#include <gmock/gmock.h>

#include "host/firmware/private_folder.h"

namespace mote {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

class ConsoleTest : public testing::Test {
 protected:
  void SetUp() override {
    Result<Descriptor> listener = listen_at(socket);
    ASSERT_TRUE(listener.ok()) << listener.error().line();
    Result<SerialPort> port = SerialPort::open(socket, 115200);
    ASSERT_TRUE(port.ok()) << port.error().line();
    device = accept_own(*listener);
    ASSERT_TRUE(device.open());
    console.emplace(
        std::move(port).value(), [this](const std::string& line) { said.push_back(line); },
        [this](const std::string& device) { said.push_back("hello of " + device); });
  }
  void send(FrameType type, const std::string& text) {
    Bytes frame(frame_bytes_at_most(text.size()));
    frame.resize(frame_encode(type, 0, view_of(text).data(), text.size(), frame.data()));
    send_bytes(frame);
  }
  void send_bytes(ByteView bytes) {
    ASSERT_EQ(::send(device.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  }
  void hear() {
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(console->poll(milliseconds(5)).ok());
  }

  PrivateFolder folder = PrivateFolder::make().value();
  Path socket = folder.path() / "link";
  Descriptor device;
  std::optional<Console> console;
  std::vector<std::string> said;
};

TEST_F(ConsoleTest, PrintsLogAndWhoSaysHello) {
  send(FrameType::hello, "press-04");
  send(FrameType::log, "stack: 2844 of 8192 bytes used");
  send(FrameType::hello, "press-04");
  send(FrameType::message, "\x01 not for people");
  send(FrameType::log, "");
  hear();
  EXPECT_THAT(said, ElementsAre("hello of press-04", "stack: 2844 of 8192 bytes used", ""));
  EXPECT_EQ(console->lines(), 2u);
}

TEST_F(ConsoleTest, LetsNothingThroughThatATerminalObeys) {
  send(FrameType::log, "\x1b[2J\x07gone\r\n\x7f");
  send(FrameType::log,
       "\x9b"
       "2J, \xc2\x9b"
       "2J, \xe2\x80\xae, \xff and \xc3");  // CSI in 8 bits and in UTF-8, a turn of direction, no UTF-8
  send(FrameType::hello,
       "\x9b"
       "2J");
  hear();
  ASSERT_EQ(said.size(), 3u);
  for (const std::string& line : said)
    for (const char c : line) EXPECT_TRUE(c >= 0x20 && c <= 0x7E) << line;
  EXPECT_EQ(said[0], " [2J gone   ");
  EXPECT_EQ(said[1], " 2J,   2J,    ,   and  ");
}

TEST_F(ConsoleTest, IsBoundedAndGoesOnAfterNoise) {
  send_bytes(Bytes(50'000, 0x55));
  hear();
  send_bytes(Bytes{0});
  send(FrameType::log, std::string(8000, 'x'));
  send(FrameType::log, "still here");
  hear();
  ASSERT_EQ(said.size(), 2u);
  EXPECT_LT(said[0].size(), 1000u);
  EXPECT_EQ(said[1], "still here");
  EXPECT_GE(console->broken_frames(), 1u);
}

TEST_F(ConsoleTest, SaysThatTheOtherEndHasClosed) {
  device.reset();
  Result<void> polled;
  for (int i = 0; i < 20 && polled.ok(); ++i) polled = console->poll(milliseconds(20));
  ASSERT_FALSE(polled.ok());
  EXPECT_THAT(polled.error().line(), HasSubstr("closed"));
}

}  // namespace
}  // namespace mote
