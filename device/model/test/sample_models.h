// Small valid models that the tests and the fuzzer start from.
#pragma once

#include "base/random.h"
#include "device/model/test/model_builder.h"
#include "mote/mote.h"

namespace mote {

// Weights, bias and requantization of a weighted node, drawn at random.
inline std::vector<uint16_t> weighted_constants(ModelBuilder* model, std::vector<uint32_t> shape, uint32_t channels,
                                                Random* random) {
  std::vector<int8_t> weights(shape[0] * shape[1] * shape[2] * shape[3]);
  for (int8_t& weight : weights) weight = static_cast<int8_t>(static_cast<int>(random->below(255)) - 127);
  std::vector<int32_t> bias(channels), requantization(2 * channels);
  for (uint32_t c = 0; c < channels; ++c) {
    bias[c] = static_cast<int32_t>(random->below(4001)) - 2000;
    requantization[c] = static_cast<int32_t>((1u << 30) + random->below(1u << 30));
    requantization[channels + c] = -static_cast<int32_t>(6 + random->below(4));
  }
  return {model->constant(TensorType::int8, shape, weights), model->constant(TensorType::int32, {1, 1, 1, channels}, bias),
          model->constant(TensorType::int32, {1, 1, 2, channels}, requantization)};
}

inline std::vector<int32_t> softmax_attributes() { return {1 << 30, 22, -(31 << 26 >> 22)}; }

// Records what the model answers to `count` random inputs.
inline void add_self_test(ModelBuilder* model, uint32_t count) {
  const AlignedBytes file = model->build();
  AlignedBytes arena(model->arena_bytes);
  mote_model open;
  if (mote_open(&open, file.data(), file.size(), arena.data(), arena.size()) != MOTE_OK) return;
  Random random(4);
  for (uint32_t i = 0; i < count; ++i) {
    std::vector<int8_t> input(mote_input_bytes(&open)), output(mote_output_bytes(&open));
    for (int8_t& value : input) value = static_cast<int8_t>(random.below(256));
    mote_run(&open, input.data(), output.data());
    model->self_test.inputs.insert(model->self_test.inputs.end(), input.begin(), input.end());
    model->self_test.outputs.insert(model->self_test.outputs.end(), output.begin(), output.end());
  }
  model->self_test.count = count;
}

// The smallest useful one: 8 features, a fully connected layer, softmax over 3 classes.
inline ModelBuilder dense_model() {
  ModelBuilder model;
  Random random(1);
  model.input = model.activation(TensorType::int8, {1, 1, 1, 8}, 0.1f, 3);
  const uint16_t scores = model.activation(TensorType::int8, {1, 1, 1, 3}, 0.2f, -5);
  model.output = model.activation(TensorType::int8, {1, 1, 1, 3}, 1.0f / 256, -128);
  const auto dense = weighted_constants(&model, {1, 1, 3, 8}, 3, &random);
  model.node(OperatorCode::fully_connected, {model.input, dense[0], dense[1], dense[2]}, scores, {-128, 127});
  model.node(OperatorCode::softmax, {scores}, model.output, softmax_attributes());
  model.lay_out();
  return model;
}

inline ScalarRecord plain_scalar() {
  ScalarRecord scalar{};
  for (int i = 0; i < 15; ++i) scalar.edges[i] = static_cast<int16_t>(10 * i - 70);
  for (uint32_t& count : scalar.counts) count = 10;
  scalar.deviation = 4;
  scalar.cusum_slack = 512;
  scalar.cusum_limit = 10240;
  return scalar;
}

inline void add_extras(ModelBuilder* model) {
  model->labels = {"normal", "imbalance", "misalignment"};
  model->baseline.names = {"acc_x mean", "acc_x rms", "acc_y mean", "acc_y rms", "confidence"};
  model->baseline.units = {"g", "g", "g", "g", ""};
  model->baseline.scalars.assign(5, plain_scalar());
  model->baseline.quanta.assign(5, 0.001f);
  model->baseline.windows = 160;
}

// A front end over 16 samples of 2 channels, then two convolutions, pool, mean, dense layer and softmax.
inline ModelBuilder whole_model() {
  ModelBuilder model;
  Random random(2);
  model.raw_input = model.activation(TensorType::int16, {1, 1, 16, 2}, 1, 0);
  model.input = model.activation(TensorType::int8, {1, 1, 16, 2}, 0.03f, 4);
  model.statistics = model.activation(TensorType::int16, {1, 1, 1, 4}, 1, 0);
  const uint16_t conv = model.activation(TensorType::int8, {1, 1, 8, 4}, 0.05f, -10);
  const uint16_t depthwise = model.activation(TensorType::int8, {1, 1, 8, 8}, 0.05f, -20);
  const uint16_t pool = model.activation(TensorType::int8, {1, 1, 4, 8}, 0.05f, -20);
  const uint16_t mean = model.activation(TensorType::int8, {1, 1, 1, 8}, 0.04f, 0);
  const uint16_t scores = model.activation(TensorType::int8, {1, 1, 1, 3}, 0.2f, 7);
  model.output = model.activation(TensorType::int8, {1, 1, 1, 3}, 1.0f / 256, -128);
  const uint16_t standardization =
      model.constant<int32_t>(TensorType::int32, {1, 1, 3, 2}, {100 * 256, -50 * 256, 1500000000, 1200000000, -9, -8});
  const auto first = weighted_constants(&model, {4, 1, 3, 2}, 4, &random);
  const auto second = weighted_constants(&model, {1, 1, 3, 8}, 8, &random);
  const auto dense = weighted_constants(&model, {1, 1, 3, 8}, 3, &random);

  model.node(OperatorCode::standardize, {model.raw_input, standardization}, model.input);
  model.node(OperatorCode::mean_rms, {model.raw_input}, model.statistics);
  model.front_nodes = 2;
  model.node(OperatorCode::conv_2d, {model.input, first[0], first[1], first[2]}, conv, {1, 2, 0, 1, -10, 127});
  model.node(OperatorCode::depthwise_conv_2d, {conv, second[0], second[1], second[2]}, depthwise, {1, 1, 0, 1, -128, 127});
  model.node(OperatorCode::max_pool_2d, {depthwise}, pool, {1, 2, 1, 2, 0, 0, -128, 127});
  model.node(OperatorCode::mean, {pool}, mean, {1342177280, -2, 1, 8});  // 0.05 / 0.04 / 4
  model.node(OperatorCode::fully_connected, {mean, dense[0], dense[1], dense[2]}, scores, {-128, 127});
  model.node(OperatorCode::softmax, {scores}, model.output, softmax_attributes());
  model.lay_out();
  add_extras(&model);
  add_self_test(&model, 2);
  return model;
}

// As whole_model, on int16 between the raw window and the scores; two branches meet in an add.
inline ModelBuilder wide_model() {
  ModelBuilder model;
  Random random(12);
  const auto wide = [&](std::vector<uint32_t> shape, float scale) {
    return model.activation(TensorType::int16, shape, scale, 0);
  };
  model.raw_input = wide({1, 1, 16, 2}, 1);
  model.input = wide({1, 1, 16, 2}, 0.001f);
  model.statistics = wide({1, 1, 1, 4}, 1);
  const uint16_t conv = wide({1, 1, 8, 4}, 0.002f), depthwise = wide({1, 1, 8, 8}, 0.002f), sum = wide({1, 1, 8, 8}, 0.002f);
  const uint16_t largest = wide({1, 1, 4, 8}, 0.002f), average = wide({1, 1, 2, 8}, 0.002f), mean = wide({1, 1, 1, 8}, 0.002f);
  const uint16_t scores = wide({1, 1, 1, 3}, 0.001f), shares = wide({1, 1, 1, 3}, 1.0f / 32768);
  model.output = model.activation(TensorType::int8, {1, 1, 1, 3}, 1.0f / 256, -128);
  const uint16_t standardization =
      model.constant<int32_t>(TensorType::int32, {1, 1, 3, 2}, {100 * 256, -50 * 256, 1500000000, 1200000000, -3, -2});
  const auto first = weighted_constants(&model, {4, 1, 3, 2}, 4, &random);
  const auto second = weighted_constants(&model, {1, 1, 3, 8}, 8, &random);
  const uint16_t addend = model.constant<int16_t>(TensorType::int16, {1, 1, 1, 8}, {1, -2, 300, -400, 5000, -6000, 7, 32767});
  const auto dense = weighted_constants(&model, {1, 1, 3, 8}, 3, &random);

  model.node(OperatorCode::standardize_int16, {model.raw_input, standardization}, model.input);
  model.node(OperatorCode::mean_rms, {model.raw_input}, model.statistics);
  model.front_nodes = 2;
  model.node(OperatorCode::conv_2d_int16, {model.input, first[0], first[1], first[2]}, conv, {1, 2, 0, 1, -1000, 32767});
  model.node(OperatorCode::depthwise_conv_2d_int16, {conv, second[0], second[1], second[2]}, depthwise,
             {1, 1, 0, 1, -32768, 32767});
  model.node(OperatorCode::add_int16, {depthwise, addend}, sum, {1 << 30, 0, 1 << 30, -1, 1 << 30, -13, 0, 32767});
  model.node(OperatorCode::max_pool_2d_int16, {sum}, largest, {1, 2, 1, 2, 0, 0, -32768, 32767});
  model.node(OperatorCode::average_pool_2d_int16, {largest}, average, {1, 2, 1, 2, 0, 0, -32768, 32767});
  model.node(OperatorCode::mean_int16, {average}, mean, {1 << 30, 0, 1, 8});
  model.node(OperatorCode::fully_connected_int16, {mean, dense[0], dense[1], dense[2]}, scores, {-32768, 32767});
  model.node(OperatorCode::softmax_int16, {scores}, shares, {1717960704, 3});  // 0.001 / (10 / 65535)
  model.node(OperatorCode::requantize, {shares}, model.output, {1 << 30, -6, -128, 127});
  model.lay_out();
  add_extras(&model);
  add_self_test(&model, 2);
  return model;
}

// An image of 6 x 5, strides and pads in both directions, an arena whose places are used again.
inline ModelBuilder image_model() {
  ModelBuilder model;
  Random random(3);
  model.input = model.activation(TensorType::int8, {1, 6, 5, 3}, 0.02f, -128);
  const uint16_t conv = model.activation(TensorType::int8, {1, 3, 3, 4}, 0.05f, -128);
  const uint16_t pool = model.activation(TensorType::int8, {1, 2, 2, 4}, 0.05f, -128);
  model.output = model.activation(TensorType::int8, {1, 1, 1, 2}, 0.2f, 0);
  const auto first = weighted_constants(&model, {4, 3, 3, 3}, 4, &random);
  const auto dense = weighted_constants(&model, {1, 1, 2, 16}, 2, &random);
  model.node(OperatorCode::conv_2d, {model.input, first[0], first[1], first[2]}, conv, {2, 2, 1, 1, -128, 127});
  model.node(OperatorCode::max_pool_2d, {conv}, pool, {2, 2, 2, 2, 0, 0, -128, 127});
  model.node(OperatorCode::fully_connected, {pool, dense[0], dense[1], dense[2]}, model.output, {-100, 100});
  model.lay_out();
  model.offsets[model.input] = 0;    // 90 bytes, read for the last time by node 0
  model.offsets[conv] = 96;          // 36 bytes, until node 1
  model.offsets[pool] = 0;           // 16 bytes, where the input was
  model.offsets[model.output] = 96;  // 2 bytes, where the convolution was
  model.arena_bytes = 144;
  return model;
}

// Two branches of one input that are added and averaged.
inline ModelBuilder residual_model() {
  ModelBuilder model;
  Random random(4);
  model.input = model.activation(TensorType::int8, {1, 4, 4, 3}, 0.02f, -7);
  const uint16_t first = model.activation(TensorType::int8, {1, 4, 4, 4}, 0.05f, 3);
  const uint16_t second = model.activation(TensorType::int8, {1, 4, 4, 4}, 0.025f, -9);
  const uint16_t sum = model.activation(TensorType::int8, {1, 4, 4, 4}, 0.0625f, 1);
  model.output = model.activation(TensorType::int8, {1, 1, 1, 4}, 0.0625f, 1);
  const auto three = weighted_constants(&model, {4, 3, 3, 3}, 4, &random);
  const auto one = weighted_constants(&model, {4, 1, 1, 3}, 4, &random);
  model.node(OperatorCode::conv_2d, {model.input, three[0], three[1], three[2]}, first, {1, 1, 1, 1, -128, 127});
  model.node(OperatorCode::conv_2d, {model.input, one[0], one[1], one[2]}, second, {1, 1, 0, 0, -128, 127});
  // factors 1 / 2, 1 / 4 and 0.1 / 2^20 / 0.0625
  model.node(OperatorCode::add, {first, second}, sum, {1 << 30, 0, 1 << 30, -1, 1717986918, -19, -128, 127});
  model.node(OperatorCode::average_pool_2d, {sum}, model.output, {4, 4, 4, 4, 0, 0, -128, 127});
  model.lay_out();
  return model;
}

// The same with the branches and their sum in one stage, row by row: of each branch one row is held.
inline ModelBuilder rolled_model() {
  ModelBuilder model = residual_model();
  model.stages = {3, 1};
  for (const TensorRecord& tensor : model.tensors)
    model.held.push_back(tensor.kind == static_cast<uint8_t>(TensorKind::constant) ? uint16_t{0}
                                                                                   : static_cast<uint16_t>(tensor.shape[1]));
  model.held[model.nodes[0].output] = model.held[model.nodes[1].output] = 1;
  return model;
}

// Float numbers in, through what works on matrices, images and vectors, and out as float numbers and as places. A convolution in
// two groups is dilated and has weights of four bits.
inline ModelBuilder float_model() {
  ModelBuilder model;
  Random random(6);
  model.input = model.activation(TensorType::float32, {1, 3, 4, 4}, 1);
  const uint16_t image = model.activation(TensorType::int8, {1, 3, 4, 4}, 0.05f, 3);
  const uint16_t conv = model.activation(TensorType::int8, {1, 3, 2, 6}, 0.08f, -3);
  const uint16_t up = model.activation(TensorType::int8, {1, 6, 4, 4}, 0.1f, 5);
  const uint16_t bent = model.activation(TensorType::int8, {1, 6, 4, 4}, 0.1f, 5);
  const uint16_t small = model.activation(TensorType::int8, {1, 2, 3, 4}, 0.1f, 5);
  const uint16_t product = model.activation(TensorType::int8, {1, 2, 3, 5}, 0.3f, -1);
  const uint16_t unit = model.activation(TensorType::int8, {1, 2, 3, 5}, 1.0f / 128, 0);
  const uint16_t largest = model.activation(TensorType::int8, {1, 1, 2, 5}, 1.0f / 128, 0);
  const uint16_t logarithms = model.activation(TensorType::int8, {1, 1, 2, 5}, 1.0f / 16, 127);
  model.output = model.activation(TensorType::float32, {1, 1, 2, 5}, 1);
  model.more_outputs = {model.activation(TensorType::int32, {1, 1, 1, 2}, 1)};
  const auto first = weighted_constants(&model, {6, 1, 2, 2}, 6, &random);
  model.tensors[first[0]].type = static_cast<uint8_t>(TensorType::int4);
  const auto second = weighted_constants(&model, {4, 3, 3, 6}, 4, &random);
  const uint16_t slopes = model.constant<int8_t>(TensorType::int8, {1, 1, 1, 4}, {20, -7, 0, 127});
  std::vector<int8_t> values(20);
  for (int8_t& value : values) value = static_cast<int8_t>(random.below(256));
  const uint16_t matrix = model.constant(TensorType::int8, {1, 1, 5, 4}, values);
  model.tensors[slopes].zero_point = 3;
  model.tensors[matrix].zero_point = -2;

  model.node(OperatorCode::quantize, {model.input}, image);
  model.node(OperatorCode::conv_2d, {image, first[0], first[1], first[2]}, conv, {1, 1, 0, 0, -128, 127, 0, 2});
  model.node(OperatorCode::transpose_conv_2d, {conv, second[0], second[1], second[2]}, up, {2, 2, 0, 0, -100, 127});
  model.node(OperatorCode::prelu, {up, slopes}, bent, {1 << 30, 1, 1 << 30, -5});
  model.node(OperatorCode::resize_bilinear, {bent}, small, {0, 1});
  model.node(OperatorCode::batch_matmul, {small, matrix}, product, {3, 4, 5, 2, 1 << 30, -7});
  model.node(OperatorCode::l2_normalization, {product}, unit);
  model.node(OperatorCode::reduce_max, {unit}, largest, {2, 5, 0});
  model.node(OperatorCode::log_softmax, {largest}, logarithms, {1 << 30, 20, -(31 << 26 >> 20), 1 << 30, -18});
  model.node(OperatorCode::arg_max, {logarithms}, model.more_outputs[0], {2, 1, 0});
  model.node(OperatorCode::dequantize, {logarithms}, model.output);
  model.lay_out();
  return model;
}

// What moves elements and what goes element by element: 4 x 3 places of 2 channels, padded by a row of fives, columns doubled,
// turned round, and met by constants and by itself.
inline ModelBuilder elements_model() {
  ModelBuilder model;
  Random random(5);
  const auto values = [&](std::vector<uint32_t> shape, int32_t zero_point = 3) {
    return model.activation(TensorType::int8, shape, 0.05f, zero_point);
  };
  const auto drawn = [&](uint32_t count) {
    std::vector<int8_t> all(count);
    for (int8_t& one : all) one = static_cast<int8_t>(random.below(256));
    return model.constant<int8_t>(TensorType::int8, {1, 1, 1, count}, all);
  };
  const std::vector<int32_t> scaled = {1 << 30, 0, 1 << 30, -1, 1717986918, -19, -128, 127};
  model.input = values({1, 4, 3, 2});
  const uint16_t looked_up = values({1, 4, 3, 2}), five = values({1, 5, 3, 2}), padded = values({1, 5, 3, 2}),
                 doubled = values({1, 5, 6, 2}), turned = values({1, 6, 5, 2}), flat = values({1, 1, 1, 60}),
                 difference = values({1, 1, 1, 60}, -4), product = values({1, 1, 1, 60}), least = values({1, 1, 1, 60}),
                 most = values({1, 1, 1, 60});
  model.output = values({1, 1, 1, 60}, -128);
  const uint16_t table = drawn(256);
  const uint16_t columns = model.constant<int32_t>(TensorType::int32, {1, 1, 1, 6}, {0, 0, 1, 1, 2, 2});
  const uint16_t row = drawn(10);
  model.tensors[row].zero_point = -7;
  const uint16_t whole = drawn(60);
  model.node(OperatorCode::lookup, {model.input, table}, looked_up);
  model.node(OperatorCode::fill, {}, five, {5});
  model.node(OperatorCode::strided_place, {five, looked_up}, padded, {1, 1, 1, 0, 0, 0, 1, 6});
  model.node(OperatorCode::gather, {padded, columns}, doubled, {5, 3, 2});
  model.node(OperatorCode::strided_copy, {doubled}, turned, {1, 6, 5, 0, 2, 12, 1, 0});
  model.node(OperatorCode::reshape, {turned}, flat);
  model.node(OperatorCode::sub, {flat, row}, difference, scaled);
  model.node(OperatorCode::mul, {difference, flat}, product, {1 << 30, -5, -128, 127});
  model.node(OperatorCode::minimum, {product, whole}, least);
  model.node(OperatorCode::maximum, {least, flat}, most);
  model.node(OperatorCode::squared_difference, {most, difference}, model.output,
             {1 << 30, 0, 1 << 30, -2, 1 << 30, -20, -128, 127});
  model.lay_out();
  return model;
}

// A stream of 2 channels, one place at a time: a convolution over the last four of them, and a sum of all, in halves. Of the
// four, three are a state that begins as its zero point; the sum begins as a constant.
inline ModelBuilder stream_model() {
  ModelBuilder model;
  Random random(7);
  model.input = model.activation(TensorType::int8, {1, 1, 1, 2}, 0.1f, 4);
  const uint16_t past = model.state(TensorType::int8, {1, 3, 1, 2}, 0.1f, 4);
  model.weights = {10, static_cast<uint8_t>(-20)};
  const uint16_t sum = model.state(TensorType::int8, {1, 1, 1, 2}, 0.1f, 4, 0);
  const uint16_t empty = model.activation(TensorType::int8, {1, 4, 1, 2}, 0.1f, 4);
  const uint16_t begun = model.activation(TensorType::int8, {1, 4, 1, 2}, 0.1f, 4);
  const uint16_t four = model.activation(TensorType::int8, {1, 4, 1, 2}, 0.1f, 4);
  const uint16_t last = model.activation(TensorType::int8, {1, 1, 1, 6}, 0.1f, 4);
  model.output = model.activation(TensorType::int8, {1, 1, 1, 3}, 0.2f, 0);
  model.more_outputs = {model.activation(TensorType::int8, {1, 1, 1, 2}, 0.1f, 4)};
  const auto filters = weighted_constants(&model, {3, 4, 1, 2}, 3, &random);
  model.node(OperatorCode::fill, {}, empty, {4});
  model.node(OperatorCode::strided_place, {empty, past}, begun, {1, 1, 1, 0, 0, 0, 1, 0});
  model.node(OperatorCode::strided_place, {begun, model.input}, four, {1, 1, 1, 0, 0, 0, 1, 6});
  model.node(OperatorCode::conv_2d, {four, filters[0], filters[1], filters[2]}, model.output, {1, 1, 0, 0, -128, 127});
  model.node(OperatorCode::strided_copy, {four}, last, {1, 1, 1, 0, 0, 0, 1, 2});
  model.node(OperatorCode::assign, {last}, past);
  // factors 1 / 2, 1 / 2 and 1 / 2^20: half of each
  model.node(OperatorCode::add, {sum, model.input}, model.more_outputs[0], {1 << 30, 0, 1 << 30, 0, 1 << 30, -19, -128, 127});
  model.node(OperatorCode::assign, {model.more_outputs[0]}, sum);
  model.lay_out();
  return model;
}

// Two front ends of 100 samples in one: MFCCs, which the input is, and of them spectral features, which are the statistics.
inline ModelBuilder signal_model() {
  ModelBuilder model;
  Random random(8);
  model.raw_input = model.activation(TensorType::int16, {1, 1, 100, 1}, 1, 0);
  const uint16_t mel = model.activation(TensorType::int16, {1, 1, 3, 4}, 1, 0);
  const uint16_t mfcc = model.activation(TensorType::int16, {1, 1, 3, 2}, 1, 0);
  model.input = model.activation(TensorType::int8, {1, 1, 3, 2}, 0.03f, 4);
  model.statistics = model.activation(TensorType::int16, {1, 1, 1, 18}, 1, 0);
  model.output = model.activation(TensorType::int8, {1, 1, 1, 3}, 0.2f, -5);
  const auto window = [&](uint32_t count) {
    std::vector<int16_t> values(count);
    for (int16_t& value : values) value = static_cast<int16_t>(random.below(32768));
    return model.constant(TensorType::int16, {1, 1, 1, count}, values);
  };
  const uint16_t frame = window(50);
  const uint16_t places = model.constant<int16_t>(TensorType::int16, {1, 1, 2, 4}, {1, 2, 5, 9, 2, 4, 6, 24});
  const uint16_t weights = window(36);
  const uint16_t matrix =
      model.constant<int16_t>(TensorType::int16, {1, 1, 2, 4}, {16384, 16384, 16384, 16384, 21000, 9000, -9000, -21000});
  const uint16_t constants =
      model.constant<int32_t>(TensorType::int32, {1, 1, 3, 2}, {100 * 256, -50 * 256, 1500000000, 1200000000, -9, -8});
  const uint16_t piece = window(64);
  const uint16_t rectangles = model.constant<int16_t>(TensorType::int16, {1, 1, 2, 2}, {0, 17, 17, 16});
  const auto dense = weighted_constants(&model, {1, 1, 3, 6}, 3, &random);
  model.node(OperatorCode::log_mel, {model.raw_input, frame, places, weights}, mel, {20, 6, 500});
  model.node(OperatorCode::dct, {mel, matrix}, mfcc, {1});
  model.node(OperatorCode::standardize, {mfcc, constants}, model.input);
  model.node(OperatorCode::spectral_features, {mfcc, piece, rectangles}, model.statistics, {6, -300});
  model.front_nodes = 4;
  model.node(OperatorCode::fully_connected, {model.input, dense[0], dense[1], dense[2]}, model.output, {-128, 127});
  model.lay_out();
  model.scratch = {model.arena_bytes, kNoOffset, kNoOffset, model.arena_bytes, kNoOffset};
  model.arena_bytes += 33 * 16;  // 33 bins of 64 points, of 8 and of 16 bytes
  return model;
}

}  // namespace mote
