// A small keyword spotter as a .tflite file: the operators of kws01 of MLPerf Tiny, with random weights
// and a few sizes drawn.
#pragma once

#include "quantize/test/tflite_draft.h"

namespace mote::test {

class Spotter {
 public:
  static constexpr int32_t kClasses = 5;

  explicit Spotter(uint64_t seed) : random_(seed) {
    const int32_t wide = 5 + static_cast<int32_t>(random_.below(8)), deep = 9 + static_cast<int32_t>(random_.below(8));
    const int32_t step = 1 + static_cast<int32_t>(seed % 2), rows = 6 / step, columns = 5 - 2 * (step - 1);
    const int32_t spectrum = draft_.input({1, 12, 10, 1}, 0.5f, 83);
    tflite::Conv2DOptionsT by_two;
    by_two.stride_h = by_two.stride_w = 2;
    const int32_t first = value({1, 6, 5, wide});
    draft_.node_with(3, {spectrum, weights({wide, 4, 3, 1}), bias(wide)}, {first}, by_two);
    tflite::DepthwiseConv2DOptionsT sliding;
    sliding.stride_h = sliding.stride_w = step;
    const int32_t second = value({1, rows, columns, wide});
    draft_.node_with(4, {first, weights({1, 3, 3, wide}), bias(wide)}, {second}, sliding);
    tflite::Conv2DOptionsT pointwise;
    pointwise.stride_h = pointwise.stride_w = 1;
    const int32_t third = value({1, rows, columns, deep});
    draft_.node_with(3, {second, weights({deep, 1, 1, wide}), bias(deep)}, {third}, pointwise);
    tflite::Pool2DOptionsT whole;
    whole.padding = 1, whole.stride_h = whole.filter_height = rows, whole.stride_w = whole.filter_width = columns;
    const int32_t pooled = value({1, 1, 1, deep});
    draft_.node_with(1, {third}, {pooled}, whole);
    const int32_t flat = value({1, deep}), scores = draft_.tensor({1, kClasses}, 0.2f, 7);
    draft_.node(22, {pooled}, {flat});
    draft_.node_with(9, {flat, weights({kClasses, deep}), bias(kClasses)}, {scores}, tflite::FullyConnectedOptionsT());
    tflite::SoftmaxOptionsT softmax;
    softmax.beta = 1;
    draft_.node_with(25, {scores}, {draft_.output({1, kClasses}, 1.0f / 256, -128)}, softmax);
  }

  Bytes model(Target target) const {
    const Result<Bytes> model = import_tflite(draft_.bytes(), "spotter", {.target = target});
    EXPECT_TRUE(model.ok()) << (model.ok() ? "" : model.error().line());
    return model.ok() ? *model : Bytes{};
  }

 private:
  int32_t value(std::vector<int32_t> shape) { return draft_.tensor(std::move(shape), 0.4f, -100); }
  int32_t weights(std::vector<int32_t> shape) {
    size_t count = 1;
    for (const int32_t dimension : shape) count *= static_cast<size_t>(dimension);
    std::vector<int8_t> values;
    for (size_t i = 0; i < count; ++i) values.push_back(static_cast<int8_t>(random_.uniform(-127, 127)));
    return draft_.constant(std::move(shape), values, 0.004f, 0);
  }
  int32_t bias(int32_t channels) {
    std::vector<int32_t> values;
    for (int32_t i = 0; i < channels; ++i) values.push_back(static_cast<int32_t>(random_.uniform(-2000, 2000)));
    return draft_.integers(values);
  }

  Random random_;
  TfliteDraft draft_;
};

}  // namespace mote::test
