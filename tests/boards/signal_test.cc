// Signal front ends give the same bytes on every emulated board as on the host. `bench` runs what comes after a front end, so
// here one is a whole model: raw samples in, features out.
#include "host/firmware/bench.h"
#include "quantize/plan/plan.h"
#include "quantize/signal/front_end.h"
#include "quantize/write/model.h"
#include "tests/boards/boards_case.h"

namespace mote {
namespace {

class SignalTest : public test::BoardsTest {};

Bytes model_of(const FeatureExtractor& extractor) {
  Graph graph;
  Value raw;
  raw.shape = extractor.raw_shape();
  raw.type = Type::int16;
  raw.quantization.scale = {1};
  graph.inputs = {graph.add(std::move(raw))};
  graph.outputs = {extractor.add_features(graph, graph.inputs[0])};
  const GraphRecords records = records_of(graph, Target::portable);
  const ArenaPlan plan = plan_arena(records);
  return write_model({.graph = graph, .records = records, .plan = plan, .labels = {}, .baseline = {}, .self_tests = {}});
}

// Tones in noise from quiet to full scale, silence, the lowest sample, and a square of full scale.
std::vector<int16_t> windows(uint32_t count, uint32_t samples) {
  Random random(count);
  std::vector<int16_t> all;
  for (uint32_t w = 0; w < count; ++w) {
    const double size = std::exp(random.uniform(0, 10)), tone = random.uniform(0.01, 3);
    for (uint32_t i = 0; i < samples; ++i) {
      const double value = size * (std::sin(tone * i) + 0.1 * random.normal());
      const double square = i / 9 % 2 == 0 ? 32767 : -32768;
      all.push_back(static_cast<int16_t>(w == 0 ? 0 : w == 1 ? -32768 : w == 2 ? square : std::clamp(value, -32768.0, 32767.0)));
    }
  }
  return all;
}

Bytes as_bytes(const std::vector<int16_t>& values) {
  Bytes bytes(2 * values.size());
  memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

TEST_F(SignalTest, FrontEndsGiveTheHostsBytes) {
  struct Case {
    SignalFrontEnd front;
    uint32_t samples, channels, count;
  };
  const Case cases[] = {
      {{.kind = SignalKind::mfcc, .frame = 480, .hop = 320}, 16000, 1, 4},
      {{.kind = SignalKind::log_mel, .frame = 200, .hop = 77, .fft = 256, .bands = 16}, 1000, 1, 20},
      {{.kind = SignalKind::log_mel, .frame = 1024, .hop = 512, .fft = 1024}, 2048, 1, 8},
      {{.kind = SignalKind::spectral, .sample_rate_hz = 1600, .fft = 128, .bands = 8, .low_hz = 0, .high_hz = 800}, 300, 3, 20}};
  for (const Case& one : cases) {
    const Result<FeatureExtractor> extractor = FeatureExtractor::make(one.front, one.samples, one.channels, "test");
    ASSERT_TRUE(extractor.ok()) << extractor.error().line();
    const Bytes model = model_of(*extractor);
    const std::vector<int16_t> raw = windows(one.count, one.samples * one.channels);
    const size_t width = count_of(extractor->shape());
    std::vector<int16_t> features(one.count * width);
    for (uint32_t i = 0; i < one.count; ++i)
      extractor->extract(std::span(raw).subspan(i * extractor->raw_count(), extractor->raw_count()),
                         std::span(features).subspan(i * width, width));
    const Bytes inputs = as_bytes(raw), expected = as_bytes(features);
    test::HostModel host(model);
    ASSERT_EQ(host.run(inputs), expected) << name_of(one.front.kind) << " on the host";
    for (const std::string& board : test::boards()) {
      if (board == "microbit") continue;  // whose memory is smaller than a second of sound
      const Result<BoardAnswer> answer =
          run_on_board({.model = model, .inputs = inputs, .board = board, .count = true}, files, test::program_folder());
      ASSERT_TRUE(answer.ok()) << answer.error().line();
      EXPECT_EQ(answer->outputs, expected) << name_of(one.front.kind) << " on " << board;
      std::printf("%s of %u samples on %s: %llu instructions\n", std::string(name_of(one.front.kind)).c_str(), one.samples,
                  board.c_str(), static_cast<unsigned long long>(answer->counts.instructions));
    }
  }
}

}  // namespace
}  // namespace mote
