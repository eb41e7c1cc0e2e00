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
    {41, "SUB", nullptr},
    {18, "MUL", nullptr},
    {57, "MINIMUM", nullptr},
    {55, "MAXIMUM", nullptr},
    {99, "SQUARED_DIFFERENCE", nullptr},
    {42, "DIV", nullptr},

    // one input, element by element
    {14, "LOGISTIC", nullptr},
    {28, "TANH", nullptr},
    {19, "RELU", nullptr},
    {20, "RELU_N1_TO_1", nullptr},
    {21, "RELU6", nullptr},
    {98, "LEAKY_RELU", nullptr},
    {117, "HARD_SWISH", nullptr},
    {111, "ELU", nullptr},
    {101, "ABS", nullptr},
    {59, "NEG", nullptr},
    {47, "EXP", nullptr},

    // moving elements
    {22, "RESHAPE", from_tflite::reshape},
    {43, "SQUEEZE", nullptr},
    {70, "EXPAND_DIMS", nullptr},
    {39, "TRANSPOSE", nullptr},
    {34, "PAD", nullptr},
    {60, "PADV2", nullptr},
    {100, "MIRROR_PAD", nullptr},
    {2, "CONCATENATION", nullptr},
    {49, "SPLIT", nullptr},
    {102, "SPLIT_V", nullptr},
    {65, "SLICE", nullptr},
    {45, "STRIDED_SLICE", nullptr},
    {83, "PACK", nullptr},
    {88, "UNPACK", nullptr},
    {36, "GATHER", nullptr},
    {26, "SPACE_TO_DEPTH", nullptr},
    {5, "DEPTH_TO_SPACE", nullptr},
    {38, "SPACE_TO_BATCH_ND", nullptr},
    {37, "BATCH_TO_SPACE_ND", nullptr},
    {97, "RESIZE_NEAREST_NEIGHBOR", nullptr},
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
    {129, "CALL_ONCE", nullptr},
    {142, "VAR_HANDLE", nullptr},
    {143, "READ_VARIABLE", nullptr},
    {144, "ASSIGN_VARIABLE", nullptr},

    {32, "CUSTOM", nullptr},
};

}  // namespace

const TfliteOperator* find_tflite_operator(int code) {
  for (const TfliteOperator& known : kTfliteOperators)
    if (known.code == code) return &known;
  return nullptr;
}

}  // namespace mote
