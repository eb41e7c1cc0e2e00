// Pictures from training through branches to the int8 model, the same on any number of threads.
#include <gtest/gtest.h>

#include "base/random.h"
#include "host/evaluate/evaluate.h"
#include "host/train/run.h"
#include "quantize/graph/text.h"

namespace mote {
namespace {

// 8 by 8 pixels, brighter on the left or on the right.
Dataset halves() {
  Dataset dataset;
  dataset.channels = {{"brightness", "", 1}};
  dataset.labels = {"left", "right"};
  dataset.window_samples = 64;
  dataset.height = 8;
  Random random(3);
  for (uint32_t group = 0; group < 4; ++group) {
    dataset.groups.push_back("g" + std::to_string(group));
    for (uint32_t i = 0; i < 40; ++i) {
      dataset.label_of.push_back(i % 2);
      dataset.group_of.push_back(group);
      for (uint32_t pixel = 0; pixel < 64; ++pixel) {
        const bool bright = (pixel % 8 >= 4) == (i % 2 == 1);
        dataset.samples.push_back(static_cast<int16_t>(random.below(150) + (bright ? 60 : 0)));
      }
    }
  }
  return dataset;
}

class ImagesTest : public testing::TestWithParam<const char*> {};

TEST_P(ImagesTest, TravelToTheDevice) {
  const std::string text = std::string(R"(
[data]
reader = "idx"
[split]
validation = ["g2"]
test = ["g3"]
[augment]
turn_degrees = 5
zoom = 0.05
mixup = 0.2
[train]
epochs = 12
batch = 16
rate = 0.01
)") + GetParam();
  const TrainConfig config = parse_train_config(text, "a.toml").value();
  const Dataset dataset = halves();
  const Split split = make_split(dataset, config.split).value();
  NoProgress progress;
  const mote::Run run = train(config, dataset, split, 1, "test", progress).value();
  EXPECT_EQ(to_text(train(config, dataset, split, 3, "test", progress)->graph), to_text(run.graph));
  const auto compiled = compile(compile_input(run), progress);
  ASSERT_TRUE(compiled.ok()) << compiled.error().line();
  const std::vector<uint32_t> windows = windows_of(dataset, split.test);
  EvaluateInput input;
  input.model = compiled->model, input.model_name = "m", input.graph = &run.graph;
  input.standardization = run.standardization, input.dataset = &dataset, input.windows = windows;
  const auto evaluation = evaluate(input, progress);
  ASSERT_TRUE(evaluation.ok()) << evaluation.error().line();
  EXPECT_GT(evaluation->accuracy, 0.9);
  EXPECT_NEAR(evaluation->float_accuracy.value(), evaluation->accuracy, 0.06);
}

const char* const kBranches = R"(
[[layer]]
kind = "conv"
name = "a"
filters = 4
kernel = 3
kernel_height = 3
stride = 2
activation = "relu"
[[layer]]
kind = "separable_conv"
name = "b"
from = ["input"]
filters = 6
kernel = 3
kernel_height = 3
stride = 2
batch_norm = true
activation = "relu"
[[layer]]
kind = "concat"
from = ["a", "b"]
[[layer]]
kind = "dense"
units = 2
)";

INSTANTIATE_TEST_SUITE_P(Every, ImagesTest,
                         testing::Values("[model]\npreset = \"mlp\"\n", "[model]\npreset = \"resnet8\"\nwidth = 0.25\n",
                                         "[model]\npreset = \"ds-cnn\"\nwidth = 0.25\n", kBranches),
                         [](const auto& info) { return "Network" + std::to_string(info.index); });

}  // namespace
}  // namespace mote
