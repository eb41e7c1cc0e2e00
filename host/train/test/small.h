// A small data set and a small configuration that uses every kind of layer.
#pragma once

#include <string>

#include "host/data/vibration.h"
#include "host/train/config.h"

namespace mote {

inline Dataset small_dataset(uint32_t machines = 4, uint32_t windows = 8) {
  return vibration::make_dataset({.seed = 3, .first_machine = 0, .machines = machines, .windows = windows});
}

inline const char* const kSmallConfig = R"(
[data]
reader = "vibration"
seed = 3
machines = 4
windows = 8

[split]
validation = ["machine02"]
test = ["machine03"]

[augment]
rotate_channels = ["x", "y", "z"]
rotate_degrees = 5
gain = 0.05
offset = 0.1
noise = 0.01
shift = 3

[train]
epochs = 3
batch = 22
rate = 0.01
average = 0.9
smoothing = 0.05
seed = 5

[[layer]]
kind = "conv"
filters = 6
kernel = 7
stride = 2
batch_norm = true
activation = "relu"

[[layer]]
kind = "depthwise_conv"
kernel = 5
stride = 2
batch_norm = true
activation = "relu6"

[[layer]]
kind = "max_pool"
kernel = 2

[[layer]]
kind = "conv"
filters = 8
kernel = 1
activation = "relu"

[[layer]]
kind = "global_average_pool"

[[layer]]
kind = "dropout"
rate = 0.1

[[layer]]
kind = "dense"
units = 5
)";

inline TrainConfig small_config() { return parse_train_config(kSmallConfig, "small.toml").value(); }

}  // namespace mote
