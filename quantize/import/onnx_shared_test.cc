// ONNX's own node tests and models, where those are, in float.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

#include "base/test/shared_data.h"
#include "quantize/calibrate/affine.h"
#include "quantize/compile.h"
#include "quantize/import/import.h"
#include "quantize/import/onnx.h"
#include "quantize/read/loaded_model.h"

namespace mote {
namespace {

// What is not expected to pass, and what its error says. This list may only get shorter: a test on it that passes fails.
const std::map<std::string, std::string> kOnnxSkips = {
    // recurrent, and indices instead of values
    {"test_gru_batchwise", "(GRU 'Y') is not supported"},
    {"test_gru_defaults", "(GRU) is not supported"},
    {"test_gru_seq_length", "(GRU) is not supported"},
    {"test_lstm_batchwise", "(LSTM 'Y') is not supported"},
    {"test_argmax_default_axis_example", "(ArgMax 'result') is not supported"},
    {"test_argmax_default_axis_example_select_last_index", "(ArgMax 'result') is not supported"},
    {"test_argmax_default_axis_random_select_last_index", "(ArgMax 'result') is not supported"},
    // no elements
    {"test_reshape_allowzero_reordered", "has a shape that is not possible"},
    // on integers from end to end
    {"test_clip_default_int8_inbounds", "of no reals"},
    {"test_clip_default_int8_max", "of no reals"},
    {"test_clip_default_int8_min", "of no reals"},
    {"test_convinteger_with_padding", "of no reals"},
    {"test_convinteger_without_padding", "of no reals"},
    {"test_matmulinteger", "of no reals"},
    {"test_dequantizelinear_axis", "of no reals"},
    {"test_qlinearconv", "of no reals"},
    {"test_qlinearmatmul_2D_int8_float16", "of no reals"},
    {"test_qlinearmatmul_2D_int8_float32", "of no reals"},
    {"test_qlinearmatmul_2D_uint8_float16", "of no reals"},
    {"test_qlinearmatmul_2D_uint8_float32", "of no reals"},
    {"test_qlinearmatmul_3D_int8_float16", "of no reals"},
    {"test_qlinearmatmul_3D_uint8_float32", "of no reals"},
    {"test_quantizelinear", "has an output 'y' of integers"},
    {"test_quantizelinear_axis", "that is not one number"},
    {"test_quantizelinear_int16", "has an output 'y' of integers"},
    {"test_dynamicquantizelinear", "is not supported"},
    {"test_dynamicquantizelinear_max_adjusted", "is not supported"},
    {"test_dynamicquantizelinear_min_adjusted", "is not supported"},
};

Bytes onnx_file(const Path& path) {
  DiskFileSystem files;
  return files.read(path, 1u << 24).value();
}

OnnxTensor onnx_tensor(const Path& path) { return read_onnx_tensor(onnx_file(path), path.string()).value(); }

// The device reads activations of reals, and of an operator on two of them both; the rest belongs to the model.
bool is_fed(const OnnxModel& model, size_t place) {
  const std::string& operation = model.operations.front().operation;
  const auto is = [&](const char* name) { return operation == name; };
  return place == 0 || is("Add") || is("Sub") || is("Mul") || is("Concat");
}

struct OnnxCase {
  OnnxConstants constants;
  std::vector<float> inputs;
};

Result<OnnxCase> case_of(const OnnxModel& model, const Path& data) {
  OnnxCase one;
  for (size_t i = 0; i < model.inputs.size(); ++i) {
    const Path path = data / ("input_" + std::to_string(i) + ".pb");
    if (!std::filesystem::exists(path)) continue;
    TRY(OnnxTensor tensor, read_onnx_tensor(onnx_file(path), path.string()));
    if (is_fed(model, i))
      one.inputs.insert(one.inputs.end(), tensor.floats.begin(), tensor.floats.end());
    else
      one.constants[model.inputs[i].name] = std::move(tensor);
  }
  return one;
}

// Why it does not pass; empty when it does.
std::string problem_of(const Path& folder, const Path& data) {
  const Bytes file = onnx_file(folder / "model.onnx");
  const auto model = read_onnx_file(file, "model");
  if (!model.ok()) return model.error().what;
  const auto one = case_of(*model, data);
  if (!one.ok()) return one.error().what;
  const auto graph = read_onnx(file, "model", one->constants);
  if (!graph.ok()) return graph.error().what;
  const std::vector<float> expected = onnx_tensor(data / "output_0.pb").floats;
  const std::vector<float> outputs = execute(*graph, one->inputs);
  if (outputs.size() != expected.size()) return "has " + std::to_string(outputs.size()) + " outputs";
  for (size_t i = 0; i < outputs.size(); ++i)
    if (!(std::fabs(outputs[i] - expected[i]) <= 1e-4f * std::max(1.0f, std::fabs(expected[i]))))
      return "output " + std::to_string(i) + " is " + std::to_string(outputs[i]) + ", not " + std::to_string(expected[i]);
  return "";
}

TEST(OnnxNodeTests, PassInFloatButForThoseThatAreKnown) {
  const Path root = shared_data("onnx");
  if (root.empty()) GTEST_SKIP() << "no ONNX tests here";
  int passed = 0, skipped = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    const Path data = entry.path();
    if (!entry.is_directory() || data.filename().string().rfind("test_data_set_", 0) != 0) continue;
    const std::string name = data.parent_path().filename().string();
    const std::string problem = problem_of(data.parent_path(), data);
    const auto skip = kOnnxSkips.find(name);
    if (skip == kOnnxSkips.end()) {
      EXPECT_EQ(problem, "") << name;
      passed += problem.empty() ? 1 : 0;
    } else {
      EXPECT_NE(problem, "") << name << " passes now: take it off the list";
      EXPECT_NE(problem.find(skip->second), std::string::npos) << name << " " << problem;
      ++skipped;
    }
  }
  RecordProperty("passed", passed);
  RecordProperty("skipped", skipped);
  std::printf("%d pass, %d are skipped\n", passed, skipped);
  EXPECT_GT(passed, 100);
}

// mnist-8 names the same digit in int8, calibrated by its own three test images moved a little.
TEST(OnnxModels, Mnist8KeepsItsDigitsInInt8) {
  const Path folder = shared_data("onnx/model/mnist_8");
  if (folder.empty()) GTEST_SKIP() << "no ONNX models here";
  TensorFile data{.values = {}, .rows = 0, .where = "data"};
  std::vector<std::vector<float>> images;
  for (int i = 0; i < 3; ++i)
    images.push_back(onnx_tensor(folder / ("test_data_set_" + std::to_string(i)) / "input_0.pb").floats);
  for (const std::vector<float>& image : images)
    for (size_t shift = 0; shift < 10; ++shift) {
      data.values.insert(data.values.end(), image.begin() + static_cast<std::ptrdiff_t>(shift), image.end());
      data.values.insert(data.values.end(), image.begin(), image.begin() + static_cast<std::ptrdiff_t>(shift));
    }
  NoProgress progress;
  const auto compiled = import_onnx(onnx_file(folder / "model.onnx"), "mnist-8", data, {}, progress);
  ASSERT_TRUE(compiled.ok()) << compiled.error().line();
  auto model = LoadedModel::open(compiled->model, "model");
  ASSERT_TRUE(model.ok());
  const mote_tensor in = model->input();
  for (int i = 0; i < 3; ++i) {
    const std::vector<float> expected = onnx_tensor(folder / ("test_data_set_" + std::to_string(i)) / "output_0.pb").floats;
    std::vector<int8_t> quanta(in.count), result(expected.size());
    for (size_t k = 0; k < quanta.size(); ++k)
      quanta[k] =
          static_cast<int8_t>(quantize_value(static_cast<double>(images[static_cast<size_t>(i)][k]), {in.scale, in.zero_point}));
    model->run(quanta, result);
    EXPECT_EQ(std::max_element(result.begin(), result.end()) - result.begin(),
              std::max_element(expected.begin(), expected.end()) - expected.begin())
        << i;
  }
}

}  // namespace
}  // namespace mote
