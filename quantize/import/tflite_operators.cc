// The builtin operators of TensorFlow Lite, and how each is imported.
#include "quantize/import/tflite_node.h"

namespace mote {
namespace {

constexpr TfliteOperator kTfliteOperators[] = {
    // weighted sums
    {3, "CONV_2D", from_tflite::conv_2d},
    {4, "DEPTHWISE_CONV_2D", from_tflite::depthwise_conv_2d},
    {9, "FULLY_CONNECTED", from_tflite::fully_connected},
    {67, "TRANSPOSE_CONV", from_tflite::transpose_conv},
    {126, "BATCH_MATMUL", from_tflite::batch_matmul},
    {27, "SVDF", nullptr},
    {16, "LSTM", nullptr},
    {44, "UNIDIRECTIONAL_SEQUENCE_LSTM", nullptr},

    // pools
    {1, "AVERAGE_POOL_2D", from_tflite::average_pool_2d},
    {17, "MAX_POOL_2D", from_tflite::max_pool_2d},

    // two inputs, element by element
    {0, "ADD", from_tflite::add},
    {41, "SUB", from_tflite::sub},
    {18, "MUL", from_tflite::mul},
    {57, "MINIMUM", from_tflite::minimum},
    {55, "MAXIMUM", from_tflite::maximum},
    {99, "SQUARED_DIFFERENCE", from_tflite::squared_difference},
    {42, "DIV", nullptr},

    // one input, element by element
    {14, "LOGISTIC", from_tflite::logistic},
    {28, "TANH", from_tflite::tanh},
    {19, "RELU", from_tflite::relu},
    {20, "RELU_N1_TO_1", from_tflite::relu_n1_to_1},
    {21, "RELU6", from_tflite::relu6},
    {98, "LEAKY_RELU", from_tflite::leaky_relu},
    {117, "HARD_SWISH", from_tflite::hard_swish},
    {111, "ELU", from_tflite::elu},
    {101, "ABS", from_tflite::abs},
    {59, "NEG", nullptr},
    {47, "EXP", nullptr},
    {73, "LOG", nullptr},
    {75, "SQRT", nullptr},
    {76, "RSQRT", nullptr},
    {92, "SQUARE", nullptr},
    {66, "SIN", nullptr},
    {108, "COS", nullptr},

    // moving elements
    {22, "RESHAPE", from_tflite::reshape},
    {43, "SQUEEZE", from_tflite::reshape},
    {70, "EXPAND_DIMS", from_tflite::reshape},
    {39, "TRANSPOSE", from_tflite::transpose},
    {34, "PAD", from_tflite::pad},
    {60, "PADV2", from_tflite::pad},
    {100, "MIRROR_PAD", from_tflite::mirror_pad},
    {2, "CONCATENATION", from_tflite::concatenation},
    {49, "SPLIT", from_tflite::split},
    {102, "SPLIT_V", from_tflite::split_v},
    {65, "SLICE", from_tflite::slice},
    {45, "STRIDED_SLICE", from_tflite::strided_slice},
    {83, "PACK", from_tflite::pack},
    {88, "UNPACK", from_tflite::unpack},
    {36, "GATHER", from_tflite::gather},
    {26, "SPACE_TO_DEPTH", from_tflite::space_to_depth},
    {5, "DEPTH_TO_SPACE", from_tflite::depth_to_space},
    {38, "SPACE_TO_BATCH_ND", from_tflite::space_to_batch},
    {37, "BATCH_TO_SPACE_ND", from_tflite::batch_to_space},
    {97, "RESIZE_NEAREST_NEIGHBOR", from_tflite::resize_nearest_neighbor},
    {105, "REVERSE_V2", from_tflite::reverse},
    {77, "SHAPE", nullptr},

    // along a dimension
    {40, "MEAN", from_tflite::mean},
    {74, "SUM", from_tflite::sum},
    {82, "REDUCE_MAX", from_tflite::reduce_max},
    {89, "REDUCE_MIN", from_tflite::reduce_min},
    {56, "ARG_MAX", from_tflite::arg_max},
    {79, "ARG_MIN", from_tflite::arg_min},
    {25, "SOFTMAX", from_tflite::softmax},
    {50, "LOG_SOFTMAX", from_tflite::log_softmax},
    {11, "L2_NORMALIZATION", from_tflite::l2_normalization},
    {54, "PRELU", from_tflite::prelu},
    {23, "RESIZE_BILINEAR", from_tflite::resize_bilinear},

    // between types
    {114, "QUANTIZE", from_tflite::quantize},
    {6, "DEQUANTIZE", from_tflite::dequantize},
    {53, "CAST", nullptr},

    // state
    {129, "CALL_ONCE", from_tflite::call_once},
    {142, "VAR_HANDLE", from_tflite::var_handle},
    {143, "READ_VARIABLE", from_tflite::read_variable},
    {144, "ASSIGN_VARIABLE", from_tflite::assign_variable},

    {32, "CUSTOM", nullptr},
};

}  // namespace

const TfliteOperator* find_tflite_operator(int code) {
  for (const TfliteOperator& known : kTfliteOperators)
    if (known.code == code) return &known;
  return nullptr;
}

}  // namespace mote
