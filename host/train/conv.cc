// Convolution by rows of patches and a matrix product: y = patches(x) * weights^T + bias.
#include <algorithm>
#include <cstring>

#include "host/train/layer.h"
#include "host/train/matrix.h"
#include "host/train/products.h"
#include "host/train/sweep_node.h"

namespace mote {
namespace {

constexpr uint32_t kRowsAtOnce = 128;  // of patches: enough for the product, few enough for the cache

class Conv final : public Layer {
 public:
  Conv(const Shape& input, const Sweep& sweep, uint32_t filters, bool bias)
      : Layer(input, {1, sweep.out_height, sweep.out_width, filters}), sweep_(sweep), has_bias_(bias) {
    weights_.resize(uint64_t{filters} * patch());
    bias_.resize(filters);
  }

  void forward(uint32_t shard, const Batch& x, Batch& y, Mode) override {
    y.resize(x.count, count_of(output_));
    transpose(weights_.value.data(), filters(), patch(), turned_[shard]);
    const auto bias = as_matrix(bias_.value.data(), 1, filters());
    for_chunks(x.count, [&](uint32_t first, uint32_t count) {
      const uint64_t rows = uint64_t{count} * places();
      const float* patches = patches_of(x, first, count, shard);
      auto made = as_matrix(y.values.data() + first * count_of(output_), rows, filters());
      multiply({patches, patch(), 1}, turned_[shard].data(), made.data(), rows, patch(), filters(), false, scratch_[shard]);
      if (has_bias_) made.rowwise() += bias.row(0);
    });
  }

  void backward(uint32_t shard, const Batch& x, const Batch&, const Batch& dy, Batch* dx) override {
    if (dx != nullptr) {
      dx->resize(x.count, count_of(input_));
      if (!takes_pixels()) std::fill(dx->values.begin(), dx->values.end(), 0.0f);
    }
    for_chunks(x.count, [&](uint32_t first, uint32_t count) {
      const uint64_t rows = uint64_t{count} * places();
      const auto back = as_matrix(dy.values.data() + first * count_of(output_), rows, filters());
      const float* patches = patches_of(x, first, count, shard);
      multiply({back.data(), 1, filters()}, patches, weights_.gradient[shard].data(), filters(), rows, patch(), true,
               scratch_[shard]);
      if (has_bias_) add_rows(back, bias_.gradient[shard]);
      if (dx == nullptr) return;
      float* to = takes_pixels() ? dx->values.data() + first * count_of(input_) : patches_[shard].data();
      multiply({back.data(), filters(), 1}, weights_.value.data(), to, rows, filters(), patch(), false, scratch_[shard]);
      if (!takes_pixels()) scatter(patches_[shard], first, count, *dx);
    });
  }

  std::vector<Parameter*> parameters() override {
    if (has_bias_) return {&weights_, &bias_};
    return {&weights_};
  }

  ValueId write(Graph& graph, ValueId x, const std::string& name) const override {
    const Shape shape = {filters(), sweep_.filter_height, sweep_.filter_width, input_[3]};
    const ValueId weights = add_constant(graph, name + ".weights", shape, weights_.value);
    const ValueId bias = add_constant(graph, name + ".bias", {1, 1, 1, filters()}, bias_.value);
    return add_node(graph, node_of(Op::conv_2d, sweep_, {x, weights, bias}), name, output_);
  }

 private:
  uint32_t filters() const { return output_[3]; }
  uint32_t places() const { return sweep_.out_height * sweep_.out_width; }
  uint32_t patch() const { return sweep_.filter_height * sweep_.filter_width * input_[3]; }

  // Filters of one pixel, at every pixel: the input is its own patches.
  bool takes_pixels() const { return patch() == input_[3] && uint64_t{places()} == uint64_t{input_[1]} * input_[2]; }

  const float* patches_of(const Batch& x, uint32_t first, uint32_t count, uint32_t shard) {
    if (takes_pixels()) return x.values.data() + first * count_of(input_);
    gather(x, first, count, patches_[shard]);
    return patches_[shard].data();
  }

  template <typename Work>
  void for_chunks(uint32_t samples, Work work) const {
    const uint32_t at_once = std::max(1u, kRowsAtOnce / places());
    for (uint32_t first = 0; first < samples; first += at_once) work(first, std::min(at_once, samples - first));
  }

  static void add_rows(const ConstMatrixMap& rows, std::vector<float>& sum) {
    for (Eigen::Index r = 0; r < rows.rows(); ++r)
      for (Eigen::Index c = 0; c < rows.cols(); ++c) sum[static_cast<size_t>(c)] += rows(r, c);
  }

  // For each row of each filter at each place: where it begins in the sample, how many columns of it lie inside, and how many
  // before them are padding.
  template <typename Work>
  void for_filter_rows(Work work) const {
    const auto height = static_cast<int64_t>(input_[1]), width = static_cast<int64_t>(input_[2]);
    uint64_t row = 0;
    for (uint32_t oy = 0; oy < sweep_.out_height; ++oy) {
      for (uint32_t ox = 0; ox < sweep_.out_width; ++ox) {
        const int64_t left = int64_t{ox} * sweep_.stride_width - sweep_.pad_left;
        const int64_t from = std::max<int64_t>(left, 0), to = std::min(left + sweep_.filter_width, width);
        for (uint32_t fy = 0; fy < sweep_.filter_height; ++fy, row += sweep_.filter_width) {
          const int64_t y = int64_t{oy} * sweep_.stride_height - sweep_.pad_top + fy;
          const bool inside = y >= 0 && y < height && from < to;
          work(row * input_[3], inside ? (y * width + from) * input_[3] : 0, (from - left) * input_[3],
               inside ? (to - from) * input_[3] : 0);
        }
      }
    }
  }

  void gather(const Batch& x, uint32_t first, uint32_t count, std::vector<float>& patches) const {
    const uint64_t per_sample = uint64_t{places()} * patch();
    const uint64_t filter_row = uint64_t{sweep_.filter_width} * input_[3];
    patches.resize(count * per_sample);
    for (uint32_t n = 0; n < count; ++n) {
      const float* sample = x.values.data() + (first + n) * count_of(input_);
      float* to = patches.data() + n * per_sample;
      for_filter_rows([&](uint64_t row, int64_t from, int64_t skip, int64_t length) {
        if (static_cast<uint64_t>(length) != filter_row) std::memset(to + row, 0, filter_row * sizeof(float));
        if (length > 0) std::memcpy(to + row + skip, sample + from, static_cast<size_t>(length) * sizeof(float));
      });
    }
  }

  void scatter(const std::vector<float>& patches, uint32_t first, uint32_t count, Batch& dx) const {
    const uint64_t per_sample = uint64_t{places()} * patch();
    for (uint32_t n = 0; n < count; ++n) {
      float* sample = dx.values.data() + (first + n) * count_of(input_);
      const float* source = patches.data() + n * per_sample;
      for_filter_rows([&](uint64_t row, int64_t from, int64_t skip, int64_t length) {
        float* __restrict to = sample + from;
        const float* __restrict add = source + row + skip;
        for (int64_t i = 0; i < length; ++i) to[i] += add[i];
      });
    }
  }

  Sweep sweep_;
  bool has_bias_;
  Parameter weights_{true}, bias_{false};                                     // [filters][height, width, channels], [filters]
  std::vector<float> patches_[kShards], turned_[kShards], scratch_[kShards];  // turned: weights, [patch][filters]
};

}  // namespace

std::unique_ptr<Layer> make_conv(const Shape& input, const Sweep& sweep, uint32_t filters, bool bias) {
  return std::make_unique<Conv>(input, sweep, filters, bias);
}

}  // namespace mote
