// What `mote size --board` and `mote profile` say: read off linked programs, against the board's memories.
#include "host/firmware/footprint.h"

#include <gmock/gmock.h>

#include "base/json.h"
#include "host/firmware/elf.h"
#include "host/firmware/object_file.h"
#include "host/firmware/profile.h"
#include "host/firmware/runtime_part.h"
#include "quantize/test/spotter.h"
#include "tests/boards/boards_case.h"

namespace mote {
namespace {

using testing::HasSubstr;

class FootprintTest : public test::BoardsTest {
 protected:
  Footprint of(const Bytes& model, const std::string& board) {
    Result<Footprint> found = footprint(read_model(model, "model").value(), {.board = board}, files, test::program_folder());
    EXPECT_TRUE(found.ok()) << found.error().line();
    return found.ok() ? std::move(found).value() : Footprint{.model = {}, .board = {}};
  }
};

// What runtime and kernels take in a program, by the symbols of link.ld.in.
uint32_t linked_bytes(const Board& board, const std::string& program) {
  DiskFileSystem files;
  const auto symbols = read_symbols(files.read(board.program(program), 1u << 26).value(), program).value();
  return symbols.at("board_device_end").address - symbols.at("board_device_start").address;
}

uint32_t device_start(const Board& board) {
  DiskFileSystem files;
  return read_symbols(files.read(board.program("minimal"), 1u << 26).value(), "minimal").value().at("board_device_start").address;
}

// The set of examples/firmware-minimal/CMakeLists.txt: average_pool_2d conv_2d depthwise_conv_2d fully_connected reshape softmax.
OperatorSet set_of_minimal() {
  using enum OperatorCode;
  return {Target::portable,
          Rounding::double_rounding,
          {{conv_2d, true, true},
           {depthwise_conv_2d, true, true},
           {fully_connected, true, true},
           {softmax, true, false},
           {average_pool_2d, true, false},
           {reshape, true, false}}};
}

// The programs were linked by a linker; here nothing was.
TEST_F(FootprintTest, KnowsToTheByteWhatALinkerKeeps) {
  for (const std::string& name : test::boards("minimal")) {
    const Board board = find_board(files, test::program_folder(), name).value();
    const RuntimeChoice choice{.set = set_of_minimal(), .start = device_start(board)};
    const Result<RuntimePart> part = runtime_part(board, choice, files);
    ASSERT_TRUE(part.ok()) << part.error().line();
    const uint32_t linked = linked_bytes(board, "minimal");
    if (name == "qemu-riscv32") {  // whose linker shortens calls, some by where other sections lie in between
      EXPECT_NEAR(part->bytes, linked, linked / 500.0);
    } else {
      EXPECT_EQ(part->bytes, linked) << name;
    }
  }
}

TEST_F(FootprintTest, KnowsTheSmallProfileToo) {
  for (const std::string& name : test::boards("minimal_small")) {
    const Board board = find_board(files, test::program_folder(), name).value();
    RuntimeChoice choice{.set = set_of_minimal(), .profile = "small", .start = device_start(board)};
    choice.set.operators.pop_back();  // boards/CMakeLists.txt: no reshape, and the packed form alone
    for (size_t i = 0; i < 3; ++i) choice.set.operators[i].portable = false;
    EXPECT_EQ(runtime_part(board, choice, files).value().bytes, linked_bytes(board, "minimal_small")) << name;
  }
  if (std::ranges::count(test::boards(), "microbit") == 0) return;
  const Result<Footprint> none = footprint(read_model(test::Spotter(1).model(Target::portable), "model").value(),
                                           {.board = "microbit", .profile = "small"}, files, test::program_folder());
  ASSERT_FALSE(none.ok());
  EXPECT_THAT(none.error().line(), HasSubstr("has no firmware of the profile small"));
  for (const std::string& name : test::boards("minimal_small")) EXPECT_THAT(none.error().line(), HasSubstr(name));
}

TEST_F(FootprintTest, AddsUpWhatTheRuntimeAndTheModelTake) {
  const Bytes model = test::Spotter(1).model(Target::portable);
  for (const std::string& name : test::boards("minimal")) {
    const Footprint footprint = of(model, name);
    EXPECT_EQ(footprint.model.model_bytes, model.size());
    EXPECT_EQ(footprint.ram_bytes, footprint.model.arena_bytes + 32 * 4) << name << ": mote_model is 32 words";
    EXPECT_GT(footprint.flash_bytes, 8000u) << name;
    EXPECT_LT(footprint.flash_bytes, linked_bytes(footprint.board, "minimal")) << name << ": which has both forms";
    EXPECT_GT(footprint.rest_bytes(), 500u) << name;
    EXPECT_LT(footprint.ram_room(), footprint.board.ram.bytes - footprint.board.stack_bytes + 1) << name;
    EXPECT_GE(footprint.ram_room(), footprint.board.arena_bytes) << name << ": the arena of the minimal firmware";
    EXPECT_TRUE(footprint.fits()) << name;
    EXPECT_THAT(to_text(footprint), HasSubstr("The model fits on this board."));
    EXPECT_EQ(to_json(footprint)["flash_bytes"], footprint.flash_bytes);
    EXPECT_EQ(to_json(footprint)["program_bytes"], footprint.program_bytes);
    EXPECT_EQ(to_json(footprint)["fits"], true);
  }
}

// A model takes what its own operators take, those of its front end too, and nothing for the kernels of others.
TEST_F(FootprintTest, CountsTheOperatorsOfTheModelAlone) {
  const std::string board = test::boards("minimal").front();
  const Footprint spotter = of(test::Spotter(1).model(Target::portable), board), trained = of(test::random_model(5), board);
  EXPECT_NE(trained.flash_bytes, spotter.flash_bytes);
  EXPECT_LT(trained.flash_bytes, linked_bytes(trained.board, "bench"));
  EXPECT_GT(trained.rest_bytes(), spotter.rest_bytes()) << "its front end divides 64 bits, which the minimal firmware does not";
}

// What the board's own kernels read is not asked of the portable ones.
TEST_F(FootprintTest, TellsThePackedFormFromThePortableOne) {
  if (std::ranges::count(test::boards(), "mps2-an386") == 0 || std::ranges::count(test::boards(), "microbit") == 0)
    GTEST_SKIP() << "skipped: the firmware of mps2-an386 and microbit was not built";
  const Footprint own = of(test::Spotter(1).model(Target::armv7e_m), "mps2-an386");
  EXPECT_TRUE(own.fits());
  EXPECT_NE(own.flash_bytes, of(test::Spotter(1).model(Target::portable), "mps2-an386").flash_bytes);
  EXPECT_TRUE(of(test::Spotter(1).model(Target::armv6_m), "microbit").has_kernels);
  for (const Target target : {Target::armv7e_m, Target::rv32}) {
    const Footprint other = of(test::Spotter(1).model(target), "microbit");
    EXPECT_FALSE(other.has_kernels);
    EXPECT_FALSE(other.fits());
    EXPECT_THAT(to_text(other), HasSubstr("packed for another machine"));
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
  footprint.ram_bytes = footprint.ram_room();
  EXPECT_TRUE(footprint.fits());
  ++footprint.ram_bytes;
  EXPECT_FALSE(footprint.ram_fits());
  EXPECT_FALSE(footprint.fits());

  footprint = good;
  footprint.program_bytes = footprint.board.code.bytes + 1;
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

TEST_F(FootprintTest, RefusesLibrariesThatAreCutOffOrDamaged) {
  const Board board = find_board(files, test::program_folder(), test::boards("minimal").front()).value();
  const Bytes archive = files.read(board.folder / "libparts_fast_double.a", 1u << 26).value();
  EXPECT_TRUE(read_archive(archive, "library").ok());
  for (const size_t bytes : {size_t{0}, size_t{8}, size_t{67}, archive.size() / 2, archive.size() - 2})
    EXPECT_FALSE(read_archive(ByteView(archive).first(bytes), "library").ok()) << bytes;
  Random random(4);
  for (int i = 0; i < 50; ++i) {
    Bytes damaged = archive;
    for (int changes = 0; changes < 40; ++changes) damaged[random.below(damaged.size())] = static_cast<uint8_t>(random.next());
    (void)read_archive(damaged, "library");  // says no, or finds what is there; reads nothing beside the file
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
