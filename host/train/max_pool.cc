// Max pooling: the gradient goes to the first of the largest.
#include <algorithm>

#include "host/train/layer.h"
#include "host/train/sweep_node.h"

namespace mote {
namespace {

class MaxPool final : public Layer {
 public:
  MaxPool(const Shape& input, const Sweep& sweep)
      : Layer(input, {1, sweep.out_height, sweep.out_width, input[3]}), sweep_(sweep) {}

  void forward(uint32_t shard, const Batch& x, Batch& y, Mode) override {
    y.resize(x.count, count_of(output_));
    from_[shard].resize(y.values.size());
    const auto height = static_cast<int64_t>(input_[1]), width = static_cast<int64_t>(input_[2]);
    uint64_t to = 0;
    for (uint32_t n = 0; n < x.count; ++n) {
      for (uint32_t oy = 0; oy < sweep_.out_height; ++oy) {
        for (uint32_t ox = 0; ox < sweep_.out_width; ++ox, to += input_[3]) {
          const int64_t top = int64_t{oy} * sweep_.stride_height - sweep_.pad_top;
          const int64_t left = int64_t{ox} * sweep_.stride_width - sweep_.pad_left;
          bool first = true;
          for (int64_t py = std::max<int64_t>(top, 0); py < std::min(top + sweep_.filter_height, height); ++py) {
            for (int64_t px = std::max<int64_t>(left, 0); px < std::min(left + sweep_.filter_width, width); ++px) {
              const uint64_t place = n * count_of(input_) + static_cast<uint64_t>(py * width + px) * input_[3];
              take(x, place, first, y.values.data() + to, from_[shard].data() + to);
              first = false;
            }
          }
        }
      }
    }
  }

  void backward(uint32_t shard, const Batch& x, const Batch&, const Batch& dy, Batch* dx) override {
    if (dx == nullptr) return;
    dx->resize(x.count, count_of(input_));
    std::fill(dx->values.begin(), dx->values.end(), 0.0f);
    for (size_t i = 0; i < dy.values.size(); ++i) dx->values[from_[shard][i]] += dy.values[i];
  }

  ValueId write(Graph& graph, ValueId x, const std::string& name) const override {
    Node node = node_of(Op::max_pool_2d, sweep_, {x});
    node.filter_height = sweep_.filter_height;
    node.filter_width = sweep_.filter_width;
    return add_node(graph, std::move(node), name, output_);
  }

 private:
  void take(const Batch& x, uint64_t place, bool first, float* best, uint32_t* from) const {
    for (uint32_t c = 0; c < input_[3]; ++c) {
      const float value = x.values[place + c];
      if (!first && value <= best[c]) continue;
      best[c] = value;
      from[c] = static_cast<uint32_t>(place + c);
    }
  }

  Sweep sweep_;
  std::vector<uint32_t> from_[kShards];  // where in x each value of y came from
};

}  // namespace

std::unique_ptr<Layer> make_max_pool(const Shape& input, const Sweep& sweep) { return std::make_unique<MaxPool>(input, sweep); }

}  // namespace mote
