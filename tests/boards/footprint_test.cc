// What `mote size --board` and `mote profile` say: read off linked programs, against the board's memories.
#include "host/firmware/footprint.h"

#include <gmock/gmock.h>

#include "base/json.h"
#include "host/firmware/elf.h"
#include "host/firmware/profile.h"
#include "tests/boards/boards_case.h"

namespace mote {
namespace {

using testing::HasSubstr;

class FootprintTest : public test::BoardsTest {
 protected:
  Footprint of(const Bytes& model, const std::string& board) {
    Result<Footprint> found = footprint(read_model(model, "model").value(), board, files, test::program_folder());
    EXPECT_TRUE(found.ok()) << found.error().line();
    return found.ok() ? std::move(found).value() : Footprint{.model = {}, .board = {}};
  }
};

TEST_F(FootprintTest, AddsUpWhatTheRuntimeAndTheModelTake) {
  const Bytes model = test::random_model(1);
  for (const std::string& name : test::boards("minimal")) {
    const Footprint footprint = of(model, name);
    EXPECT_EQ(footprint.model.model_bytes, model.size());
    EXPECT_EQ(footprint.ram_bytes, footprint.model.arena_bytes + 20 * 4) << name << ": mote_model is twenty words";
    EXPECT_GT(footprint.flash_bytes, 8000u) << name;
    EXPECT_LT(footprint.flash_bytes, files.read(footprint.board.program("minimal"), 1u << 26).value().size()) << name;
    EXPECT_TRUE(footprint.fits()) << name;
    EXPECT_THAT(to_text(footprint), HasSubstr("The model fits on this board."));
    EXPECT_EQ(to_json(footprint)["fits"], true);
  }
}

TEST_F(FootprintTest, SaysWhichMemoryIsTooSmall) {
  const Bytes model = test::random_model(1);
  const Footprint good = of(model, test::boards("minimal").front());
  Footprint footprint = good;
  footprint.model.model_bytes = footprint.board.model.bytes;
  EXPECT_TRUE(footprint.fits());
  ++footprint.model.model_bytes;
  EXPECT_FALSE(footprint.model_fits());
  EXPECT_FALSE(footprint.fits());
  EXPECT_THAT(to_text(footprint), HasSubstr("The model does not fit on this board."));
  EXPECT_EQ(to_json(footprint)["fits"], false);

  footprint = good;
  footprint.ram_bytes = footprint.board.ram.bytes - footprint.board.stack_bytes;
  EXPECT_TRUE(footprint.fits());
  ++footprint.ram_bytes;
  EXPECT_FALSE(footprint.ram_fits());
  EXPECT_FALSE(footprint.fits());

  footprint = good;
  footprint.flash_bytes = footprint.board.code.bytes + 1;
  EXPECT_FALSE(footprint.code_fits());
  EXPECT_FALSE(footprint.fits());
}

TEST_F(FootprintTest, RefusesProgramsThatAreCutOffOrDamaged) {
  const Board board = find_board(files, test::program_folder(), test::boards("minimal").front()).value();
  const Bytes elf = files.read(board.program("minimal"), 1u << 26).value();
  ASSERT_TRUE(read_symbols(elf, "elf").ok());
  EXPECT_TRUE(read_symbols(elf, "elf")->contains("board_code_start"));
  for (const size_t bytes : {size_t{0}, size_t{51}, size_t{52}, elf.size() / 2, elf.size() - 1})
    EXPECT_FALSE(read_symbols(ByteView(elf).first(bytes), "elf").ok()) << bytes;
  Random random(3);
  for (int i = 0; i < 200; ++i) {
    Bytes damaged = elf;
    for (int changes = 0; changes < 4; ++changes) damaged[random.below(52)] = static_cast<uint8_t>(random.next());
    for (int changes = 0; changes < 40; ++changes)
      damaged[damaged.size() - 1 - random.below(600)] = static_cast<uint8_t>(random.next());
    (void)read_symbols(damaged, "elf");  // says no, or finds what is there; reads nothing beside the file
  }
}

TEST_F(FootprintTest, ProfilesOnARandomInputThatIsAlwaysTheSame) {
  const Bytes model = test::random_model(9);
  const BoardRun run{.model = model, .inputs = {}, .board = test::boards().front()};
  const Result<Profile> once = profile(run, files, test::program_folder()), again = profile(run, files, test::program_folder());
  ASSERT_TRUE(once.ok()) << once.error().line();
  ASSERT_TRUE(again.ok()) << again.error().line();
  EXPECT_GT(once->counts.instructions, 0u);
  EXPECT_EQ(to_json(*once), to_json(*again));
  EXPECT_THAT(to_text(*once), HasSubstr(std::to_string(once->counts.instructions) + " instructions"));
  uint64_t sum = 0;
  for (const OperatorCount& count : once->operators) sum += count.instructions;
  EXPECT_LE(sum, once->counts.instructions);
}

}  // namespace
}  // namespace mote
