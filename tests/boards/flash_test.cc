// Boards that are flashed: what is made for each, and on emulated boards that hold nothing at first, the real gdb that writes it.
#include "host/firmware/flash.h"

#include <gmock/gmock.h>

#include "device/port/network.h"
#include "quantize/test/spotter.h"
#include "tests/boards/agent_case.h"

namespace mote {
namespace {

using std::chrono::seconds;
using test::LinkFrame;
using testing::HasSubstr;

bool has_gdb() { return std::filesystem::exists("/usr/bin/gdb-multiarch"); }

class FlashTest : public test::AgentCase {
 protected:
  Board any_board() { return find_board(files, test::program_folder(), GetParam()).value(); }
  Bytes bundle(const Bytes& model, uint32_t release, const std::string& device_class = "vibration") {
    return make_bundle(model, {.name = "first", .device_class = device_class, .release = release, .chunk_bytes = 256},
                       keys.image_key)
        .value();
  }
  // What `provision` refuses it for.
  static std::string refusal(const Board& board, const Provision& what, Cause cause = Cause::failed) {
    const Result<Provisioned> made = provision(board, what);
    if (made.ok()) return "";
    EXPECT_EQ(made.error().cause, cause) << made.error().line();
    return made.error().line();
  }

  std::unique_ptr<test::LinkedBoard> blank_board() {
    Result<EmulatedBoard> prepared = EmulatedBoard::prepare(
        {.board = GetParam(), .flash = folder / "flash", .blank = true, .socket = folder / "socket", .log = folder / "log"},
        files, test::program_folder());
    EXPECT_TRUE(prepared.ok()) << prepared.error().line();
    auto linked = std::make_unique<test::LinkedBoard>(std::move(prepared).value());
    EXPECT_TRUE(linked->start());
    return linked;
  }

  // As `mote flash` does it. "" when it went well.
  std::string flash(const Path& server, ByteView bundle) {
    const Bytes identity = keys.identity();
    const std::atomic<bool> stop = false;
    const FlashRequest request{.board = GetParam(),
                               .places = {{"server", server.string()}},
                               .provision = Provision{.identity = identity, .bundle = bundle}};
    const auto done = [&]() -> Result<void> {
      TRY(const FlashPlan plan, plan_flash(request, files, test::program_folder()));
      const Path image = folder / plan.runner.image_name();
      TRY_DO(write_image(plan.runner, plan.image, files, image));
      TRY(const std::vector<std::string> command, plan.command(request.places, image));
      TRY_DO(files.remove(folder / "tool.log"));
      return run_runner(plan.runner, command, files, folder / "tool.log", plan.other_runners(), stop);
    }();
    return done.ok() ? "" : done.error().line();
  }
};

TEST_P(FlashTest, ABlankBoardSaysHelloAndNamesTheReleaseThatItWasFlashedWith) {
  if (!has_gdb()) GTEST_SKIP() << "skipped: gdb-multiarch is not installed";
  const auto linked = blank_board();
  const Board& board = linked->board().board();
  ASSERT_EQ(flash(linked->board().debugger_socket(), bundle(test::model_for(board, 0), 3)), "");

  const auto hello = linked->wait_for(FrameType::hello);
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->text(), "m4-1");
  linked->send(FrameType::welcome);
  const auto first = state(*linked, [](const format::StateT&) { return true; });
  ASSERT_TRUE(first);
  EXPECT_EQ(first->device, "m4-1");
  EXPECT_EQ(first->release, 3u);
  EXPECT_EQ(first->phase, 0);
  EXPECT_EQ(first->boot, 1u);

  // It is a device like others from then on: it takes none from before its first release, and the next one.
  test::FleetOperator older(keys, test::model_for(board, 1), 2), next(keys, test::model_for(board, 1), 4);
  linked->send(Channel::desired, older.desired());
  EXPECT_TRUE(state(*linked, [](const format::StateT& said) { return said.refused == 2; })) << last_said();
  EXPECT_EQ(last.status, MOTE_OLDER_RELEASE) << last_said();
  linked->send(FrameType::farewell);
  EXPECT_TRUE(install(*linked, next, 4)) << last_said();
}

TEST_P(FlashTest, FlashingAnewLeavesNothingOfWhatTheDeviceWas) {
  if (!has_gdb()) GTEST_SKIP() << "skipped: gdb-multiarch is not installed";
  const auto linked = blank_board();
  const Board& board = linked->board().board();
  const Bytes first = bundle(test::model_for(board, 0), 7), second = bundle(test::model_for(board, 1), 2);
  for (const Bytes& given : {first, second, Bytes{}}) {
    ASSERT_EQ(flash(linked->board().debugger_socket(), given), "");
    linked->send(FrameType::farewell);  // before its reset it may have been welcomed
    ASSERT_TRUE(linked->wait_for(FrameType::hello));
    linked->send(FrameType::welcome);
    const uint32_t wanted = given.empty() ? 0 : given == first ? 7 : 2;
    const auto said = state(*linked, [](const format::StateT&) { return true; });
    ASSERT_TRUE(said);
    EXPECT_EQ(said->release, wanted);
    EXPECT_EQ(said->boot, 1u) << "the journal begins anew";
  }
}

TEST_P(FlashTest, SaysWhenThereIsNoGdbServer) {
  if (!has_gdb()) GTEST_SKIP() << "skipped: gdb-multiarch is not installed";
  EXPECT_THAT(flash(folder / "nobody.gdb", {}), HasSubstr("the board was not flashed: " + (folder / "nobody.gdb").string()));
}

TEST_P(FlashTest, PutsWholeSectorsWhereTheBoardLooksForThem) {
  const Board board = any_board();
  const Bytes identity = keys.identity(), model = test::model_for(board, 0), signed_model = bundle(model, 3);
  const auto made = provision(board, {.identity = identity, .bundle = signed_model});
  ASSERT_TRUE(made.ok()) << made.error().line();
  ASSERT_EQ(made->pieces.size(), 3u);
  for (const FlashPiece& piece : made->pieces) {
    EXPECT_EQ((piece.address - board.flash_origin) % board.sector_bytes, 0u) << piece.what;
    EXPECT_EQ(piece.bytes.size() % board.sector_bytes, 0u) << piece.what;
    EXPECT_LE(piece.address - board.flash_origin + piece.bytes.size(), board.flash_bytes) << piece.what;
  }
  EXPECT_EQ(made->pieces[0].address, board.flash_origin + board.identity);
  EXPECT_TRUE(std::equal(identity.begin(), identity.end(), made->pieces[0].bytes.begin()));
  EXPECT_EQ(made->pieces[1].bytes.size(), 2 * board.journal_half_bytes);
  EXPECT_EQ(made->pieces[2].address, board.model.origin);
  EXPECT_TRUE(std::equal(model.begin(), model.end(), made->pieces[2].bytes.begin()));
}

TEST_P(FlashTest, WritesTheNetworkOfAgentNetAndErasesItsSeeds) {
  const Board board = any_board();
  const Bytes identity = keys.identity(), part(100, 0x30);
  Bytes seed(kNetworkSeedBytes, 0x5A);
  seed[0] = 1;  // a seed is not one byte over and over
  const NetworkPart der = {part.data(), static_cast<uint16_t>(part.size())};
  Bytes network(kMaxNetworkBytes);
  network.resize(network_write({.broker = {10, 0, 2, 2},
                                .port = 8883,
                                .own = {},
                                .netmask = {},
                                .router = {},
                                .host_name = "localhost",
                                .seed = seed.data(),
                                .authority = der,
                                .certificate = der,
                                .key = der},
                               network.data(), network.size()));
  ASSERT_GT(network.size(), kNetworkHeadBytes);
  if (!board.networked) {
    EXPECT_THAT(refusal(board, {.identity = identity, .network = network}, Cause::usage), HasSubstr("no place for a network"));
    return;
  }
  const Result<FlashPlan> plan = plan_flash({.board = GetParam(),
                                             .program = "agent_net",
                                             .places = {{"server", "localhost:1"}},
                                             .provision = Provision{.identity = identity, .network = network}},
                                            files, test::program_folder());
  ASSERT_TRUE(plan.ok()) << plan.error().line();
  const auto piece_at = [&](uint32_t offset) {
    for (const FlashPiece& piece : plan->image.pieces)
      if (piece.address == board.flash_origin + offset) return piece.bytes;
    return Bytes();
  };
  const Bytes written = piece_at(board.network);
  ASSERT_EQ(written.size(), board.sector_bytes);
  EXPECT_TRUE(std::equal(network.begin(), network.end(), written.begin()));
  EXPECT_EQ(piece_at(board.seed), Bytes(2 * board.sector_bytes, board.erased));
  Bytes damaged = network;
  damaged[40] ^= 1;
  EXPECT_THAT(refusal(board, {.identity = identity, .network = damaged}), HasSubstr("network.bin"));
}

TEST_P(FlashTest, RefusesWhatTheDeviceWouldNotRun) {
  const Board board = any_board();
  const Bytes identity = keys.identity(), model = test::model_for(board, 0), good = bundle(model, 3);
  uint32_t arena_bytes = 0;
  ASSERT_EQ(mote_check(model.data(), model.size(), &arena_bytes, nullptr), MOTE_OK);
  ASSERT_EQ(refusal(board, {.identity = identity, .bundle = good}), "");

  Board changed = board;
  changed.slot_bytes = static_cast<uint32_t>(model.size()) - 1;
  EXPECT_THAT(refusal(changed, {.identity = identity, .bundle = good}), HasSubstr("a slot of " + board.name + " has"));
  changed = board;
  changed.agent_arena_bytes = arena_bytes - 1;
  EXPECT_THAT(refusal(changed, {.identity = identity, .bundle = good}), HasSubstr("needs an arena of"));
  changed = board;
  changed.agent_operators = {"softmax", "double_rounding"};
  EXPECT_THAT(refusal(changed, {.identity = identity, .bundle = good}), HasSubstr("lacks what its model needs"));
  changed = board;
  changed.limits["classes"] = 2;
  EXPECT_THAT(refusal(changed, {.identity = identity, .bundle = good}), HasSubstr("5 classes"));
  changed = board;
  changed.agent_arena_bytes = changed.slot_bytes = 1 << 16;
  const Bytes without_front_end = bundle(test::Spotter(1).model(Target::portable), 3);
  if (changed.slots[0] + changed.slot_bytes <= changed.slots[1] && changed.agent_operators.empty()) {
    EXPECT_THAT(refusal(changed, {.identity = identity, .bundle = without_front_end}), HasSubstr("takes no raw windows"));
  }
  changed = board;
  changed.flash_bytes = 0;
  EXPECT_THAT(refusal(changed, {.identity = identity}, Cause::usage), HasSubstr("has no flash"));

  const Bytes other_class = bundle(model, 3, "pumps");
  EXPECT_THAT(refusal(board, {.identity = identity, .bundle = other_class}, Cause::usage), HasSubstr("pumps"));
  const test::DeviceKeys strangers(50);
  const Bytes forged =
      make_bundle(model, {.name = "first", .device_class = "vibration", .release = 3, .chunk_bytes = 256}, strangers.image_key)
          .value();
  EXPECT_NE(refusal(board, {.identity = identity, .bundle = forged}, Cause::untrusted), "");
  for (const size_t at : {size_t{40}, good.size() / 2, good.size() - 1}) {
    Bytes damaged = good;
    damaged[at] ^= 1;
    EXPECT_NE(refusal(board, {.identity = identity, .bundle = damaged}, Cause::untrusted), "") << at;
  }
  Bytes damaged = identity;
  damaged[100] ^= 1;
  EXPECT_THAT(refusal(board, {.identity = damaged, .bundle = good, .identity_name = "identity.bin"}), HasSubstr("identity.bin"));
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(FlashTest);
INSTANTIATE_TEST_SUITE_P(Boards, FlashTest, testing::ValuesIn(test::boards("agent")), test::name_of_board);

}  // namespace
}  // namespace mote
