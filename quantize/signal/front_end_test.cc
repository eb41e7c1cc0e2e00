// Signal front ends: settings that cannot work, names, and features that a compiled model makes to the byte.
#include "quantize/signal/front_end.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/random.h"
#include "quantize/compile.h"
#include "quantize/read/loaded_model.h"
#include "quantize/read/model_file.h"
#include "quantize/test/graphs.h"

namespace mote {
namespace {

const SignalFrontEnd kMfcc = {.kind = SignalKind::mfcc, .sample_rate_hz = 16000, .frame = 400, .hop = 200};

std::string refused(SignalFrontEnd front, uint32_t samples = 2000, uint32_t channels = 1) {
  const Result<FeatureExtractor> made = FeatureExtractor::make(front, samples, channels, "run");
  return made.ok() ? "" : made.error().line();
}

template <typename Change>
std::string refused_after(Change change) {
  SignalFrontEnd front = kMfcc;
  change(front);
  return refused(front);
}

TEST(SignalFrontEnd, SaysWhatIsWrong) {
  EXPECT_EQ(refused(kMfcc), "");
  EXPECT_NE(refused(kMfcc, 399).find("longer than the window of 399"), std::string::npos) << refused(kMfcc, 399);
  EXPECT_NE(refused(kMfcc, 2000, 2).find("it takes one channel, the data has 2"), std::string::npos);
  EXPECT_NE(refused_after([](SignalFrontEnd& f) { f.fft = 500; }).find("fft is 500"), std::string::npos);
  EXPECT_NE(refused_after([](SignalFrontEnd& f) { f.fft = 2048; }).find("fft is 2048"), std::string::npos);
  EXPECT_NE(refused_after([](SignalFrontEnd& f) { f.fft = 256; }).find("longer than the fft"), std::string::npos);
  EXPECT_NE(refused_after([](SignalFrontEnd& f) { f.high_hz = 8001; }).find("above half the sample rate, 8000 Hz"),
            std::string::npos);
  EXPECT_NE(refused_after([](SignalFrontEnd& f) { f.low_hz = 7600; }).find("low_hz is not below high_hz"), std::string::npos);
  EXPECT_NE(refused_after([](SignalFrontEnd& f) { f.bands = 200; }).find("holds no bin"), std::string::npos);
  EXPECT_NE(refused_after([](SignalFrontEnd& f) { f.bands = 0; }).find("0 bands"), std::string::npos);
  EXPECT_NE(refused_after([](SignalFrontEnd& f) { f.coefficients = 41; }).find("41 coefficients of 40 bands"), std::string::npos);
  EXPECT_NE(refused_after([](SignalFrontEnd& f) { f.hop = 0; }).find("hop"), std::string::npos);
  EXPECT_NE(refused_after([](SignalFrontEnd& f) { f.sample_rate_hz = 0; }).find("sample rate"), std::string::npos);
  EXPECT_NE(refused_after([](SignalFrontEnd& f) { f.floor_rms = 0; }).find("floor_rms"), std::string::npos);
}

std::vector<int16_t> sound(uint64_t seed, size_t count) {
  Random random(seed);
  const double tone = random.uniform(0.05, 2), size = std::exp(random.uniform(0, 9));
  std::vector<int16_t> raw;
  for (size_t i = 0; i < count; ++i)
    raw.push_back(static_cast<int16_t>(std::lround(size * (std::sin(tone * static_cast<double>(i)) + 0.2 * random.normal()))));
  return raw;
}

// In real arithmetic from the settings alone: the whole way from samples to coefficients, in doublings.
std::vector<double> real_mfcc(const SignalFrontEnd& front, const int16_t* samples) {
  const double pi = std::acos(-1);
  const auto mel = [](double hz) { return 2595 * std::log10(1 + hz / 700); };
  const auto hz = [](double m) { return 700 * (std::pow(10, m / 2595) - 1); };
  std::vector<double> powers, logs;
  for (uint32_t k = 0; k <= front.fft / 2; ++k) {
    double re = 0, im = 0;
    for (uint32_t n = 0; n < front.frame; ++n) {
      const double x = samples[n] * (0.5 - 0.5 * std::cos(2 * pi * n / front.frame)),
                   angle = 2 * pi * (k * n % front.fft) / front.fft;
      re += x * std::cos(angle);
      im += x * std::sin(angle);
    }
    powers.push_back(re * re + im * im);
  }
  const double low = mel(front.low_hz), step = (mel(front.high_hz) - low) / (front.bands + 1);
  for (uint32_t b = 0; b < front.bands; ++b) {
    const double left = hz(low + b * step), middle = hz(low + (b + 1) * step), right = hz(low + (b + 2) * step);
    double sum = 0;
    for (uint32_t k = 0; k < powers.size(); ++k) {
      const double f = k * front.sample_rate_hz / front.fft;
      sum += powers[k] * std::max(0.0, std::min((f - left) / (middle - left), (right - f) / (right - middle)));
    }
    logs.push_back(std::log2(sum));
  }
  std::vector<double> result;
  for (uint32_t c = 0; c < front.coefficients; ++c) {
    double sum = 0;
    for (uint32_t b = 0; b < front.bands; ++b) sum += logs[b] * std::cos(pi * c * (b + 0.5) / front.bands);
    result.push_back(sum * std::sqrt((c == 0 ? 1.0 : 2.0) / front.bands));
  }
  return result;
}

TEST(SignalFrontEnd, MfccsAreNearTheRealOnes) {
  SignalFrontEnd front = kMfcc;
  front.floor_rms = 0.01;
  Result<FeatureExtractor> made = FeatureExtractor::make(front, 800, 1, "run");
  ASSERT_TRUE(made.ok()) << made.error().line();
  ASSERT_EQ(made->shape(), (Shape{1, 1, 3, 13}));
  const double quantum = made->features({{}})[0].quantum / (10 * std::log10(2));  // in doublings
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    const std::vector<int16_t> raw = sound(seed, 800);
    std::vector<int16_t> features(39);
    made->extract(raw, features);
    for (size_t f = 0; f < 3; ++f) {
      const std::vector<double> real = real_mfcc(front, raw.data() + 200 * f);
      for (size_t c = 0; c < 13; ++c) EXPECT_NEAR(features[f * 13 + c] * quantum, real[c], 0.03) << seed << " " << c;
    }
  }
}

TEST(SignalFrontEnd, NamesFitTheFeaturesAndTheStatistics) {
  const std::vector<ChannelInfo> axes = {{"x", "g", 0.5}, {"y", "g", 0.25}};
  SignalFrontEnd front = {
      .kind = SignalKind::spectral, .sample_rate_hz = 1600, .fft = 64, .bands = 8, .low_hz = 0, .high_hz = 800};
  Result<FeatureExtractor> made = FeatureExtractor::make(front, 300, 2, "run");
  ASSERT_TRUE(made.ok()) << made.error().line();
  const std::vector<ChannelInfo> features = made->features(axes);
  ASSERT_EQ(features.size(), made->shape()[3]);
  EXPECT_EQ(features[0].name, "x rms");
  EXPECT_EQ(features[15].name, "y rms");
  EXPECT_EQ(features[20].name, "y dominant");
  EXPECT_EQ(features[20].quantum, 25);
  EXPECT_EQ(features[29].name, "y band 7");
  const std::vector<ChannelInfo> statistics = made->statistics(axes);
  ASSERT_EQ(statistics.size(), 22u);
  EXPECT_EQ(statistics[11].name, "y rms");
  made = FeatureExtractor::make(kMfcc, 2000, 1, "run");
  EXPECT_EQ(made->features(axes)[12].name, "mfcc 12");
  EXPECT_EQ(made->statistics(axes).size(), 22u);
  EXPECT_EQ(made->statistics(axes)[3].name, "mfcc 1 rms");
}

// Compiles a network over what the front end gives, and holds the statistics and the input of the model to `extract`.
void expect_model_of(const SignalFrontEnd& front, uint32_t samples, uint32_t channels) {
  Result<FeatureExtractor> made = FeatureExtractor::make(front, samples, channels, "run");
  ASSERT_TRUE(made.ok()) << made.error().line();
  const uint32_t places = made->shape()[2], width = made->shape()[3];
  const Graph graph =
      front.kind == SignalKind::spectral
          ? test::parsed("mote-graph 1\n%0 = input float32[1,1,1," + std::to_string(width) +
                         "] \"x\"\n%1 = clamp(%0) clamp=[0,none] : float32[1,1,1," + std::to_string(width) + "]\nreturn %1")
          : test::random_network(3, places, width, 4);
  std::vector<std::vector<int16_t>> windows;
  for (uint64_t i = 0; i < 12; ++i) windows.push_back(sound(i + 1, size_t{samples} * channels));
  CompileInput input;
  input.graph = &graph;
  input.signal = front;
  input.standardization = {std::vector<double>(width, 100), std::vector<double>(width, 900)};
  input.channels.assign(channels, {"axis", "g", 0.001});
  input.calibration = {12, [&](uint32_t i) { return std::span<const int16_t>(windows[i]); }};
  input.reference = input.calibration;
  NoProgress progress;
  const Result<Compiled> compiled = compile(input, progress);
  ASSERT_TRUE(compiled.ok()) << compiled.error().line();
  Result<LoadedModel> model = LoadedModel::open(compiled->model, "test");
  ASSERT_TRUE(model.ok()) << model.error().line();
  ASSERT_EQ(model->raw_input().count, samples * channels);
  const Result<ModelFile> read = read_model(compiled->model, "test");
  ASSERT_TRUE(read.ok()) << read.error().line();
  ASSERT_EQ(read->baseline.scalars.size(), made->statistics(input.channels).size() + 1);
  const mote_tensor quantized = model->input();
  std::vector<int16_t> features(size_t{places} * width), statistics(model->statistics().count);
  std::vector<int8_t> inputs(quantized.count);
  for (const std::vector<int16_t>& raw : windows) {
    made->extract(raw, features);
    model->front_end(raw, statistics, inputs);
    for (size_t i = 0; i < features.size(); ++i) {
      const double real = (features[i] - 100) / 900.0 / static_cast<double>(quantized.scale) + quantized.zero_point;
      ASSERT_NEAR(inputs[i], std::clamp(real, -128.0, 127.0), 0.77);
    }
    if (front.kind == SignalKind::spectral) {
      EXPECT_EQ(statistics[0], features[0]);
    }
  }
}

TEST(SignalFrontEnd, CompilesLogMel) { expect_model_of({.kind = SignalKind::log_mel, .frame = 400, .hop = 200}, 3000, 1); }
TEST(SignalFrontEnd, CompilesMfcc) { expect_model_of(kMfcc, 3000, 1); }
TEST(SignalFrontEnd, CompilesSpectral) {
  expect_model_of({.kind = SignalKind::spectral, .sample_rate_hz = 1600, .fft = 128, .bands = 6, .low_hz = 0, .high_hz = 800},
                  300, 3);
}

}  // namespace
}  // namespace mote
