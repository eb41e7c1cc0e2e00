// What the tests on emulated boards share: the boards, a folder that goes away, random models and inputs.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <memory>

#include "base/random.h"
#include "device/include/mote/mote.h"
#include "host/firmware/board.h"
#include "quantize/compile.h"
#include "quantize/test/graphs.h"

namespace mote::test {

inline Path program_folder() { return MOTE_PROGRAM_FOLDER; }

// Every board of which `program` was built.
inline std::vector<std::string> boards(const std::string& program = "bench") {
  DiskFileSystem files;
  std::vector<std::string> names = known_boards(files, program_folder());
  std::erase_if(names, [&program](const std::string& name) {
    return !std::filesystem::exists(program_folder() / "firmware" / name / (program + ".elf"));
  });
  return names;
}

// Of a test that is run on a board.
inline std::string name_of_board(const testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

class BoardsTest : public testing::Test {
 protected:
  void SetUp() override {
    if (boards().empty()) GTEST_SKIP() << "skipped: no firmware was built (docs/dependencies.md)";
    std::string pattern = (std::filesystem::temp_directory_path() / "mote-test-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder = pattern;
  }
  void TearDown() override {
    if (!folder.empty()) std::filesystem::remove_all(folder);
  }

  void put(const std::string& name, ByteView bytes) {
    const Result<void> written = files.write(folder / name, bytes, Access::everyone);
    ASSERT_TRUE(written.ok()) << written.error().line();
  }
  Bytes get(const std::string& name) {
    Result<Bytes> bytes = files.read(folder / name, size_t{1} << 30);
    EXPECT_TRUE(bytes.ok()) << bytes.error().line();
    return bytes.ok() ? std::move(bytes).value() : Bytes{};
  }

  DiskFileSystem files;
  Path folder;
};

// int8 tensors of `tensor` elements, from quiet ones to ones that fill the range.
inline Bytes random_inputs(uint64_t seed, size_t tensor, size_t tensors) {
  Random random(seed);
  Bytes bytes;
  for (size_t i = 0; i < tensors; ++i) {
    const double amplitude = i % 8 == 7 ? 128 : random.uniform(1, 60);
    for (size_t k = 0; k < tensor; ++k)
      bytes.push_back(static_cast<uint8_t>(static_cast<int8_t>(random.uniform(-amplitude, amplitude))));
  }
  return bytes;
}

// A network of random shape, compiled as a trained one would be; the same for the same seed. Odd seeds end without a softmax,
// whose output says little.
inline Bytes random_model(uint64_t seed, uint32_t samples = 32, uint32_t channels = 3, const SignalFrontEnd& signal = {},
                          Activations activations = Activations::int8) {
  const Result<FeatureExtractor> extractor = FeatureExtractor::make(signal, samples, channels, "test");
  EXPECT_TRUE(extractor.ok()) << extractor.error().line();
  const Shape features = extractor->shape();
  Graph graph = random_network(seed, features[2], features[3], 5);
  if (seed % 2 == 1) {
    graph.outputs = {graph.nodes.back().inputs[0]};
    graph.nodes.pop_back();
  }
  Random random(seed + 1000);
  std::vector<int16_t> windows(size_t{40} * samples * channels);
  for (int16_t& value : windows) value = static_cast<int16_t>(1000 * random.normal());
  CompileInput input;
  input.graph = &graph;
  input.standardization = {std::vector<double>(features[3], 3.0), std::vector<double>(features[3], 900.0)};
  input.signal = signal;
  input.quantize.activations = activations;
  for (uint32_t i = 0; i < channels; ++i) input.channels.push_back({"channel" + std::to_string(i), "g", 0.001});
  input.labels = {"a", "b", "c", "d", "e"};
  const size_t window = size_t{samples} * channels;
  input.calibration = {40,
                       [&windows, window](uint32_t i) { return std::span<const int16_t>(windows).subspan(i * window, window); }};
  input.reference = input.calibration;
  NoProgress progress;
  Result<Compiled> compiled = compile(input, progress);
  EXPECT_TRUE(compiled.ok()) << (compiled.ok() ? "" : compiled.error().line());
  return compiled.ok() ? std::move(compiled->model) : Bytes{};
}

// A model open on the host, with memory as the device's.
class HostModel {
 public:
  explicit HostModel(const Bytes& bytes) : bytes_(aligned(bytes.size())), count_(bytes.size()) {
    memcpy(bytes_.get(), bytes.data(), bytes.size());
    uint32_t arena_bytes = 0;
    EXPECT_EQ(mote_check(bytes_.get(), count_, &arena_bytes, nullptr), MOTE_OK);
    arena_ = aligned(arena_bytes);
    EXPECT_EQ(mote_open(&model_, bytes_.get(), count_, arena_.get(), arena_bytes), MOTE_OK);
  }
  uint32_t input_bytes() const { return mote_input_bytes(&model_); }

  // One output tensor for each input tensor in `inputs`.
  Bytes run(const Bytes& inputs) {
    const uint32_t in = mote_input_bytes(&model_), out = mote_output_bytes(&model_);
    Bytes outputs(inputs.size() / in * out);
    for (size_t i = 0; i < inputs.size() / in; ++i)
      mote_run(&model_, reinterpret_cast<const int8_t*>(inputs.data()) + i * in,
               reinterpret_cast<int8_t*>(outputs.data()) + i * out);
    return outputs;
  }

 private:
  using Memory = std::unique_ptr<uint8_t, decltype(&::free)>;
  static Memory aligned(size_t bytes) { return {static_cast<uint8_t*>(::aligned_alloc(16, (bytes + 16) / 16 * 16)), &::free}; }

  Memory bytes_;
  Memory arena_{nullptr, &::free};
  size_t count_;
  mote_model model_{};
};

}  // namespace mote::test
