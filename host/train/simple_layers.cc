// Layers without parameters: clamp (ReLU, ReLU6), mean over the places, dropout.
#include <algorithm>

#include "base/random.h"
#include "host/train/layer.h"
#include "host/train/wide.h"

namespace mote {
namespace {

class Clamp final : public Layer {
 public:
  Clamp(const Shape& input, float low, float high) : Layer(input, input), low_(low), high_(high) {}

  void forward(uint32_t, const Batch& x, Batch& y, Mode) override {
    y.resize(x.count, count_of(output_));
    const float* __restrict from = x.values.data();
    float* __restrict to = y.values.data();
    const float low = low_, high = high_;
    const size_t values = x.values.size();
    with_wide_vectors([=]() MOTE_INLINE {
      for (size_t i = 0; i < values; ++i) {
        const float raised = from[i] > low ? from[i] : low;
        to[i] = raised < high ? raised : high;
      }
    });
  }

  void backward(uint32_t, const Batch& x, const Batch&, const Batch& dy, Batch* dx) override {
    if (dx == nullptr) return;
    dx->resize(x.count, count_of(input_));
    const float low = low_, high = high_;
    const size_t values = x.values.size();
    with_wide_vectors([&]() MOTE_INLINE {
      const float* __restrict from = x.values.data();
      const float* __restrict back = dy.values.data();
      float* __restrict to = dx->values.data();
      for (size_t i = 0; i < values; ++i) {
        const float value = back[i], input = from[i];  // read in any case, so that vectors can choose
        to[i] = ((input > low) & (input < high)) ? value : 0.0f;
      }
    });
  }

  ValueId write(Graph& graph, ValueId x, const std::string& name) const override {
    Node node;
    node.op = Op::clamp;
    node.inputs = {x};
    node.low = low_;
    node.high = high_;
    return add_node(graph, std::move(node), name, output_);
  }

 private:
  float low_, high_;
};

class Mean final : public Layer {
 public:
  explicit Mean(const Shape& input) : Layer(input, {1, 1, 1, input[3]}) {}

  void forward(uint32_t, const Batch& x, Batch& y, Mode) override {
    y.resize(x.count, channels());
    std::fill(y.values.begin(), y.values.end(), 0.0f);
    const float share = 1.0f / static_cast<float>(places());
    for (uint32_t n = 0; n < x.count; ++n) {
      float* __restrict sum = y.values.data() + uint64_t{n} * channels();
      const float* __restrict from = x.values.data() + n * count_of(input_);
      for (uint32_t place = 0; place < places(); ++place)
        for (uint32_t c = 0; c < channels(); ++c) sum[c] += from[place * channels() + c];
      for (uint32_t c = 0; c < channels(); ++c) sum[c] *= share;
    }
  }

  void backward(uint32_t, const Batch& x, const Batch&, const Batch& dy, Batch* dx) override {
    if (dx == nullptr) return;
    dx->resize(x.count, count_of(input_));
    const float share = 1.0f / static_cast<float>(places());
    for (uint32_t n = 0; n < x.count; ++n) {
      const float* __restrict back = dy.values.data() + uint64_t{n} * channels();
      float* __restrict to = dx->values.data() + n * count_of(input_);
      for (uint32_t place = 0; place < places(); ++place)
        for (uint32_t c = 0; c < channels(); ++c) to[place * channels() + c] = back[c] * share;
    }
  }

  ValueId write(Graph& graph, ValueId x, const std::string& name) const override {
    Node node;
    node.op = Op::mean;
    node.inputs = {x};
    return add_node(graph, std::move(node), name, output_);
  }

 private:
  uint32_t channels() const { return input_[3]; }
  uint32_t places() const { return input_[1] * input_[2]; }
};

// Inverted dropout (Srivastava et al. 2014): nothing is left of it in the model.
class Dropout final : public Layer {
 public:
  Dropout(const Shape& input, double rate, uint64_t seed) : Layer(input, input), rate_(rate) {
    for (uint32_t shard = 0; shard < kShards; ++shard) random_.push_back(Random::stream(seed, shard));
  }

  void forward(uint32_t shard, const Batch& x, Batch& y, Mode mode) override {
    y.resize(x.count, count_of(output_));
    if (mode == Mode::inference) {
      y.values = x.values;
      return;
    }
    const auto kept = static_cast<float>(1 / (1 - rate_));
    std::vector<float>& mask = mask_[shard];
    mask.resize(x.values.size());
    for (float& factor : mask) factor = random_[shard].uniform() < rate_ ? 0 : kept;
    for (size_t i = 0; i < mask.size(); ++i) y.values[i] = x.values[i] * mask[i];
  }

  void backward(uint32_t shard, const Batch& x, const Batch&, const Batch& dy, Batch* dx) override {
    if (dx == nullptr) return;
    dx->resize(x.count, count_of(input_));
    for (size_t i = 0; i < dy.values.size(); ++i) dx->values[i] = dy.values[i] * mask_[shard][i];
  }

  std::vector<Random*> randoms() override {
    std::vector<Random*> all;
    for (Random& random : random_) all.push_back(&random);
    return all;
  }

  ValueId write(Graph&, ValueId x, const std::string&) const override { return x; }

 private:
  double rate_;
  std::vector<Random> random_;  // per shard
  std::vector<float> mask_[kShards];
};

}  // namespace

std::unique_ptr<Layer> make_clamp(const Shape& input, float low, float high) { return std::make_unique<Clamp>(input, low, high); }
std::unique_ptr<Layer> make_mean(const Shape& input) { return std::make_unique<Mean>(input); }
std::unique_ptr<Layer> make_dropout(const Shape& input, double rate, uint64_t seed) {
  return std::make_unique<Dropout>(input, rate, seed);
}

}  // namespace mote
