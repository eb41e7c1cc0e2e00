// The builtin operators that a float model may have, and how each is imported.
#include "quantize/import/tflite_node.h"

namespace mote {
namespace {

struct FloatRow {
  int code;
  FromTflite lower;
};

constexpr FloatRow kFloatOperators[] = {
    // weighted sums and pools
    {3, from_float::conv_2d},
    {4, from_float::depthwise_conv_2d},
    {9, from_float::fully_connected},
    {126, from_tflite::batch_matmul},
    {1, from_tflite::average_pool_2d},
    {17, from_tflite::max_pool_2d},

    // two inputs, element by element
    {0, from_tflite::add},
    {41, from_tflite::sub},
    {18, from_tflite::mul},
    {42, from_float::div},
    {57, from_tflite::minimum},
    {55, from_tflite::maximum},
    {99, from_tflite::squared_difference},

    // one input, element by element
    {19, from_float::relu},
    {20, from_float::relu_n1_to_1},
    {21, from_float::relu6},
    {98, from_float::leaky_relu},
    {54, from_float::prelu},
    {14, from_float::curve<Op::logistic>},
    {28, from_float::curve<Op::tanh>},
    {117, from_float::curve<Op::hard_swish>},
    {111, from_float::curve<Op::elu>},
    {150, from_float::gelu},
    {101, from_float::curve<Op::abs>},
    {59, from_float::curve<Op::neg>},
    {47, from_float::curve<Op::exp>},
    {73, from_float::curve<Op::log>},
    {75, from_float::curve<Op::sqrt>},
    {76, from_float::curve<Op::rsqrt>},
    {92, from_float::curve<Op::square>},
    {66, from_float::curve<Op::sin>},
    {108, from_float::curve<Op::cos>},

    // along a dimension
    {25, from_float::softmax},
    {40, from_tflite::mean},
    {74, from_float::sum},
    {82, from_tflite::reduce_max},
    {89, from_tflite::reduce_min},

    // moving elements
    {22, from_tflite::reshape},
    {43, from_tflite::reshape},
    {70, from_tflite::reshape},
    {39, from_tflite::transpose},
    {34, from_tflite::pad},
    {60, from_tflite::pad},
    {100, from_tflite::mirror_pad},
    {2, from_tflite::concatenation},
    {49, from_tflite::split},
    {102, from_tflite::split_v},
    {65, from_tflite::slice},
    {45, from_tflite::strided_slice},
    {83, from_tflite::pack},
    {88, from_tflite::unpack},
    {36, from_tflite::gather},
    {26, from_tflite::space_to_depth},
    {5, from_tflite::depth_to_space},
    {38, from_tflite::space_to_batch},
    {37, from_tflite::batch_to_space},
    {97, from_tflite::resize_nearest_neighbor},
    {23, from_tflite::resize_bilinear},
    {105, from_tflite::reverse},

    // constants of other types
    {6, from_float::dequantize},
};

}  // namespace

FromTflite find_float_operator(int code) {
  for (const FloatRow& row : kFloatOperators)
    if (row.code == code) return row.lower;
  return nullptr;
}

}  // namespace mote
