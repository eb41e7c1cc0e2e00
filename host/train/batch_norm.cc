// Batch normalisation (Ioffe and Szegedy 2015) over the whole batch, whatever the shards.
#include <cmath>

#include "host/train/layer.h"
#include "host/train/wide.h"

namespace mote {
namespace {

constexpr float kEpsilon = 1e-3f;
constexpr double kMomentum = 0.9;  // of the running statistics

class BatchNorm final : public Layer {
 public:
  explicit BatchNorm(const Shape& input) : Layer(input, input) {
    const uint32_t channels = input[3];
    for (Parameter* parameter : {&gamma_, &beta_}) parameter->resize(channels);
    gamma_.value.assign(channels, 1);
    running_mean_.assign(channels, 0);
    running_variance_.assign(channels, 1);
    for (auto* list : {&mean_, &inverse_, &back_mean_, &back_product_}) list->assign(channels, 0);
  }

  bool meets() const override { return true; }

  void measure(uint32_t shard, const Batch& x) override {
    Sums& sums = sums_[shard];
    sums.clear(channels());
    sums.rows = x.values.size() / channels();
    with_wide_vectors([&]() MOTE_INLINE {
      sums.add(x.values.size(), [&](size_t i, uint32_t, float& first, float& second) MOTE_INLINE {
        const float value = x.values[i];
        first += value;
        second += value * value;
      });
    });
  }

  void meet() override {
    const Sums total = merge();
    const auto n = static_cast<double>(total.rows);
    for (uint32_t c = 0; c < channels(); ++c) {
      const double mean = total.first[c] / n;
      const double variance = std::max(0.0, total.second[c] / n - mean * mean);
      mean_[c] = static_cast<float>(mean);
      inverse_[c] = static_cast<float>(1 / std::sqrt(variance + kEpsilon));
      running_mean_[c] = static_cast<float>(kMomentum * running_mean_[c] + (1 - kMomentum) * mean);
      running_variance_[c] = static_cast<float>(kMomentum * running_variance_[c] + (1 - kMomentum) * variance);
    }
  }

  void forward(uint32_t, const Batch& x, Batch& y, Mode mode) override {
    y.resize(x.count, count_of(output_));
    std::vector<float> scale(channels()), shift(channels());
    for (uint32_t c = 0; c < channels(); ++c) {
      const bool training = mode == Mode::training;
      const float inverse = training ? inverse_[c] : 1 / std::sqrt(running_variance_[c] + kEpsilon);
      scale[c] = gamma_.value[c] * inverse;
      shift[c] = beta_.value[c] - (training ? mean_[c] : running_mean_[c]) * scale[c];
    }
    const float* __restrict from = x.values.data();
    float* __restrict to = y.values.data();
    const size_t values = x.values.size(), step = channels();
    const float* __restrict scales = scale.data();
    const float* __restrict shifts = shift.data();
    with_wide_vectors([=]() MOTE_INLINE {
      for (size_t i = 0; i < values; i += step)
        for (size_t c = 0; c < step; ++c) to[i + c] = from[i + c] * scales[c] + shifts[c];
    });
  }

  // Sums of the gradient, and of the gradient times the normalised value.
  void measure_back(uint32_t shard, const Batch& x, const Batch& dy) override {
    Sums& sums = sums_[shard];
    sums.clear(channels());
    sums.rows = x.values.size() / channels();
    const float* __restrict from = x.values.data();
    const float* __restrict back = dy.values.data();
    const float* __restrict mean = mean_.data();
    const float* __restrict inverse = inverse_.data();
    with_wide_vectors([&]() MOTE_INLINE {
      sums.add(x.values.size(), [&](size_t i, uint32_t c, float& first, float& second) MOTE_INLINE {
        first += back[i];
        second += back[i] * ((from[i] - mean[c]) * inverse[c]);
      });
    });
    for (uint32_t c = 0; c < channels(); ++c) {
      beta_.gradient[shard][c] += static_cast<float>(sums.first[c]);
      gamma_.gradient[shard][c] += static_cast<float>(sums.second[c]);
    }
  }

  void meet_back() override {
    const Sums total = merge();
    const auto n = static_cast<double>(total.rows);
    for (uint32_t c = 0; c < channels(); ++c) {
      back_mean_[c] = static_cast<float>(total.first[c] / n);
      back_product_[c] = static_cast<float>(total.second[c] / n);
    }
  }

  void backward(uint32_t, const Batch& x, const Batch&, const Batch& dy, Batch* dx) override {
    if (dx == nullptr) return;
    dx->resize(x.count, count_of(input_));
    // dx = gamma * inverse * (dy - mean(dy) - normalised * mean(dy * normalised)), as a line in dy and x.
    std::vector<float> of_dy(channels()), of_x(channels()), constant(channels());
    for (uint32_t c = 0; c < channels(); ++c) {
      of_dy[c] = gamma_.value[c] * inverse_[c];
      of_x[c] = -of_dy[c] * back_product_[c] * inverse_[c];
      constant[c] = -of_dy[c] * back_mean_[c] - of_x[c] * mean_[c];
    }
    const float* __restrict from = x.values.data();
    const float* __restrict back = dy.values.data();
    float* __restrict to = dx->values.data();
    const size_t values = x.values.size(), step = channels();
    const float* __restrict by_dy = of_dy.data();
    const float* __restrict by_x = of_x.data();
    const float* __restrict always = constant.data();
    with_wide_vectors([=]() MOTE_INLINE {
      for (size_t i = 0; i < values; i += step)
        for (size_t c = 0; c < step; ++c) to[i + c] = by_dy[c] * back[i + c] + by_x[c] * from[i + c] + always[c];
    });
  }

  std::vector<Parameter*> parameters() override { return {&gamma_, &beta_}; }
  std::vector<std::vector<float>*> state() override { return {&running_mean_, &running_variance_}; }

  ValueId write(Graph& graph, ValueId x, const std::string& name) const override {
    const Shape shape = {1, 1, 1, channels()};
    Node node;
    node.op = Op::batch_norm;
    node.inputs = {x, add_constant(graph, name + ".gamma", shape, gamma_.value),
                   add_constant(graph, name + ".beta", shape, beta_.value),
                   add_constant(graph, name + ".mean", shape, running_mean_),
                   add_constant(graph, name + ".variance", shape, running_variance_)};
    node.epsilon = kEpsilon;
    return add_node(graph, std::move(node), name, output_);
  }

 private:
  // Two sums per channel. Within a block in float32, which vectorises; over blocks in double.
  struct Sums {
    uint64_t rows = 0;
    std::vector<double> first, second;

    void clear(uint32_t channels) {
      first.assign(channels, 0);
      second.assign(channels, 0);
    }

    template <typename Term>
    MOTE_INLINE void add(size_t values, Term term) {
      constexpr size_t kBlockRows = 32;
      const auto channels = static_cast<uint32_t>(first.size());
      std::vector<float> block_first(channels), block_second(channels);
      float* __restrict one = block_first.data();
      float* __restrict two = block_second.data();
      for (size_t begin = 0; begin < values; begin += kBlockRows * channels) {
        const size_t end = std::min(values, begin + kBlockRows * channels);
        for (size_t i = begin; i < end; i += channels)
          for (uint32_t c = 0; c < channels; ++c) term(i + c, c, one[c], two[c]);
        for (uint32_t c = 0; c < channels; ++c) {
          first[c] += one[c], second[c] += two[c];
          one[c] = two[c] = 0;
        }
      }
    }
  };

  Sums merge() const {
    Sums total;
    total.clear(channels());
    for (const Sums& sums : sums_) {
      if (sums.rows == 0) continue;
      total.rows += sums.rows;
      for (uint32_t c = 0; c < channels(); ++c) {
        total.first[c] += sums.first[c];
        total.second[c] += sums.second[c];
      }
    }
    return total;
  }

  uint32_t channels() const { return input_[3]; }

  Parameter gamma_{false}, beta_{false};
  std::vector<float> running_mean_, running_variance_;
  std::vector<float> mean_, inverse_;  // of the batch
  std::vector<float> back_mean_, back_product_;
  Sums sums_[kShards];
};

}  // namespace

std::unique_ptr<Layer> make_batch_norm(const Shape& input) { return std::make_unique<BatchNorm>(input); }

}  // namespace mote
