// examples/firmware-minimal on every emulated board: it classifies as the host does, and says what stack it takes.
#include <gmock/gmock.h>

#include "quantize/test/spotter.h"
#include "tests/boards/boards_case.h"
#include "tests/boards/linked_board.h"

namespace mote {
namespace {

using test::LinkedBoard;

class MinimalTest : public test::BoardsTest {
 protected:
  // The board with `model` where the program looks for it.
  std::unique_ptr<LinkedBoard> board(const std::string& name, const Bytes& model) {
    put("model", model);
    Result<EmulatedBoard> prepared = EmulatedBoard::prepare({.board = name,
                                                             .program = "minimal",
                                                             .wait = true,
                                                             .flash = {},
                                                             .model = folder / "model",
                                                             .socket = folder / "socket",
                                                             .log = folder / "log"},
                                                            files, test::program_folder());
    EXPECT_TRUE(prepared.ok()) << prepared.error().line();
    if (!prepared.ok()) return nullptr;
    auto linked = std::make_unique<LinkedBoard>(std::move(prepared).value());
    EXPECT_TRUE(linked->start());
    return linked;
  }
};

// "class 3 score 117": of the first largest output, as the example takes it.
std::string expected_line(std::span<const uint8_t> output) {
  size_t best = 0;
  for (size_t i = 1; i < output.size(); ++i)
    if (static_cast<int8_t>(output[i]) > static_cast<int8_t>(output[best])) best = i;
  return "class " + std::to_string(best) + " score " + std::to_string(static_cast<int8_t>(output[best]));
}

// As the board's own kernels have it, and portable: a board takes both.
std::vector<Bytes> models_for(const std::string& name) {
  const Target target = name == "mps3-an547"                           ? Target::armv8_1_m_mve
                        : name == "mps2-an386" || name == "mps2-an500" ? Target::armv7e_m
                        : name == "mps2-an385"                         ? Target::armv7_m
                                                                       : Target::portable;
  std::vector<Bytes> models = {test::Spotter(5).model(Target::portable)};
  if (target != Target::portable) models.push_back(test::Spotter(6).model(target));
  return models;
}

TEST_F(MinimalTest, ClassifiesAsTheHostDoes) {
  constexpr size_t kTensors = 6;
  for (const std::string& name : test::boards("minimal"))
    for (const Bytes& model : models_for(name)) {
      test::HostModel host(model);
      const Bytes inputs = test::random_inputs(5, host.input_bytes(), kTensors);
      const Bytes outputs = host.run(inputs);
      const auto linked = board(name, model);
      ASSERT_TRUE(linked);
      EXPECT_EQ(linked->line(), "OK") << name;
      linked->send_bytes(inputs);
      std::string last;
      for (size_t i = 0; i < kTensors; ++i) {
        const size_t count = outputs.size() / kTensors;
        last = linked->line().value_or("nothing");
        EXPECT_THAT(last, testing::StartsWith(expected_line(std::span(outputs).subspan(i * count, count)) + " stack ")) << name;
      }
      std::printf("minimal on %s: %s bytes\n", name.c_str(), last.substr(last.find("stack")).c_str());
    }
}

// A trained network begins with its front end, which is not in the example's set.
TEST_F(MinimalTest, RefusesAnOperatorThatItLacks) {
  const auto linked = board(test::boards("minimal").front(), test::random_model(5));
  ASSERT_TRUE(linked);
  EXPECT_EQ(linked->line(), "UNKNOWN_OPERATOR");
}

TEST_F(MinimalTest, NamesWhyItCannotStart) {
  const auto linked = board(test::boards("minimal").front(), Bytes(64, 0x11));
  ASSERT_TRUE(linked);
  EXPECT_EQ(linked->line(), "MALFORMED");
}

}  // namespace
}  // namespace mote
