// Streams on emulated boards: the bytes of whole windows on the host, and what a stride takes of a front end.
#include "device/include/mote/stream.h"

#include "host/firmware/bench.h"
#include "quantize/read/loaded_model.h"
#include "tests/boards/boards_case.h"

namespace mote {
namespace {

class StreamOnBoards : public test::BoardsTest {};

struct StreamCase {
  const char* name;
  SignalFrontEnd signal;
  uint32_t samples, channels, stride, windows;
  Activations activations = Activations::int8;
};

const StreamCase kStreamCases[] = {
    {"mfcc", {.kind = SignalKind::mfcc, .frame = 480, .hop = 320}, 16000, 1, 320, 12},
    {"log_mel", {.kind = SignalKind::log_mel, .frame = 200, .hop = 77, .fft = 256, .bands = 16}, 1000, 1, 154, 20},
    {"mfcc on int16", {.kind = SignalKind::mfcc, .frame = 256, .hop = 128, .fft = 256}, 4000, 1, 128, 10, Activations::int16},
    {"spectral",
     {.kind = SignalKind::spectral, .sample_rate_hz = 1600, .fft = 128, .bands = 8, .low_hz = 0, .high_hz = 800},
     300,
     3,
     25,
     20},
    {"raw samples", {}, 64, 3, 10, 30}};

std::vector<int16_t> sound(size_t count, uint64_t seed) {
  Random random(seed);
  std::vector<int16_t> samples(count);
  for (size_t i = 0; i < count; ++i)
    samples[i] = static_cast<int16_t>(8000 * std::sin(1e-6 * static_cast<double>(i * i)) + 500 * random.normal());
  return samples;
}

Bytes outputs_of_whole_windows(const Bytes& model, const StreamCase& one, const std::vector<int16_t>& samples) {
  LoadedModel loaded = LoadedModel::open(model, "model").value();
  Bytes all;
  for (uint32_t w = 0; w < one.windows; ++w) {
    std::vector<int8_t> output(loaded.output_bytes());
    loaded.run_raw(std::span(samples).subspan(size_t{w} * one.stride * one.channels, size_t{one.samples} * one.channels), {},
                   output);
    for (const int8_t value : output) all.push_back(static_cast<uint8_t>(value));
  }
  return all;
}

Bytes stream_inputs(const StreamCase& one, uint32_t piece, const std::vector<int16_t>& samples) {
  const uint32_t head[] = {one.stride, piece};
  Bytes bytes(sizeof head + 2 * samples.size());
  memcpy(bytes.data(), head, sizeof head);
  memcpy(bytes.data() + sizeof head, samples.data(), 2 * samples.size());
  return bytes;
}

TEST_F(StreamOnBoards, GivesTheHostsBytesOfWholeWindows) {
  size_t ran = 0;
  for (const std::string& board : test::boards("stream"))
    for (const StreamCase& one : kStreamCases) {
      if (one.activations == Activations::int16 && board != "mps2-an386") continue;  // the others are built without
      const Bytes model = test::random_model(4, one.samples, one.channels, one.signal, one.activations);
      const std::vector<int16_t> samples =
          sound((one.samples + size_t{one.stride} * (one.windows - 1)) * one.channels, one.samples);
      const Bytes expected = outputs_of_whole_windows(model, one, samples);
      for (const uint32_t piece : {one.stride, 61u}) {
        const Bytes inputs = stream_inputs(one, piece, samples);
        const Result<BoardAnswer> answer =
            run_on_board({.model = model, .inputs = inputs, .board = board, .program = "stream", .count = true}, files,
                         test::program_folder());
        ASSERT_TRUE(answer.ok()) << board << ", " << one.name << ": " << answer.error().line();
        EXPECT_EQ(answer->outputs, expected) << board << ", " << one.name;
        std::printf(
            "%s on %s, %u samples each %u, in pieces of %u: the front end takes %llu instructions a stride, "
            "%llu for a whole window\n",
            one.name, board.c_str(), one.samples, one.stride, piece, static_cast<unsigned long long>(answer->counts.instructions),
            static_cast<unsigned long long>(answer->counts.bind_instructions));
        ++ran;
      }
    }
  if (ran == 0) GTEST_SKIP() << "skipped: no board's stream was built (docs/dependencies.md)";
}

// The frames of a second of sound are not computed again for the next one: 1 of 49 is new.
TEST_F(StreamOnBoards, TakesAFractionOfAWholeWindow) {
  const StreamCase& mfcc = kStreamCases[0];
  const Bytes model = test::random_model(4, mfcc.samples, mfcc.channels, mfcc.signal);
  const Bytes inputs = stream_inputs(mfcc, mfcc.stride, sound(mfcc.samples + 3 * mfcc.stride, 1));
  for (const std::string& board : test::boards("stream")) {
    const Result<BoardAnswer> answer = run_on_board(
        {.model = model, .inputs = inputs, .board = board, .program = "stream", .count = true}, files, test::program_folder());
    ASSERT_TRUE(answer.ok()) << answer.error().line();
    EXPECT_GT(answer->counts.instructions, 0u);
    EXPECT_LT(20 * answer->counts.instructions, answer->counts.bind_instructions) << board;
  }
}

}  // namespace
}  // namespace mote
