// From TensorFlow Lite's tables to values and nodes.
#include "quantize/import/tflite.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <set>
#include <tuple>

#include "quantize/calibrate/affine.h"
#include "quantize/graph/text.h"
#include "tflite_generated.h"

namespace mote {
namespace {

namespace fb = tflite;

// Numbers of the schema.
enum Builtin {
  kAdd = 0,
  kAveragePool = 1,
  kConv = 3,
  kDepthwiseConv = 4,
  kFullyConnected = 9,
  kMaxPool = 17,
  kReshape = 22,
  kSoftmax = 25
};
enum TensorKindOfTflite { kInt32 = 2, kInt8 = 9 };
enum Padding { kSame = 0, kValid = 1 };
enum Activation { kNone = 0, kRelu = 1, kReluN1To1 = 2, kRelu6 = 3 };

struct OperatorName {
  int code;
  const char* name;
};
constexpr OperatorName kOperatorNames[] = {{0, "ADD"},
                                           {1, "AVERAGE_POOL_2D"},
                                           {2, "CONCATENATION"},
                                           {3, "CONV_2D"},
                                           {4, "DEPTHWISE_CONV_2D"},
                                           {5, "DEPTH_TO_SPACE"},
                                           {6, "DEQUANTIZE"},
                                           {9, "FULLY_CONNECTED"},
                                           {11, "L2_NORMALIZATION"},
                                           {14, "LOGISTIC"},
                                           {16, "LSTM"},
                                           {17, "MAX_POOL_2D"},
                                           {18, "MUL"},
                                           {19, "RELU"},
                                           {20, "RELU_N1_TO_1"},
                                           {21, "RELU6"},
                                           {22, "RESHAPE"},
                                           {23, "RESIZE_BILINEAR"},
                                           {25, "SOFTMAX"},
                                           {26, "SPACE_TO_DEPTH"},
                                           {27, "SVDF"},
                                           {28, "TANH"},
                                           {32, "CUSTOM"},
                                           {34, "PAD"},
                                           {36, "GATHER"},
                                           {37, "BATCH_TO_SPACE_ND"},
                                           {38, "SPACE_TO_BATCH_ND"},
                                           {39, "TRANSPOSE"},
                                           {40, "MEAN"},
                                           {41, "SUB"},
                                           {42, "DIV"},
                                           {43, "SQUEEZE"},
                                           {44, "UNIDIRECTIONAL_SEQUENCE_LSTM"},
                                           {45, "STRIDED_SLICE"},
                                           {47, "EXP"},
                                           {49, "SPLIT"},
                                           {50, "LOG_SOFTMAX"},
                                           {53, "CAST"},
                                           {54, "PRELU"},
                                           {55, "MAXIMUM"},
                                           {56, "ARG_MAX"},
                                           {57, "MINIMUM"},
                                           {60, "PADV2"},
                                           {65, "SLICE"},
                                           {67, "TRANSPOSE_CONV"},
                                           {70, "EXPAND_DIMS"},
                                           {74, "SUM"},
                                           {77, "SHAPE"},
                                           {79, "ARG_MIN"},
                                           {82, "REDUCE_MAX"},
                                           {83, "PACK"},
                                           {88, "UNPACK"},
                                           {97, "RESIZE_NEAREST_NEIGHBOR"},
                                           {98, "LEAKY_RELU"},
                                           {99, "SQUARED_DIFFERENCE"},
                                           {100, "MIRROR_PAD"},
                                           {102, "SPLIT_V"},
                                           {111, "ELU"},
                                           {114, "QUANTIZE"},
                                           {117, "HARD_SWISH"},
                                           {126, "BATCH_MATMUL"},
                                           {129, "CALL_ONCE"},
                                           {142, "VAR_HANDLE"},
                                           {143, "READ_VARIABLE"},
                                           {144, "ASSIGN_VARIABLE"}};

std::string name_of_operator(int code) {
  for (const OperatorName& known : kOperatorNames)
    if (known.code == code) return known.name;
  return "builtin " + std::to_string(code);
}

bool is_supported(int code) {
  for (const int known : {kAdd, kAveragePool, kConv, kDepthwiseConv, kFullyConnected, kMaxPool, kReshape, kSoftmax})
    if (known == code) return true;
  return false;
}

Error unsupported(const std::string& what) { return Error{.cause = Cause::usage, .what = what, .where = "", .todo = ""}; }

// Bottom and right margins follow, as much as the shape rule wants: "same" splits what is missing, the smaller half first.
std::pair<uint32_t, uint32_t> margins(int padding, uint32_t input, uint32_t filter, uint32_t stride) {
  if (padding != kSame || stride == 0) return {0, 0};
  const uint32_t output = (input + stride - 1) / stride;
  const uint64_t reach = uint64_t{output - 1} * stride + filter;
  const auto missing = static_cast<uint32_t>(reach > input ? reach - input : 0);
  return {missing / 2, missing - missing / 2};
}

class TfliteReader {
 public:
  TfliteReader(ByteView bytes, std::string where)
      : bytes_(bytes), verifier_(bytes.data(), bytes.size()), where_(std::move(where)) {}

  Result<Graph> read() {
    if (bytes_.size() < 8 || !flatbuffers::BufferHasIdentifier(bytes_.data(), "TFL3"))
      return damaged("is not a TensorFlow Lite model: it does not begin with TFL3");
    if (!verifier_.VerifyBuffer<fb::Model>("TFL3")) return damaged("is damaged: a table reaches outside the file");
    model_ = flatbuffers::GetRoot<fb::Model>(bytes_.data());
    if (model_->version() != 3) return damaged("has schema version " + std::to_string(model_->version()) + ", not 3");
    if (model_->subgraphs() == nullptr || model_->subgraphs()->size() != 1 || model_->operator_codes() == nullptr ||
        model_->buffers() == nullptr)
      return damaged("does not have one subgraph with operators and buffers");
    subgraph_ = model_->subgraphs()->Get(0);
    if (subgraph_ == nullptr || subgraph_->tensors() == nullptr || subgraph_->operators() == nullptr ||
        subgraph_->inputs() == nullptr || subgraph_->outputs() == nullptr)
      return damaged("has a subgraph without tensors, operators, inputs or outputs");
    if (subgraph_->inputs()->size() != 1 || subgraph_->outputs()->size() != 1)
      return damaged("has " + std::to_string(subgraph_->inputs()->size()) + " inputs and " +
                     std::to_string(subgraph_->outputs()->size()) + " outputs; a model here has one of each");
    return read_graph();
  }

 private:
  Error damaged(const std::string& what) const {
    return Error{.cause = Cause::failed, .what = what, .where = where_, .todo = "check that it is the file you meant"};
  }

  Result<Graph> read_graph() {
    const Result<ValueId> input = activation(subgraph_->inputs()->Get(0));
    if (!input.ok())
      return Error{.cause = Cause::usage,
                   .what = "its input is not int8 with a scale and zero point of its own",
                   .where = where_,
                   .todo = "quantize it to int8 first"};
    graph_.inputs = {*input};
    std::string problems;
    for (uint32_t i = 0; i < subgraph_->operators()->size(); ++i) {
      const Result<void> read = read_operator(i);
      if (read.ok()) continue;
      lose_outputs(i);
      problems += (problems.empty() ? "" : ", ") + ("operator " + std::to_string(i)) + " " + read.error().what;
    }
    if (!problems.empty())
      return Error{.cause = Cause::usage, .what = "cannot be imported: " + problems, .where = where_, .todo = ""};
    const auto made = values_.find(subgraph_->outputs()->Get(0));
    if (made == values_.end()) return damaged("has an output that no operator makes");
    graph_.outputs = {made->second};
    TRY_DO(verify(graph_, where_));
    return std::move(graph_);
  }

  // What reads the output of an operator that could not be read is not to blame for that.
  void lose_outputs(uint32_t place) {
    const fb::Operator* from = subgraph_->operators()->Get(place);
    if (from == nullptr || from->outputs() == nullptr) return;
    lost_.insert(from->outputs()->begin(), from->outputs()->end());
  }
  bool reads_lost(const fb::Operator& from) const {
    return from.inputs() != nullptr &&
           std::any_of(from.inputs()->begin(), from.inputs()->end(), [&](int32_t index) { return lost_.contains(index); });
  }

  const fb::Tensor* tensor(int32_t index) const {
    if (index < 0 || static_cast<uint32_t>(index) >= subgraph_->tensors()->size()) return nullptr;
    return subgraph_->tensors()->Get(static_cast<uint32_t>(index));
  }

  // [1, ..., d] with four dimensions.
  static Result<Shape> shape_of(const fb::Tensor& tensor) {
    Shape shape = {1, 1, 1, 1};
    uint64_t count = 1;
    const uint32_t rank = tensor.shape() == nullptr ? 0 : tensor.shape()->size();
    if (rank > 4) return unsupported("has a tensor of " + std::to_string(rank) + " dimensions");
    for (uint32_t i = 0; i < rank; ++i) {
      const int32_t extent = tensor.shape()->Get(i);
      if (extent < 1) return unsupported("has a tensor without a fixed shape");
      shape[4 - rank + i] = static_cast<uint32_t>(extent);
      count *= static_cast<uint64_t>(extent);
      if (count > kMostElements) return unsupported("has a tensor that is too large");
    }
    return shape;
  }

  static std::string text_of(const fb::Tensor& tensor) { return tensor.name() == nullptr ? "" : tensor.name()->str(); }

  // A value for the int8 activation `index`, which must be new.
  Result<ValueId> activation(int32_t index) {
    const fb::Tensor* from = tensor(index);
    if (from == nullptr) return unsupported("refers to a tensor that does not exist");
    if (from->type() != kInt8) return unsupported("has an output that is not int8");
    const fb::QuantizationParameters* quantization = from->quantization();
    if (quantization == nullptr || quantization->scale() == nullptr || quantization->scale()->size() != 1 ||
        quantization->zero_point() == nullptr || quantization->zero_point()->size() != 1)
      return unsupported("has an output without a scale and zero point of its own");
    const int64_t zero_point = quantization->zero_point()->Get(0);
    if (zero_point < -128 || zero_point > 127) return unsupported("has an output whose zero point is not int8");
    Value value;
    value.name = text_of(*from);
    TRY(value.shape, shape_of(*from));
    value.type = Type::int8;
    value.quantization = {.scale = {quantization->scale()->Get(0)}, .zero_point = static_cast<int32_t>(zero_point)};
    if (values_.contains(index)) return unsupported("makes a tensor that is there already");
    return values_[index] = graph_.add(std::move(value));
  }

  Result<ValueId> made(const fb::Operator& from, uint32_t place) const {
    const auto found = values_.find(input_index(from, place));
    if (found == values_.end()) return unsupported("reads what no operator before it makes");
    return found->second;
  }

  int32_t input_index(const fb::Operator& from, uint32_t place) const {
    return from.inputs() == nullptr || place >= from.inputs()->size() ? -1 : from.inputs()->Get(place);
  }

  Result<std::vector<int32_t>> integers(const fb::Tensor& tensor, uint64_t count) const {
    const fb::Buffer* buffer = tensor.buffer() < model_->buffers()->size() ? model_->buffers()->Get(tensor.buffer()) : nullptr;
    const uint32_t width = tensor.type() == kInt8 ? 1 : tensor.type() == kInt32 ? 4 : 0;
    if (width == 0) return unsupported("has weights that are not int8, or a bias that is not int32");
    if (buffer == nullptr || buffer->data() == nullptr || buffer->data()->size() != count * width)
      return unsupported("has weights or a bias that are no constants of their shape");
    std::vector<int32_t> values(count);
    const uint8_t* data = buffer->data()->data();
    for (uint64_t i = 0; i < count; ++i) {
      if (width == 1)
        values[i] = static_cast<int8_t>(data[i]);
      else
        std::memcpy(&values[i], data + 4 * i, 4);  // little-endian, as this host
    }
    return values;
  }

  template <typename Options>
  Result<const Options*> options(const fb::Operator& from) {
    const auto* found = reinterpret_cast<const Options*>(from.builtin_options());
    if (found == nullptr || !found->Verify(verifier_)) return unsupported("has no readable options");
    return found;
  }

  static Result<void> fuse(int activation, Node& node) {
    switch (activation) {
      case kNone:
        return {};
      case kRelu:
        node.low = 0;
        return {};
      case kReluN1To1:
        node.low = -1, node.high = 1;
        return {};
      case kRelu6:
        node.low = 0, node.high = 6;
        return {};
      default:
        return unsupported("has a fused activation that is not supported: " + std::to_string(activation));
    }
  }

  ValueId constant(std::string name, Shape shape, Type type, std::vector<int32_t> integers, std::vector<float> scale = {}) {
    Value value;
    value.name = std::move(name);
    value.shape = shape;
    value.type = type;
    value.quantization.scale = std::move(scale);
    value.constant = true;
    value.integers = std::move(integers);
    return graph_.add(std::move(value));
  }

  struct Weights {
    const fb::Tensor* tensor = nullptr;
    Shape shape{};
    std::vector<float> scales;  // one, or one per channel
  };

  Result<Weights> weights_of(const fb::Operator& from) const {
    Weights weights;
    weights.tensor = tensor(input_index(from, 1));
    if (weights.tensor == nullptr || weights.tensor->type() != kInt8) return unsupported("has weights that are not int8");
    TRY(weights.shape, shape_of(*weights.tensor));
    const fb::QuantizationParameters* quantization = weights.tensor->quantization();
    if (quantization == nullptr || quantization->scale() == nullptr || quantization->scale()->size() == 0)
      return unsupported("has weights without scales");
    weights.scales.assign(quantization->scale()->begin(), quantization->scale()->end());
    if (quantization->zero_point() != nullptr)
      for (const int64_t zero_point : *quantization->zero_point())
        if (zero_point != 0) return unsupported("has weights with a zero point other than 0");
    return weights;
  }

  // Adds weights, bias and requantization of `channels` channels to `node`, and its output.
  Result<void> add_weighted(const fb::Operator& from, Node node, const Weights& weights, uint32_t channels) {
    if (weights.scales.size() != 1 && weights.scales.size() != channels)
      return unsupported("has " + std::to_string(weights.scales.size()) + " weight scales for " + std::to_string(channels) +
                         " channels");
    TRY(std::vector<int32_t> integers_of_weights, integers(*weights.tensor, count_of(weights.shape)));
    std::vector<int32_t> bias(channels);
    if (const fb::Tensor* given = tensor(input_index(from, 2)); given != nullptr) {
      TRY(bias, integers(*given, channels));
      if (given->type() != kInt32) return unsupported("has a bias that is not int32");
    }
    TRY(node.output, activation(from.outputs()->Get(0)));
    const float input = graph_.values[node.inputs[0]].quantization.scale[0],
                output = graph_.values[node.output].quantization.scale[0];
    std::vector<int32_t> requantization(size_t{2} * channels);
    std::vector<float> scales(channels), bias_scales(channels);
    for (uint32_t c = 0; c < channels; ++c) {
      scales[c] = weights.scales[weights.scales.size() == 1 ? 0 : c];
      bias_scales[c] = input * scales[c];
      // A fully connected layer of one scale has its product of scales in float (kernel_util.cc,
      // GetQuantizedConvolutionMultipler).
      const bool in_float = node.op == Op::fully_connected && weights.scales.size() == 1;
      const double product =
          in_float ? static_cast<double>(bias_scales[c]) : static_cast<double>(input) * static_cast<double>(scales[c]);
      const Multiplier multiplier = quantize_multiplier(product / static_cast<double>(output));
      requantization[c] = multiplier.value;
      requantization[channels + c] = multiplier.shift;
    }
    const std::string name = text_of(*weights.tensor);
    node.inputs.push_back(constant(name, weights.shape, Type::int8, std::move(integers_of_weights), std::move(scales)));
    node.inputs.push_back(constant(name + " bias", {1, 1, 1, channels}, Type::int32, std::move(bias), std::move(bias_scales)));
    node.inputs.push_back(constant(name + " requantization", {1, 1, 2, channels}, Type::int32, std::move(requantization)));
    graph_.nodes.push_back(std::move(node));
    return {};
  }

  template <typename Options>
  Result<void> slide(const Options& options, uint32_t filter_height, uint32_t filter_width, Node& node) const {
    const Shape& in = graph_.values[node.inputs[0]].shape;
    if (options.stride_h() < 1 || options.stride_w() < 1 || filter_height == 0 || filter_width == 0)
      return unsupported("has a stride or a filter of 0");
    node.stride_height = static_cast<uint32_t>(options.stride_h());
    node.stride_width = static_cast<uint32_t>(options.stride_w());
    std::tie(node.pad_top, node.pad_bottom) = margins(options.padding(), in[1], filter_height, node.stride_height);
    std::tie(node.pad_left, node.pad_right) = margins(options.padding(), in[2], filter_width, node.stride_width);
    return fuse(options.fused_activation_function(), node);
  }

  template <typename Options>
  Result<void> read_convolution(const fb::Operator& from, Op op) {
    TRY(const Options* options, this->options<Options>(from));
    if (options->dilation_h_factor() != 1 || options->dilation_w_factor() != 1) return unsupported("is dilated");
    Node node{.op = op};
    TRY(const ValueId input, activation_read(from, 0));
    node.inputs = {input};
    TRY(const Weights weights, weights_of(from));
    TRY_DO(slide(*options, weights.shape[1], weights.shape[2], node));
    return add_weighted(from, std::move(node), weights, op == Op::conv_2d ? weights.shape[0] : weights.shape[3]);
  }

  Result<void> read_fully_connected(const fb::Operator& from) {
    TRY(const fb::FullyConnectedOptions* options, this->options<fb::FullyConnectedOptions>(from));
    if (options->weights_format() != 0) return unsupported("has shuffled weights");
    Node node{.op = Op::fully_connected};
    TRY(const ValueId input, made(from, 0));  // read flat, whatever its shape
    node.inputs = {input};
    TRY_DO(fuse(options->fused_activation_function(), node));
    TRY(const Weights weights, weights_of(from));
    return add_weighted(from, std::move(node), weights, weights.shape[2]);
  }

  Result<void> read_pool(const fb::Operator& from, Op op) {
    TRY(const fb::Pool2DOptions* options, this->options<fb::Pool2DOptions>(from));
    Node node{.op = op};
    TRY(const ValueId input, activation_read(from, 0));
    node.inputs = {input};
    if (options->filter_height() < 1 || options->filter_width() < 1) return unsupported("has a filter of 0");
    node.filter_height = static_cast<uint32_t>(options->filter_height());
    node.filter_width = static_cast<uint32_t>(options->filter_width());
    TRY_DO(slide(*options, node.filter_height, node.filter_width, node));
    return add(from, std::move(node));
  }

  Result<void> read_add(const fb::Operator& from) {
    TRY(const fb::AddOptions* options, this->options<fb::AddOptions>(from));
    Node node{.op = Op::add};
    TRY(const ValueId first, activation_read(from, 0));
    TRY(const ValueId second, activation_read(from, 1));
    node.inputs = {first, second};
    TRY_DO(fuse(options->fused_activation_function(), node));
    return add(from, std::move(node));
  }

  Result<void> read_softmax(const fb::Operator& from) {
    TRY(const fb::SoftmaxOptions* options, this->options<fb::SoftmaxOptions>(from));
    if (options->beta() != 1.0f) return unsupported("has a beta other than 1");
    Node node{.op = Op::softmax};
    TRY(const ValueId input, activation_read(from, 0));
    node.inputs = {input};
    return add(from, std::move(node));
  }

  // The same bytes under another shape: the value stays what it is. Who reads it by its shape is refused unless that is the same.
  Result<void> read_reshape(const fb::Operator& from) {
    TRY(const ValueId input, made(from, 0));
    const int32_t index = from.outputs()->Get(0);
    const fb::Tensor* to = tensor(index);
    if (to == nullptr) return unsupported("refers to a tensor that does not exist");
    TRY(const Shape shape, shape_of(*to));
    if (count_of(shape) != count_of(graph_.values[input].shape)) return unsupported("changes the number of elements");
    if (values_.contains(index)) return unsupported("makes a tensor that is there already");
    values_[index] = input;
    if (shape != graph_.values[input].shape) reshaped_.insert(index);
    return {};
  }

  // An input that is read by its shape.
  Result<ValueId> activation_read(const fb::Operator& from, uint32_t place) const {
    TRY(const ValueId id, made(from, place));
    if (reshaped_.contains(input_index(from, place))) return unsupported("reads a tensor that RESHAPE gave another shape");
    return id;
  }

  Result<void> add(const fb::Operator& from, Node node) {
    TRY(node.output, activation(from.outputs()->Get(0)));
    graph_.nodes.push_back(std::move(node));
    return {};
  }

  Result<void> read_operator(uint32_t place) {
    const fb::Operator* from = subgraph_->operators()->Get(place);
    const fb::OperatorCode* code = from != nullptr && from->opcode_index() < model_->operator_codes()->size()
                                       ? model_->operator_codes()->Get(from->opcode_index())
                                       : nullptr;
    if (code == nullptr || from->outputs() == nullptr || from->outputs()->size() != 1)
      return unsupported("is damaged, or has another number of outputs than one");
    // Old writers knew one byte; new ones write both fields where the number fits.
    const int number = std::max<int>(code->deprecated_builtin_code(), code->builtin_code());
    if (is_supported(number) && reads_lost(*from)) {
      lose_outputs(place);
      return {};
    }
    Result<void> read = read_operator(*from, number);
    if (read.ok()) return read;
    const fb::Tensor* output = tensor(from->outputs()->Get(0));
    const std::string name = output == nullptr || text_of(*output).empty() ? "" : " '" + text_of(*output) + "'";
    return unsupported("(" + name_of_operator(number) + name + ") " + read.error().what);
  }

  Result<void> read_operator(const fb::Operator& from, int number) {
    switch (number) {
      case kAdd:
        return read_add(from);
      case kAveragePool:
        return read_pool(from, Op::average_pool_2d);
      case kConv:
        return read_convolution<fb::Conv2DOptions>(from, Op::conv_2d);
      case kDepthwiseConv:
        return read_convolution<fb::DepthwiseConv2DOptions>(from, Op::depthwise_conv_2d);
      case kFullyConnected:
        return read_fully_connected(from);
      case kMaxPool:
        return read_pool(from, Op::max_pool_2d);
      case kReshape:
        return read_reshape(from);
      case kSoftmax:
        return read_softmax(from);
      default:
        return unsupported("is not supported");
    }
  }

  ByteView bytes_;
  flatbuffers::Verifier verifier_;
  std::string where_;
  const fb::Model* model_ = nullptr;
  const fb::SubGraph* subgraph_ = nullptr;
  Graph graph_;
  std::map<int32_t, ValueId> values_;  // by tensor: what is there so far
  std::set<int32_t> lost_;             // tensors that operators which cannot be read would have made
  std::set<int32_t> reshaped_;         // tensors that stand for a value of another shape
};

}  // namespace

Result<Graph> read_tflite(ByteView bytes, const std::string& where) { return TfliteReader(bytes, where).read(); }

}  // namespace mote
