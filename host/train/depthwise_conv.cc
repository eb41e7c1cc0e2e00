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
  }

  void forward(uint32_t, const Batch& x, Batch& y, Mode) override {
    y.resize(x.count, count_of(output_));
    const uint32_t channels = input_[3];
    for (uint64_t place = 0; place < y.values.size() / channels; ++place)
      std::copy(bias_.value.begin(), bias_.value.end(), y.values.begin() + static_cast<int64_t>(place * channels));
    with_wide_vectors([&]() MOTE_INLINE {
      for_taps(x.count, [&](uint64_t from, uint64_t to, uint64_t tap) MOTE_INLINE {
        const float* __restrict in = x.values.data() + from;
        const float* __restrict weight = weights_.value.data() + tap;
        float* __restrict out = y.values.data() + to;
        for (uint32_t c = 0; c < channels; ++c) out[c] += in[c] * weight[c];
      });
    });
  }

  void backward(uint32_t shard, const Batch& x, const Batch&, const Batch& dy, Batch* dx) override {
    const uint32_t channels = input_[3];
    if (has_bias_) {
      std::vector<float>& gradient = bias_.gradient[shard];
      for (size_t i = 0; i < dy.values.size(); i += channels)
        for (uint32_t c = 0; c < channels; ++c) gradient[c] += dy.values[i + c];
    }
    if (dx != nullptr) {
      dx->resize(x.count, count_of(input_));
      std::fill(dx->values.begin(), dx->values.end(), 0.0f);
    }
    with_wide_vectors([&]() MOTE_INLINE {
      for_taps(x.count, [&](uint64_t from, uint64_t to, uint64_t tap) MOTE_INLINE {
        const float* __restrict in = x.values.data() + from;
        const float* __restrict back = dy.values.data() + to;
        float* __restrict gradient = weights_.gradient[shard].data() + tap;
        for (uint32_t c = 0; c < channels; ++c) gradient[c] += in[c] * back[c];
        if (dx == nullptr) return;
        const float* __restrict weight = weights_.value.data() + tap;
        float* __restrict out = dx->values.data() + from;
        for (uint32_t c = 0; c < channels; ++c) out[c] += back[c] * weight[c];
      });
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
  // Where the channels begin in x, in y and in the weights, for each tap of each filter that lies inside.
  template <typename Work>
  MOTE_INLINE void for_taps(uint32_t samples, Work work) const {
    const auto height = static_cast<int64_t>(input_[1]), width = static_cast<int64_t>(input_[2]);
    for (uint32_t n = 0; n < samples; ++n) {
      uint64_t to = n * count_of(output_);
      for (uint32_t oy = 0; oy < sweep_.out_height; ++oy) {
        for (uint32_t ox = 0; ox < sweep_.out_width; ++ox, to += input_[3]) {
          for (uint32_t fy = 0; fy < sweep_.filter_height; ++fy) {
            const int64_t y = int64_t{oy} * sweep_.stride_height - sweep_.pad_top + fy;
            if (y < 0 || y >= height) continue;
            for (uint32_t fx = 0; fx < sweep_.filter_width; ++fx) {
              const int64_t x = int64_t{ox} * sweep_.stride_width - sweep_.pad_left + fx;
              if (x < 0 || x >= width) continue;
              const uint64_t from = n * count_of(input_) + static_cast<uint64_t>(y * width + x) * input_[3];
              work(from, to, (uint64_t{fy} * sweep_.filter_width + fx) * input_[3]);
            }
          }
        }
      }
    }
  }

  Sweep sweep_;
  bool has_bias_;
  Parameter weights_{true}, bias_{false};  // [height, width, channels], [channels]
};

}  // namespace

std::unique_ptr<Layer> make_depthwise_conv(const Shape& input, const Sweep& sweep, bool bias) {
  return std::make_unique<DepthwiseConv>(input, sweep, bias);
}

}  // namespace mote
