// A stream against the whole of each window, run anew: the same bytes for every front end, and each frame computed once.
#include "mote/stream.h"

#include <gtest/gtest.h>

#include <memory>

#include "device/kernels/signal/fft.h"
#include "device/kernels/test/draw.h"
#include "device/model/test/sample_models.h"

namespace mote {
namespace {

struct StreamedModel {
  AlignedBytes file, arena;
  mote_model model;
  uint32_t window = 0, channels = 0;

  explicit StreamedModel(const ModelBuilder& builder) : file(builder.build()), arena(builder.arena_bytes, 0xa5) {
    EXPECT_EQ(mote_open(&model, file.data(), file.size(), arena.data(), arena.size()), MOTE_OK);
    const mote_tensor source = has_front() ? mote_raw_input(&model) : mote_input(&model, 0);
    channels = source.shape[3];
    window = source.count / channels;
  }
  bool has_front() const { return mote_raw_input(&model).count != 0; }
};

struct WindowAnswer {
  std::vector<uint8_t> output;
  std::vector<int16_t> statistics;
  bool operator==(const WindowAnswer& other) const { return output == other.output && statistics == other.statistics; }
};

WindowAnswer empty_answer(const mote_model& model) {
  return {std::vector<uint8_t>(mote_output_bytes(&model)), std::vector<int16_t>(mote_statistics(&model).count)};
}

WindowAnswer answer_to_whole(StreamedModel& to, const int16_t* window) {
  WindowAnswer answer = empty_answer(to.model);
  if (to.has_front())
    mote_run_raw(&to.model, window, answer.statistics.data(), reinterpret_cast<int8_t*>(answer.output.data()));
  else
    mote_run(&to.model, window, answer.output.data());
  return answer;
}

struct OpenedStream {
  AlignedBytes memory;
  mote_stream stream;

  OpenedStream(StreamedModel& of, uint32_t stride) {
    uint32_t bytes = 0;
    EXPECT_EQ(mote_stream_bytes(&of.model, stride, &bytes), MOTE_STREAM_OK);
    memory.assign(bytes + 16, 0x5a);
    EXPECT_EQ(mote_stream_open(&stream, &of.model, stride, memory.data(), bytes), MOTE_STREAM_OK);
  }
  bool kept_within() const {
    return std::all_of(memory.end() - 16, memory.end(), [](uint8_t byte) { return byte == 0x5a; });
  }
};

std::vector<int16_t> random_samples(Random& random, size_t count) {
  std::vector<int16_t> samples(count);
  const int spread = 1 << draw(random, 3, 15);
  for (int16_t& sample : samples) sample = static_cast<int16_t>(std::clamp(draw(random, -spread, spread), -32768, 32767));
  return samples;
}

// Feeds it in pieces of any size and gives what each window answered.
std::vector<WindowAnswer> answers_of(StreamedModel& of, mote_stream* stream, Random& random,
                                     const std::vector<int16_t>& samples) {
  std::vector<WindowAnswer> answers;
  const size_t count = samples.size() / of.channels;
  const int largest = 1 << draw(random, 0, 10);
  for (size_t at = 0; at < count;) {
    const size_t piece = std::min(count - at, static_cast<size_t>(draw(random, 1, largest)));
    at += mote_stream_feed(stream, samples.data() + at * of.channels, piece);
    WindowAnswer answer = empty_answer(of.model);
    if (mote_stream_run(stream, answer.statistics.data(), answer.output.data()) != 0) answers.push_back(answer);
  }
  return answers;
}

// Of `windows` windows, and a bit more than them.
void expect_answers_of_whole_windows(const ModelBuilder& builder, uint32_t stride, Random& random, uint32_t windows = 12) {
  StreamedModel streamed(builder), whole(builder);
  OpenedStream open(streamed, stride);
  const size_t rest = random.below(stride);
  const std::vector<int16_t> samples =
      random_samples(random, (streamed.window + size_t{stride} * (windows - 1) + rest) * streamed.channels);
  const std::vector<WindowAnswer> answers = answers_of(streamed, &open.stream, random, samples);
  ASSERT_EQ(answers.size(), windows);
  for (uint32_t w = 0; w < windows; ++w)
    ASSERT_EQ(answers[w], answer_to_whole(whole, samples.data() + size_t{w} * stride * streamed.channels)) << "window " << w;
  EXPECT_TRUE(open.kept_within());
}

struct FramedShape {
  uint32_t frame, hop, frames, rest, order, bands, coefficients;  // no coefficients: no dct
  bool front;
  uint32_t window() const { return frame + (frames - 1) * hop + rest; }
};

FramedShape draw_shape(Random& random) {
  FramedShape shape{};
  shape.order = static_cast<uint32_t>(draw(random, kLeastFftOrder, 8));
  shape.frame = static_cast<uint32_t>(draw(random, 1, 1 << shape.order));
  shape.hop = static_cast<uint32_t>(draw(random, 1, draw(random, 0, 3) == 0 ? 2 << shape.order : 1 << (shape.order - 1)));
  shape.frames = static_cast<uint32_t>(draw(random, 1, 9));
  shape.rest = static_cast<uint32_t>(random.below(shape.hop));
  shape.bands = static_cast<uint32_t>(draw(random, 1, 9));
  shape.coefficients = static_cast<uint32_t>(draw(random, 0, 1) == 0 ? 0 : draw(random, 1, 5));
  shape.front = draw(random, 0, 2) != 0;
  return shape;
}

// log_mel, perhaps dct, and then either standardize, statistics and a dense layer, or nothing: the rows are the output.
ModelBuilder framed_model(const FramedShape& shape, Random& random) {
  ModelBuilder model;
  const auto numbers = [&](uint32_t count, int low, int high) {
    std::vector<int16_t> values(count);
    for (int16_t& value : values) value = static_cast<int16_t>(draw(random, low, high));
    return values;
  };
  const auto wide = [&](std::vector<uint32_t> dimensions) { return model.activation(TensorType::int16, dimensions, 1, 0); };
  const uint16_t raw = wide({1, 1, shape.window(), 1});
  std::vector<int16_t> places = numbers(shape.bands, 0, 10);
  places.resize(2 * shape.bands, 3);
  const uint16_t frame = model.constant(TensorType::int16, {1, 1, 1, shape.frame}, numbers(shape.frame, 0, 32767));
  const uint16_t bands = model.constant(TensorType::int16, {1, 1, 2, shape.bands}, places);
  const uint16_t weights = model.constant(TensorType::int16, {1, 1, 1, 3 * shape.bands}, numbers(3 * shape.bands, 1, 32767));
  uint32_t width = shape.bands;
  uint16_t rows = wide({1, 1, shape.frames, width});
  model.node(OperatorCode::log_mel, {raw, frame, bands, weights}, rows,
             {static_cast<int32_t>(shape.hop), static_cast<int32_t>(shape.order), 100});
  if (shape.coefficients != 0) {
    width = shape.coefficients;
    const uint16_t matrix =
        model.constant(TensorType::int16, {1, 1, width, shape.bands}, numbers(width * shape.bands, -32768, 32767));
    const uint16_t mfcc = wide({1, 1, shape.frames, width});
    model.node(OperatorCode::dct, {rows, matrix}, mfcc, {2});
    rows = mfcc;
  }
  if (shape.front) {
    model.raw_input = raw;
    model.input = model.activation(TensorType::int8, {1, 1, shape.frames, width}, 0.03f, 4);
    model.statistics = wide({1, 1, 1, 2 * width});
    model.output = model.activation(TensorType::int8, {1, 1, 1, 3}, 0.2f, -5);
    std::vector<int32_t> constants(width, 1000 * 256);
    constants.resize(2 * width, 1500000000);
    constants.resize(3 * width, -9);
    const uint16_t standardization = model.constant(TensorType::int32, {1, 1, 3, width}, constants);
    const auto dense = weighted_constants(&model, {1, 1, 3, shape.frames * width}, 3, &random);
    model.node(OperatorCode::standardize, {rows, standardization}, model.input);
    model.node(OperatorCode::mean_rms, {rows}, model.statistics);
    model.front_nodes = static_cast<uint16_t>(model.nodes.size());
    model.node(OperatorCode::fully_connected, {model.input, dense[0], dense[1], dense[2]}, model.output, {-128, 127});
  } else {
    model.input = raw;
    model.output = rows;
  }
  model.lay_out();
  model.scratch.assign(model.nodes.size(), kNoOffset);
  model.scratch[0] = model.arena_bytes;
  model.arena_bytes += round_up(fft_bins(shape.order) * static_cast<uint32_t>(sizeof(Complex)));
  return model;
}

TEST(Stream, GivesFramedFrontEndsTheAnswersOfWholeWindows) {
  Random random(1);
  for (int i = 0; i < 150; ++i) {
    const FramedShape shape = draw_shape(random);
    const uint32_t stride = shape.hop * static_cast<uint32_t>(draw(random, 1, draw(random, 0, 4) == 0 ? 15 : 3));
    expect_answers_of_whole_windows(framed_model(shape, random), stride, random);
    ASSERT_FALSE(HasFatalFailure()) << "case " << i;
  }
}

// Raw windows of two channels, on int8 and int16; spectral features of MFCCs as statistics.
TEST(Stream, GivesSampleModelsTheAnswersOfWholeWindows) {
  Random random(2);
  for (uint32_t stride = 1; stride <= 40; ++stride) {
    expect_answers_of_whole_windows(whole_model(), stride, random);
    expect_answers_of_whole_windows(wide_model(), stride, random);
    expect_answers_of_whole_windows(signal_model(), 20 * stride, random);
  }
}

ModelBuilder spectral_model() {
  ModelBuilder model;
  Random random(3);
  model.input = model.activation(TensorType::int16, {1, 1, 150, 3}, 1, 0);
  model.output = model.activation(TensorType::int16, {1, 1, 1, 27}, 1, 0);
  std::vector<int16_t> window(64);
  for (int16_t& value : window) value = static_cast<int16_t>(random.below(32768));
  const uint16_t piece = model.constant(TensorType::int16, {1, 1, 1, 64}, window);
  const uint16_t bands = model.constant<int16_t>(TensorType::int16, {1, 1, 2, 2}, {0, 17, 17, 16});
  model.node(OperatorCode::spectral_features, {model.input, piece, bands}, model.output, {6, -300});
  model.lay_out();
  model.scratch = {model.arena_bytes};
  model.arena_bytes += 33 * 16;
  return model;
}

TEST(Stream, GivesSpectralFeaturesOfWholeWindows) {
  Random random(3);
  for (const uint32_t stride : {1u, 7u, 64u, 150u, 151u, 400u}) expect_answers_of_whole_windows(spectral_model(), stride, random);
}

struct CountedCalls {
  std::vector<uint32_t> of_node = std::vector<uint32_t>(kMaxNodes);
  void watch(mote_model* model) {
    mote_set_hook(
        model,
        [](void* context, mote_moment moment, const mote_call* call) {
          EXPECT_LT(call->first_row, call->end_row);
          if (moment == MOTE_CALL_ENDS) ++static_cast<CountedCalls*>(context)->of_node[call->node];
        },
        this);
  }
};

TEST(Stream, ComputesEachFrameOnce) {
  Random random(4);
  for (int i = 0; i < 40; ++i) {
    const FramedShape shape = draw_shape(random);
    StreamedModel streamed(framed_model(shape, random));
    OpenedStream open(streamed, shape.hop);
    CountedCalls calls;
    calls.watch(&streamed.model);
    const std::vector<int16_t> samples = random_samples(random, shape.window() + 20 * shape.hop + random.below(shape.hop));
    const size_t windows = answers_of(streamed, &open.stream, random, samples).size();
    EXPECT_EQ(windows, 21u);
    const uint32_t frames = static_cast<uint32_t>((samples.size() - shape.frame) / shape.hop + 1);
    EXPECT_EQ(calls.of_node[0], frames);
    const uint32_t rest = shape.coefficients == 0 ? 1 : 2;  // standardize
    EXPECT_EQ(calls.of_node[1], rest == 2 ? frames : shape.front ? windows : 0);
    EXPECT_EQ(calls.of_node[rest], shape.front ? windows : 0);
  }
}

// When the logarithms are read by others than the dct, or samples by others than log_mel, rows are not all that there is to keep.
TEST(Stream, KeepsWhatOthersRead) {
  Random random(5);
  const FramedShape shape = {50, 20, 4, 3, 6, 5, 4, true};
  ModelBuilder logarithms = framed_model(shape, random), samples = logarithms;
  logarithms.nodes[3].inputs[0] = logarithms.nodes[0].output;  // mean_rms
  logarithms.tensors[logarithms.statistics].shape[3] = 2 * shape.bands;
  samples.nodes[3].inputs[0] = samples.raw_input;
  samples.tensors[samples.statistics].shape[3] = 2;
  for (ModelBuilder* model : {&logarithms, &samples}) {
    const uint32_t scratch = static_cast<uint32_t>(round_up(fft_bins(6) * static_cast<uint32_t>(sizeof(Complex))));
    model->lay_out();
    model->scratch[0] = model->arena_bytes;
    model->arena_bytes += scratch;
    expect_answers_of_whole_windows(*model, 20, random);
  }
  StreamedModel streamed(logarithms), raw(samples);
  uint32_t bytes = 0;
  EXPECT_EQ(mote_stream_bytes(&streamed.model, 20, &bytes), MOTE_STREAM_OK);
  EXPECT_EQ(bytes, round_up(4 * 5 * 2) + round_up(50 * 2) + round_up(33 * 8)) << "rows of logarithms, frame, spectrum";
  EXPECT_EQ(mote_stream_bytes(&raw.model, 7, &bytes), MOTE_STREAM_OK) << "any stride suits";
  EXPECT_EQ(bytes, round_up(2 * shape.window()));
}

TEST(Stream, SaysWhatItNeedsAndRefusesLess) {
  StreamedModel mfcc(signal_model()), image(image_model());
  mote_stream stream;
  AlignedBytes memory(1 << 10);
  uint32_t bytes = 0;
  ASSERT_EQ(mote_stream_bytes(&mfcc.model, 40, &bytes), MOTE_STREAM_OK);
  EXPECT_EQ(bytes, 16u + 112 + 16 + 272) << "3 x 2 rows, 50 samples, 4 logarithms, 33 bins";
  EXPECT_EQ(mote_stream_open(&stream, &mfcc.model, 40, memory.data(), bytes), MOTE_STREAM_OK);
  EXPECT_EQ(mote_stream_open(&stream, &mfcc.model, 40, memory.data(), bytes - 1), MOTE_STREAM_TOO_SMALL);
  EXPECT_EQ(mote_stream_open(&stream, &mfcc.model, 40, memory.data() + 8, bytes), MOTE_STREAM_TOO_SMALL);
  for (const uint32_t stride : {0u, 1u, 19u, 21u, 50u}) {
    EXPECT_EQ(mote_stream_open(&stream, &mfcc.model, stride, memory.data(), memory.size()), MOTE_STREAM_WRONG_STRIDE) << stride;
    EXPECT_EQ(mote_stream_bytes(&mfcc.model, stride, &bytes), MOTE_STREAM_WRONG_STRIDE) << stride;
  }
  EXPECT_EQ(mote_stream_bytes(&image.model, 1, &bytes), MOTE_STREAM_NO_WINDOW) << "of int8";
  EXPECT_EQ(mote_stream_open(&stream, &image.model, 1, memory.data(), memory.size()), MOTE_STREAM_NO_WINDOW);
}

TEST(Stream, TakesNothingBeyondAWindowThatWaits) {
  Random random(6);
  StreamedModel streamed(signal_model());
  OpenedStream open(streamed, 20);
  const std::vector<int16_t> samples = random_samples(random, 200);
  EXPECT_EQ(mote_stream_run(&open.stream, nullptr, nullptr), 0);
  EXPECT_EQ(mote_stream_feed(&open.stream, samples.data(), 99), 99u);
  EXPECT_EQ(mote_stream_run(&open.stream, nullptr, nullptr), 0);
  EXPECT_EQ(mote_stream_feed(&open.stream, samples.data() + 99, 101), 1u);
  EXPECT_EQ(mote_stream_feed(&open.stream, samples.data() + 100, 100), 0u);
  EXPECT_EQ(mote_stream_run(&open.stream, nullptr, nullptr), 1);
  EXPECT_EQ(mote_stream_run(&open.stream, nullptr, nullptr), 0);
  EXPECT_EQ(mote_stream_feed(&open.stream, samples.data() + 100, 100), 20u);
}

TEST(Stream, BeginsAnewWhenItIsReset) {
  Random random(7);
  StreamedModel streamed(signal_model()), whole(signal_model());
  OpenedStream open(streamed, 20);
  const std::vector<int16_t> before = random_samples(random, 130), after = random_samples(random, 100);
  for (size_t lost = 1; lost < 130; lost += 17) {
    for (size_t at = 0; at < lost;) {
      at += mote_stream_feed(&open.stream, before.data() + at, lost - at);
      mote_stream_run(&open.stream, nullptr, nullptr);
    }
    mote_stream_reset(&open.stream);
    const std::vector<WindowAnswer> answers = answers_of(streamed, &open.stream, random, after);
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0], answer_to_whole(whole, after.data()));
  }
}

// The next window is fed while the last one is under way.
TEST(Stream, IsFedBetweenTheStepsOfARun) {
  Random random(8);
  for (const ModelBuilder& builder : {whole_model(), signal_model(), spectral_model()}) {
    StreamedModel streamed(builder), whole(builder);
    const uint32_t stride = 20;
    OpenedStream open(streamed, stride);
    const size_t count = streamed.window + 10 * stride;
    const std::vector<int16_t> samples = random_samples(random, count * streamed.channels);
    size_t at = 0, windows = 0;
    const auto feed_one = [&] {
      if (at < count) at += mote_stream_feed(&open.stream, samples.data() + at * streamed.channels, 1);
    };
    while (at < count) {
      feed_one();
      WindowAnswer answer = empty_answer(streamed.model);
      if (mote_stream_begin(&open.stream, answer.statistics.data()) == 0) continue;
      while (mote_step(&streamed.model) != 0) feed_one();
      mote_end(&streamed.model, answer.output.data());
      EXPECT_EQ(answer, answer_to_whole(whole, samples.data() + windows++ * stride * streamed.channels));
    }
    EXPECT_EQ(windows, 11u);
  }
}

}  // namespace
}  // namespace mote
