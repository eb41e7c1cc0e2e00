// Finds the one step of a flat channel and puts another with the same step in its place.
#include "quantize/pack/flat_channels.h"

#include <algorithm>
#include <cstdlib>

#include "device/kernels/requantize.h"

namespace mote {
namespace {

constexpr int32_t kMostShift = 22;      // to the right, of the packed kernels
constexpr int64_t kMostBias = 1 << 29;  // which they double

struct Factor31 {
  int32_t bias, multiplier, shift;
};

class Channel {
 public:
  Channel(const WeightedNode& node, uint32_t c, int32_t low, int32_t high)
      : node_(node), low_(low), high_(high), factor_{node.bias[c], node.multipliers[c], node.shifts[c]} {
    const int64_t from = -128 - node.input_zero_point, to = 127 - node.input_zero_point;
    for (uint32_t t = 0; t < node.order.taps; ++t) {
      const int64_t weight = node.wide_weights[size_t{c} * node.order.channel_stride + size_t{t} * node.order.tap_stride];
      least_sum_ += std::min(weight * from, weight * to);
      most_sum_ += std::max(weight * from, weight * to);
    }
  }

  bool is_out_of_reach() const {
    return factor_.multiplier != 0 &&
           (factor_.shift < -kMostShift || std::abs(int64_t{factor_.bias}) + std::max(-least_sum_, most_sum_) >= kMostBias);
  }

  // Another factor with the same outputs; false when there is none of the form tried here.
  bool tamed(Factor31* result) const {
    const int32_t least = output(factor_, least_sum_), most = output(factor_, most_sum_);
    if (most - least > 1) return false;
    const int64_t step = least == most ? most_sum_ + 1 : first_of(most);
    int32_t right = 1;  // so that two steps are further apart than the sums reach
    while (right <= kMostShift && (int64_t{1} << (right + 1)) <= most_sum_ - least_sum_ + 2) ++right;
    if (right > kMostShift) return false;
    // Halves of 2^(right + 1) are where the value changes from k to k + 1; sums from `step` on must lie above.
    const int64_t middle = (2 * int64_t{least - node_.output_zero_point} + 1) * (int64_t{1} << right);
    for (const int64_t nudge : {0, 1, -1, 2, -2}) {
      const int64_t bias = middle - step + nudge;
      if (std::abs(bias) + std::max(-least_sum_, most_sum_) >= kMostBias) return false;
      *result = {static_cast<int32_t>(bias), 1 << 30, -right};
      if (output(*result, least_sum_) == least && output(*result, std::min(step - 1, most_sum_)) == least &&
          (least == most || (output(*result, step) == most && output(*result, most_sum_) == most)))
        return true;
    }
    return false;
  }

 private:
  int32_t output(const Factor31& factor, int64_t sum) const {
    const auto accumulator = static_cast<int32_t>(factor.bias + sum);
    const int32_t value = requantize(accumulator, factor.multiplier, factor.shift, node_.rounding) + node_.output_zero_point;
    return clamp(value, low_, high_);
  }

  // The least sum with this output: outputs do not descend.
  int64_t first_of(int32_t value) const {
    int64_t below = least_sum_, at = most_sum_;
    while (at - below > 1) {
      const int64_t middle = below + (at - below) / 2;
      (output(factor_, middle) >= value ? at : below) = middle;
    }
    return at;
  }

  const WeightedNode& node_;
  int32_t low_, high_;
  Factor31 factor_;
  int64_t least_sum_ = 0, most_sum_ = 0;  // without the bias, whatever the input
};

}  // namespace

void tame_flat_channels(WeightedNode& node, int32_t low, int32_t high) {
  for (uint32_t c = 0; c < node.order.channels; ++c) {
    if (node.multipliers[c] == 0) node.bias[c] = 0;  // nothing of it arrives
    const Channel channel(node, c, low, high);
    Factor31 factor;
    if (!channel.is_out_of_reach() || !channel.tamed(&factor)) continue;
    node.bias[c] = factor.bias;
    node.multipliers[c] = factor.multiplier;
    node.shifts[c] = factor.shift;
  }
}

}  // namespace mote
