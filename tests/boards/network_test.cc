// The networked firmware on every emulated board that has one, against a real broker over TLS: docs/spec/topics.md, network.md.
#include <gmock/gmock.h>

#include <cinttypes>
#include <fstream>
#include <set>

#include "device/port/seed.h"
#include "ota/broker/test/fake_broker.h"
#include "tests/boards/boards_case.h"
#include "tests/boards/linked_board.h"
#include "tests/boards/network_host.h"

namespace mote {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::LinkedBoard;
using test::LinkFrame;
using test::NetworkHost;
using testing::HasSubstr;

constexpr uint32_t kWindowSamples = 32, kWindowChannels = 3;

class NetworkTest : public test::BoardsTest, public testing::WithParamInterface<std::string> {
 protected:
  std::unique_ptr<LinkedBoard> prepare(std::optional<Bytes> network) {
    Result<EmulatedBoard> prepared = EmulatedBoard::prepare({.board = GetParam(),
                                                             .program = "agent_net",
                                                             .wait = true,
                                                             .flash = folder / "flash",
                                                             .network = true,
                                                             .count = counted,
                                                             .socket = folder / "socket",
                                                             .log = folder / "log"},
                                                            files, test::program_folder());
    EXPECT_TRUE(prepared.ok()) << prepared.error().line();
    if (!prepared.ok()) return nullptr;
    must(prepared->provision(host.keys.identity()));
    if (network) must(prepared->provision_network(*network));
    auto linked = std::make_unique<LinkedBoard>(std::move(prepared).value());
    EXPECT_TRUE(linked->start());
    return linked;
  }

  // A broker that runs, a host that listens, a board that has said its state.
  std::unique_ptr<LinkedBoard> connected_board(const std::string& own = "") {
    host.broker_up();
    host.join();
    auto board = prepare(host.network(host.broker->port(), "localhost", own));
    if (!board) return nullptr;
    connected = log(*board, "ticks for TLS").value_or("");
    EXPECT_TRUE(host.wait_for([&] { return host.states > 0; }));
    return board;
  }

  // Waits for a line of log with `text` in it, and gives the line.
  std::optional<std::string> log(LinkedBoard& board, const std::string& text, milliseconds patience = seconds(30)) {
    const auto line = board.wait_for(
        [&](const LinkFrame& frame) {
          if (frame.type == FrameType::log) std::printf("board: %s\n", frame.text().c_str());
          return frame.type == FrameType::log && frame.text().find(text) != std::string::npos;
        },
        patience);
    return line ? std::optional(line->text()) : std::nullopt;
  }

  void send_window(LinkedBoard& board) {
    std::vector<int16_t> window(kWindowSamples * kWindowChannels);
    for (int16_t& value : window) value = static_cast<int16_t>(1000 * random.normal());
    board.send(FrameType::window, bytes_of(std::span<const int16_t>(window)));
  }

  bool reached(Phase phase, uint32_t release) {
    return host.state && host.state->phase == static_cast<uint8_t>(phase) && host.state->release == release;
  }

  // Windows until the model is confirmed and a report has come.
  void prove(LinkedBoard& board, uint32_t release) {
    host.idle = [&] { send_window(board); };
    EXPECT_TRUE(host.wait_for([&] { return reached(Phase::idle, release); }));
    EXPECT_EQ(host.state->floor, release);
    const int before = host.reports;
    EXPECT_TRUE(host.wait_for([&] { return host.reports > before; }));
    host.idle = nullptr;
  }

  Authority authority() { return must(Authority::open(host.world.workspace.authority(), host.world.files, host.world.clock)); }

  // What the board says of a broker of our authority with this certificate, told to believe `host_name`.
  std::optional<std::string> said_of(const Credentials& certificate, const std::string& host_name, const std::string& text) {
    FakeBroker fake(certificate, kLongMessage, Bytes(512, 0x55), kFlood);
    const auto board = prepare(host.network(fake.port(), host_name));
    return board ? log(*board, text) : std::nullopt;
  }

  const Bytes kLongMessage = {0x20, 2, 0, 0, 0x30, 0x80, 0x80, 0x80, 0x40};  // CONNACK; PUBLISH of 128 MiB
  static constexpr size_t kFlood = size_t{4} << 20;
  NetworkHost host;
  bool counted = false;   // the board's time goes by instructions
  std::string connected;  // what the board said when it had connected
  Random random{7};
  const Bytes model = test::random_model(6, kWindowSamples, kWindowChannels);
};

TEST_P(NetworkTest, TakesASignedModelOverTlsConfirmsItAndReports) {
  const auto board = connected_board();
  ASSERT_TRUE(board);
  ASSERT_TRUE(host.state);
  EXPECT_EQ(host.state->device, test::kNetworkDevice);
  EXPECT_EQ(host.state->slot_bytes, board->board().board().slot_bytes);
  const uint32_t boot = host.state->boot;
  const auto start = std::chrono::steady_clock::now();
  host.want(model, 1, host.keys);
  ASSERT_TRUE(
      host.wait_for([&] { return reached(Phase::trial, 1) || (host.state->phase == static_cast<uint8_t>(Phase::trial)); }));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("a model of %zu bytes was on trial after %.1f s\n", model.size(), took.count());
  prove(*board, 1);

  // By now mbedTLS has had all its work at once: a connection, the signatures of both envelopes, states and a report.
  must(host.broker->restart());
  const std::string again = log(*board, "bytes of its pool").value_or("");
  const size_t comma = again.find(", ");
  ASSERT_NE(comma, std::string::npos) << again;
  size_t word = 0;
  const uint64_t used = std::stoull(again.substr(comma + 2), &word);
  const uint64_t pool = std::stoull(again.substr(comma + 2 + word + std::string(" of ").size()));
  std::printf("mbedTLS has used %" PRIu64 " of the %" PRIu64 " bytes of its pool\n", used, pool);
  EXPECT_LT(used, pool * 7 / 8) << "one eighth is left for what was not met here";

  board->board().stop();
  EXPECT_TRUE(host.wait_for([&] { return host.will.has_value(); })) << "T6: its end leaves its will";
  EXPECT_EQ(host.will, boot);
}

TEST_P(NetworkTest, GoesOnAfterABrokersRestartAndAResetInMidTransfer) {
  const Bytes model = test::random_model(286, kWindowSamples, kWindowChannels);  // a large one: five sectors
  const auto board = connected_board("10.0.2.77/24");                            // without DHCP
  ASSERT_TRUE(board);
  const size_t chunks = (model.size() + NetworkHost::kChunkBytes - 1) / NetworkHost::kChunkBytes;
  const size_t sector = board->board().board().sector_bytes / NetworkHost::kChunkBytes;
  host.answer_at_most = chunks / 4;
  host.want(model, 1, host.keys);
  ASSERT_TRUE(host.wait_for([&] { return host.answered == host.answer_at_most; }));
  must(host.broker->restart());
  host.answer_at_most = 3 * chunks / 4;
  ASSERT_TRUE(host.wait_for([&] { return host.answered == host.answer_at_most; })) << "it asks on after the broker has come back";
  const std::set<uint32_t> before = host.chunks;
  host.chunks.clear();
  host.wait_for([] { return false; }, seconds(1));  // until the last of them is in flash
  const uint32_t boot = host.state->boot;
  ASSERT_TRUE(board->start());  // as a power cut
  const size_t sent = host.answered;
  host.answer_at_most = SIZE_MAX;
  ASSERT_TRUE(host.wait_for([&] { return host.state->boot > boot; }));
  ASSERT_TRUE(host.wait_for([&] { return host.state->phase == static_cast<uint8_t>(Phase::trial); }));
  std::vector<uint32_t> again;
  std::set_intersection(before.begin(), before.end(), host.chunks.begin(), host.chunks.end(), std::back_inserter(again));
  std::printf("%zu chunks: %zu sent until the reset, %zu after it, %zu of these for the second time\n", chunks, sent,
              host.answered - sent, again.size());
  EXPECT_LT(again.size(), 2 * sector) << "J16: what was recorded is not fetched again";
  prove(*board, 1);
}

TEST_P(NetworkTest, RefusesAForgedImage) {
  const auto board = connected_board();
  ASSERT_TRUE(board);
  host.want(model, 1, TestProject(20));  // a stranger's keys for images
  ASSERT_TRUE(host.wait_for([&] { return host.state->status == MOTE_UNKNOWN_KEY; }));
  EXPECT_EQ(host.state->refused, 1u);
  EXPECT_EQ(host.state->release, 0u);
  EXPECT_EQ(host.requests, 0);
  std::printf("1 forged image refused: %s\n", mote_status_name(static_cast<mote_status>(host.state->status)));
  host.want(model, 1, host.keys);
  ASSERT_TRUE(host.wait_for([&] { return host.state->phase == static_cast<uint8_t>(Phase::trial); })) << "nothing else was wrong";
  prove(*board, 1);
}

TEST_P(NetworkTest, TakesANewRootAfterWhichTheOldImageKeyCountsNoMore) {
  const auto board = connected_board();
  ASSERT_TRUE(board);
  TrustRoot next = host.keys.root();
  next.epoch = 2;
  next.image = Role(2, 1, {test_key(50).public_key});
  next.removed = {removed_key_of(host.keys.image_key.public_key)};
  const Bytes document = must(root_document(next));
  host.send(Channel::root, must(seal_with(EnvelopeType::root, 2, 1, {TestProject(20).root_key}, document)));  // forged
  host.send(Channel::root, must(seal_with(EnvelopeType::root, 2, 1, {host.keys.root_key}, document)));
  ASSERT_TRUE(host.wait_for([&] { return host.state->root_epoch == 2; }));
  host.want(model, 1, host.keys);
  ASSERT_TRUE(host.wait_for([&] { return host.state->status == MOTE_WRONG_EPOCH; }));
  EXPECT_EQ(host.requests, 0);
}

TEST_P(NetworkTest, RefusesADirectiveOfAnotherDirector) {
  const auto board = connected_board();
  ASSERT_TRUE(board);
  host.want(model, 1, host.keys, TestProject(20).director_key);
  ASSERT_TRUE(host.wait_for([&] { return host.state->status == MOTE_UNKNOWN_KEY; }));
  EXPECT_EQ(host.state->refused, 0u) << "whose number nobody has signed";
  EXPECT_EQ(host.requests, 0);
}

TEST_P(NetworkTest, RefusesADirectiveThatHasExpiredByASignedBeacon) {
  constexpr uint64_t kNow = 1'900'000'000;
  const auto board = connected_board();
  ASSERT_TRUE(board);
  host.say_time(kNow + 1000, TestProject(20).director_key);  // a stranger's
  host.say_time(kNow, host.keys.director_key);
  host.want(model, 1, host.keys, host.keys.director_key, kNow);
  ASSERT_TRUE(host.wait_for([&] { return host.state->status == MOTE_EXPIRED; }));
  EXPECT_EQ(host.state->refused, 1u);
  EXPECT_EQ(host.state->release, 0u);
  EXPECT_EQ(host.requests, 0);
  host.want(model, 2, host.keys, host.keys.director_key, kNow + 1);
  ASSERT_TRUE(host.wait_for([&] { return host.state->phase == static_cast<uint8_t>(Phase::trial); }))
      << "by the stranger's time it would have expired";
  prove(*board, 2);
}

TEST_P(NetworkTest, RefusesABrokerThatIsNotTheHostItWasToldOf) {
  host.broker_up();
  host.join();
  const auto board = prepare(host.network(host.broker->port(), "broker.example"));
  ASSERT_TRUE(board);
  EXPECT_TRUE(log(*board, "for another host"));
  EXPECT_TRUE(log(*board, "for another host")) << "it goes on trying";
  EXPECT_FALSE(host.wait_for([&] { return host.states > 0; }, milliseconds(500)));
  board->board().stop();
  must(board->board().provision_network(host.network(host.broker->port(), "localhost")));
  ASSERT_TRUE(board->start());
  EXPECT_TRUE(host.wait_for([&] { return host.states > 0; })) << "nothing else was wrong";
}

TEST_P(NetworkTest, RefusesACertificateOfTheSameAuthorityForAnotherHost) {
  const Credentials other = must(authority().mint("other.example", CertificateUse::server));
  EXPECT_TRUE(said_of(other, "broker.example", "the broker's certificate is for another host"));
  const Credentials right = must(authority().mint("broker.example", CertificateUse::server));
  EXPECT_TRUE(said_of(right, "broker.example", "what no message may be")) << "nothing else was wrong: it is listened to";
}

TEST_P(NetworkTest, RefusesADeviceThatPlaysTheBroker) {
  const Credentials device = must(authority().mint("localhost", CertificateUse::client));
  put("device.pem", view_of(device.certificate + device.key));
  const uint16_t port = must(free_port(0));
  const Process player = must(Process::start({"openssl", "s_server", "-accept", "127.0.0.1:" + std::to_string(port), "-cert",
                                              (folder / "device.pem").string(), "-www"}));
  const auto board = prepare(host.network(port));
  ASSERT_TRUE(board);
  EXPECT_TRUE(log(*board, "the broker's certificate is not good for a broker"));
}

TEST_P(NetworkTest, RefusesABrokerOfAnotherAuthority) {
  TestWorkspace other;
  const Authority stranger = must(Authority::open(other.workspace.authority(), other.files, other.clock));
  const Credentials theirs = must(stranger.mint("localhost", CertificateUse::server));
  EXPECT_TRUE(said_of(theirs, "localhost", "the broker's certificate is not of the authority"));
}

TEST_P(NetworkTest, T3_EndsTheConnectionAtALongMessageBeforeItIsKept) {
  FakeBroker fake(must(authority().mint("localhost", CertificateUse::server)), kLongMessage, Bytes(512, 0x55), kFlood);
  const auto board = prepare(host.network(fake.port()));
  ASSERT_TRUE(board);
  EXPECT_TRUE(log(*board, "what no message may be"));
  for (int i = 0; i < 200 && !fake.served(); ++i) std::this_thread::sleep_for(milliseconds(50));
  EXPECT_TRUE(fake.served());
  EXPECT_LT(fake.flooded(), kFlood);
}

// docs/boards.md has the figure.
TEST_P(NetworkTest, CountsTheInstructionsOfAHandshake) {
  counted = true;
  const auto board = connected_board();
  ASSERT_TRUE(board);
  ASSERT_TRUE(connected.starts_with("connected: ")) << connected;
  const uint64_t ticks = std::stoull(connected.substr(std::string("connected: ").size()));
  const uint64_t instructions = ticks * (1'000'000'000 / board->board().board().ticks_hz);
  std::printf("a handshake of TLS takes %.1f million instructions\n", static_cast<double>(instructions) / 1e6);
  EXPECT_GT(instructions, 20'000'000u);
  EXPECT_LT(instructions, 120'000'000u);
}

TEST_P(NetworkTest, SaysThatItIsForEmulationOnlyAndThatItKnowsNoBroker) {
  const auto board = prepare(std::nullopt);
  ASSERT_TRUE(board);
  EXPECT_TRUE(log(*board, "for emulation only"));
  EXPECT_TRUE(log(*board, "knows no broker"));
}

TEST_P(NetworkTest, IsNoFirmwareForABoardThatIsNotMarkedForEmulationOnly) {
  const Board board = find_board(files, test::program_folder(), GetParam()).value();
  std::string toml = files.read_text(board.folder / "board.toml").value();
  const std::string mark = "emulation_only = 1";
  ASSERT_NE(toml.find(mark), std::string::npos);
  std::filesystem::create_directories(folder / "firmware" / "other");
  ASSERT_TRUE(files.write_text(folder / "firmware" / "other" / "board.toml", toml).ok());
  EXPECT_TRUE(find_board(files, folder, "other").ok());
  toml.replace(toml.find(mark), mark.size(), "emulation_only = 0");
  ASSERT_TRUE(files.write_text(folder / "firmware" / "other" / "board.toml", toml).ok());
  EXPECT_THAT(find_board(files, folder, "other").error().line(), HasSubstr("a seed that can be copied"));
}

TEST_P(NetworkTest, N8_EveryStartHasASeedOfItsOwn) {
  const auto board = prepare(host.network(1));
  ASSERT_TRUE(board);
  std::set<std::string> seeds;
  for (uint32_t start = 1; start <= 3; ++start) {
    ASSERT_TRUE(start == 1 || board->start());
    ASSERT_TRUE(log(*board, "connection failed"));
    board->board().stop();
    std::ifstream flash(folder / "flash", std::ios::binary);
    std::array<char, kSeedRecordBytes> record{};
    flash.seekg(board->board().board().seed + (start - 1) * kSeedRecordBytes).read(record.data(), record.size());
    EXPECT_EQ(record[4], static_cast<char>(start)) << "the generation";
    seeds.emplace(&record[8], kSeedBytes);
  }
  EXPECT_EQ(seeds.size(), 3u);
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(NetworkTest);
INSTANTIATE_TEST_SUITE_P(Boards, NetworkTest, testing::ValuesIn(test::boards("agent_net")), [](const auto& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace mote
