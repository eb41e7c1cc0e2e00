// Float models of MLPerf Tiny and of gestures on real recordings, where those are: int8 is no worse than float, or than the int8
// models that TensorFlow Lite made of them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <sstream>

#include "base/test/shared_data.h"
#include "quantize/calibrate/affine.h"
#include "quantize/import/import.h"
#include "quantize/import/tflite.h"
#include "quantize/read/loaded_model.h"

namespace mote {
namespace {

using Inputs = std::vector<std::vector<float>>;

Bytes shared_file(const Path& path) {
  DiskFileSystem files;
  return files.read(path, 1u << 24).value();
}

// Int8 records as the reals that they stand for.
Inputs dequantized(const Bytes& bytes, size_t elements, float scale, int32_t zero_point) {
  Inputs inputs(bytes.size() / elements);
  for (size_t i = 0; i < inputs.size() * elements; ++i)
    inputs[i / elements].push_back(scale * static_cast<float>(static_cast<int8_t>(bytes[i]) - zero_point));
  return inputs;
}

// Which inputs calibrate the model; the others are what it is judged by.
using Calibrates = bool (*)(size_t index);

TensorFile calibration_of(const Inputs& inputs, Calibrates calibrates) {
  TensorFile file{.values = {}, .rows = 0, .where = "data"};
  for (size_t i = 0; i < inputs.size(); ++i)
    if (calibrates(i)) file.values.insert(file.values.end(), inputs[i].begin(), inputs[i].end());
  return file;
}

std::vector<float> outputs_of(LoadedModel& model, const std::vector<float>& input) {
  const mote_tensor in = model.input(), out = model.output();
  std::vector<int8_t> quanta(in.count), result(out.count);
  for (size_t i = 0; i < quanta.size(); ++i)
    quanta[i] = static_cast<int8_t>(quantize_value(static_cast<double>(input[i]), {in.scale, in.zero_point}));
  model.run(quanta, result);
  std::vector<float> reals;
  for (const int8_t q : result) reals.push_back(out.scale * static_cast<float>(q - out.zero_point));
  return reals;
}

size_t top(const std::vector<float>& scores) {
  return static_cast<size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

// The fraction of the inputs that do not calibrate whose labels `score` names.
template <typename Score>
double accuracy(const Inputs& inputs, const std::vector<size_t>& labels, Calibrates calibrates, Score score) {
  double right = 0, count = 0;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (calibrates(i)) continue;
    right += top(score(i)) == labels[i] ? 1 : 0;
    ++count;
  }
  return right / count;
}

Result<Compiled> compiled_of(const Bytes& tflite, const Inputs& inputs, Calibrates calibrates, Target target = Target::portable) {
  NoProgress progress;
  return import_float_tflite(tflite, "float.tflite", calibration_of(inputs, calibrates), {.target = target}, progress);
}

TEST(FloatKeywords, AreAsRightAsTheInt8ModelOfTensorFlowLite) {
  const Path folder = shared_data("mlperf-tiny");
  if (folder.empty()) GTEST_SKIP() << "skipped: the MLPerf Tiny models are not here";
  constexpr size_t kClasses = 12;
  constexpr Calibrates kFirst = [](size_t i) { return i < 100; };
  const Inputs inputs = dequantized(shared_file(folder / "inputs/kws01/kws01_inputs.bin"), 490, 0.5847029f, 83);
  const Inputs golden = dequantized(shared_file(folder / "golden/kws01_outputs.bin"), kClasses, 1.0f / 256, -128);
  const Bytes text = shared_file(folder / "inputs/kws01/kws01_labels.csv");
  std::istringstream lines(std::string(text.begin(), text.end()));
  std::vector<size_t> labels;
  std::string line;
  std::getline(lines, line);  // index,file,label,class
  while (std::getline(lines, line)) {
    const size_t second = line.find(',', line.find(',') + 1);
    labels.push_back(static_cast<size_t>(std::atoi(line.c_str() + second + 1)));
  }
  ASSERT_EQ(labels.size(), inputs.size());

  const Bytes tflite = shared_file(folder / "models/kws01_dscnn_fp32.tflite");
  const auto compiled = compiled_of(tflite, inputs, kFirst);
  ASSERT_TRUE(compiled.ok()) << compiled.error().line();
  LoadedModel model = LoadedModel::open(compiled->model, "model").value();
  const double ours = accuracy(inputs, labels, kFirst, [&](size_t i) { return outputs_of(model, inputs[i]); });
  const double theirs = accuracy(inputs, labels, kFirst, [&](size_t i) { return golden[i]; });
  EXPECT_GE(ours, theirs - 0.005);
  EXPECT_GT(ours, 0.9);

  // The packed kernels give the bytes of the portable ones.
  const auto packed = compiled_of(tflite, inputs, kFirst, Target::armv7e_m);
  ASSERT_TRUE(packed.ok()) << packed.error().line();
  LoadedModel other = LoadedModel::open(packed->model, "packed").value();
  for (size_t i = 0; i < inputs.size(); i += 20) EXPECT_EQ(outputs_of(model, inputs[i]), outputs_of(other, inputs[i])) << i;
}

// Gestures of 119 samples, one after the other in a file of each class; scaled as the model's training did.
TEST(FloatGestures, AreAsRightInInt8AsInFloat) {
  const Path folder = shared_data("imu-gesture");
  if (folder.empty()) GTEST_SKIP() << "skipped: the gestures are not here";
  constexpr size_t kValues = size_t{119} * 6;
  constexpr Calibrates kFourth = [](size_t i) { return i % 4 == 0; };
  Inputs inputs;
  std::vector<size_t> labels;
  for (const char* name : {"AlohomoraCharm", "ArrestoMomentumCharm", "AvadaKedavra", "LocomotorCharm", "Revelio"}) {
    const Bytes text = shared_file(folder / (std::string(name) + ".csv"));
    std::string csv(text.begin(), text.end());
    std::replace(csv.begin(), csv.end(), ',', ' ');
    std::istringstream values(csv.substr(csv.find('\n')));
    std::vector<float> gesture;
    const size_t label = labels.empty() ? 0 : labels.back() + 1;
    for (double value = 0; values >> value;) {
      const bool turns = gesture.size() % 6 >= 3;  // deg/s, not g
      gesture.push_back(static_cast<float>(turns ? (value + 2000) / 4000 : (value + 4) / 8));
      if (gesture.size() < kValues) continue;
      inputs.push_back(std::move(gesture));
      labels.push_back(label);
      gesture.clear();
    }
  }
  ASSERT_EQ(inputs.size(), 100u);

  const Bytes tflite = shared_file(folder / "models/magicwand_fp32.tflite");
  const Graph graph = read_float_tflite(tflite, "magicwand").value();
  const auto compiled = compiled_of(tflite, inputs, kFourth);
  ASSERT_TRUE(compiled.ok()) << compiled.error().line();
  LoadedModel model = LoadedModel::open(compiled->model, "model").value();
  const double in_float = accuracy(inputs, labels, kFourth, [&](size_t i) { return execute(graph, inputs[i]); });
  const double in_int8 = accuracy(inputs, labels, kFourth, [&](size_t i) { return outputs_of(model, inputs[i]); });
  EXPECT_GT(in_float, 0.9);
  EXPECT_GE(in_int8, in_float - 0.01);
}

struct RandomInputs {
  const char* name;
  const char* model;
  const char* inputs;
  size_t elements;
  float scale;
  int32_t zero_point;
  double least_sqnr;  // of the last layer before a softmax
};

class FloatMlperfTiny : public testing::TestWithParam<RandomInputs> {};

// Inputs of noise are far from what the models were trained on: deep layers hold more of the noise of rounding than on images.
TEST_P(FloatMlperfTiny, StayCloseToFloatOnInputsTheyWereNotCalibratedWith) {
  const Path folder = shared_data("mlperf-tiny");
  if (folder.empty()) GTEST_SKIP() << "skipped: the MLPerf Tiny models are not here";
  const RandomInputs& given = GetParam();
  const Bytes tflite = shared_file(folder / given.model);
  const Graph graph = read_float_tflite(tflite, given.model).value();
  const Inputs inputs = dequantized(shared_file(folder / given.inputs), given.elements, given.scale, given.zero_point);
  const auto compiled = compiled_of(tflite, inputs, [](size_t i) { return i % 2 == 0; });
  ASSERT_TRUE(compiled.ok()) << compiled.error().line();
  LoadedModel model = LoadedModel::open(compiled->model, "model").value();
  size_t agreed = 0, decided = 0;
  double signal = 0, noise = 0;
  for (size_t i = 1; i < inputs.size(); i += 2) {
    const std::vector<float> expected = execute(graph, inputs[i]), actual = outputs_of(model, inputs[i]);
    for (size_t k = 0; k < expected.size(); ++k) {
      signal += static_cast<double>(expected[k] * expected[k]);
      noise += static_cast<double>((expected[k] - actual[k]) * (expected[k] - actual[k]));
    }
    std::vector<float> sorted = expected;
    std::sort(sorted.rbegin(), sorted.rend());
    if (sorted[0] - sorted[1] < 0.1f) continue;
    ++decided;
    agreed += top(expected) == top(actual) ? 1 : 0;
  }
  EXPECT_GT(10 * std::log10(signal / noise), given.least_sqnr);
  EXPECT_EQ(agreed, decided) << "of the inputs whose best class leads by a tenth";
}

INSTANTIATE_TEST_SUITE_P(Each, FloatMlperfTiny,
                         testing::Values(RandomInputs{"ic01", "models/ic01_resnet8_fp32.tflite",
                                                      "golden/ic01_random16_inputs.bin", 3072, 1.0f, -128, 27},
                                         RandomInputs{"ad01", "models/ad01_fp32.tflite", "golden/ad01_random16_inputs.bin", 640,
                                                      0.39101523f, 89, 27},
                                         RandomInputs{"vww01", "models/vww01_96_fp32.tflite", "golden/vww01_random16_inputs.bin",
                                                      27648, 0.003921569f, -128, 45}),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace mote
