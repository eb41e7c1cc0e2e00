// Depthwise convolution: each channel has a filter of its own.
#include <algorithm>

#include "host/train/layer.h"
#include "host/train/sweep_node.h"
#include "host/train/wide.h"

namespace mote {
namespace {

class DepthwiseConv final : public Layer {
 public:
  DepthwiseConv(const Shape& input, const Sweep& sweep, bool bias)
      : Layer(input, {1, sweep.out_height, sweep.out_width, input[3]}), sweep_(sweep), has_bias_(bias) {
    weights_.resize(uint64_t{sweep.filter_height} * sweep.filter_width * input[3]);
    bias_.resize(input[3]);
    list_taps();
  }

  void forward(uint32_t, const Batch& x, Batch& y, Mode) override {
    y.resize(x.count, count_of(output_));
    with_wide_vectors([&]() MOTE_INLINE {
      for (uint32_t n = 0; n < x.count; ++n)
        sum_taps(of_outputs_, x.values.data() + n * count_of(input_), bias_.value.data(),
                 y.values.data() + n * count_of(output_));
    });
  }

  void backward(uint32_t shard, const Batch& x, const Batch&, const Batch& dy, Batch* dx) override {
    const uint32_t channels = input_[3];
    if (has_bias_) {
      std::vector<float>& gradient = bias_.gradient[shard];
      for (size_t i = 0; i < dy.values.size(); i += channels)
        for (uint32_t c = 0; c < channels; ++c) gradient[c] += dy.values[i + c];
    }
    if (dx != nullptr) dx->resize(x.count, count_of(input_));
    with_wide_vectors([&]() MOTE_INLINE {
      for (uint32_t n = 0; n < x.count; ++n) {
        const float* back = dy.values.data() + n * count_of(output_);
        add_products(x.values.data() + n * count_of(input_), back, weights_.gradient[shard].data());
        if (dx != nullptr) sum_taps(of_inputs_, back, nullptr, dx->values.data() + n * count_of(input_));
      }
    });
  }

  std::vector<Parameter*> parameters() override {
    if (has_bias_) return {&weights_, &bias_};
    return {&weights_};
  }

  ValueId write(Graph& graph, ValueId x, const std::string& name) const override {
    const Shape shape = {1, sweep_.filter_height, sweep_.filter_width, input_[3]};
    const ValueId weights = add_constant(graph, name + ".weights", shape, weights_.value);
    const ValueId bias = add_constant(graph, name + ".bias", {1, 1, 1, input_[3]}, bias_.value);
    return add_node(graph, node_of(Op::depthwise_conv_2d, sweep_, {x, weights, bias}), name, output_);
  }

 private:
  using Lanes = float __attribute__((vector_size(8 * sizeof(float)), aligned(4), may_alias));
  static MOTE_INLINE const Lanes& lanes(const float* values) { return *reinterpret_cast<const Lanes*>(values); }

  // A tap that lies inside: where the channels begin of the value it meets, and of its weights.
  struct Tap {
    uint64_t value, weights;
  };
  // Of each place, those that it is the sum of, in the order in which they are added.
  using Places = std::vector<std::vector<Tap>>;

  // Of each output those of its filter; of each input, on the way back, one of each output that it is part of.
  void list_taps() {
    const auto height = static_cast<int64_t>(input_[1]), width = static_cast<int64_t>(input_[2]);
    of_outputs_.resize(uint64_t{sweep_.out_height} * sweep_.out_width);
    of_inputs_.resize(uint64_t{input_[1]} * input_[2]);
    for (size_t to = 0; to < of_outputs_.size(); ++to) {
      const auto top = static_cast<int64_t>(to / sweep_.out_width * sweep_.stride_height) - sweep_.pad_top;
      const auto left = static_cast<int64_t>(to % sweep_.out_width * sweep_.stride_width) - sweep_.pad_left;
      for (uint32_t tap = 0; tap < sweep_.filter_height * sweep_.filter_width; ++tap) {
        const int64_t y = top + tap / sweep_.filter_width, x = left + tap % sweep_.filter_width;
        if (y < 0 || y >= height || x < 0 || x >= width) continue;
        const auto from = static_cast<uint64_t>(y * width + x);
        of_outputs_[to].push_back({from * input_[3], uint64_t{tap} * input_[3]});
        of_inputs_[from].push_back({to * input_[3], uint64_t{tap} * input_[3]});
      }
    }
  }

  // `to` of every place: `begin` (null: 0), and the products of its taps. Sixteen channels stay in registers.
  MOTE_INLINE void sum_taps(const Places& places, const float* from, const float* begin, float* __restrict to) const {
    const uint32_t channels = input_[3];
    const float* weights = weights_.value.data();
    for (const std::vector<Tap>& taps : places) {
      uint32_t c = 0;
      for (; c + 16 <= channels; c += 16) {
        Lanes one = {}, two = {};
        if (begin != nullptr) one = lanes(begin + c), two = lanes(begin + c + 8);
        for (const Tap& tap : taps) {
          one += lanes(from + tap.value + c) * lanes(weights + tap.weights + c);
          two += lanes(from + tap.value + c + 8) * lanes(weights + tap.weights + c + 8);
        }
        *reinterpret_cast<Lanes*>(to + c) = one;
        *reinterpret_cast<Lanes*>(to + c + 8) = two;
      }
      for (; c < channels; ++c) {
        float sum = begin == nullptr ? 0 : begin[c];
        for (const Tap& tap : taps) sum += from[tap.value + c] * weights[tap.weights + c];
        to[c] = sum;
      }
      to += channels;
    }
  }

  // The gradient of the weights.
  MOTE_INLINE void add_products(const float* x, const float* back, float* sums) const {
    const uint32_t channels = input_[3];
    for (const std::vector<Tap>& taps : of_outputs_) {
      for (const Tap& tap : taps) {
        const float* __restrict in = x + tap.value;
        float* __restrict gradient = sums + tap.weights;
        for (uint32_t c = 0; c < channels; ++c) gradient[c] += in[c] * back[c];
      }
      back += channels;
    }
  }

  Sweep sweep_;
  bool has_bias_;
  Places of_outputs_, of_inputs_;
  Parameter weights_{true}, bias_{false};  // [height, width, channels], [channels]
};

}  // namespace

std::unique_ptr<Layer> make_depthwise_conv(const Shape& input, const Sweep& sweep, bool bias) {
  return std::make_unique<DepthwiseConv>(input, sweep, bias);
}

}  // namespace mote
