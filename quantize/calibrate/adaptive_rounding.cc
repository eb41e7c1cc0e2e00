// Gathers what layers see, and the triangles of it.
#include "quantize/calibrate/adaptive_rounding.h"

#include <algorithm>
#include <cmath>

#include "base/random.h"
#include "quantize/calibrate/float_model.h"

namespace mote {
namespace {

constexpr uint32_t kMostTaps = 2048;       // of one output: its moments take 32 MiB
constexpr uint32_t kWantedPatches = 6000;  // per layer, spread over the windows

// What the channels of one group see of the input at one place, and the sums over such patches.
struct Moments {
  uint32_t taps = 0;
  double count = 0;
  std::vector<double> sum, products;  // [taps], [taps][taps]: the lower half

  explicit Moments(uint32_t count_of_taps) : taps(count_of_taps), sum(taps), products(size_t{taps} * taps) {}

  void add(const std::vector<float>& patch) {
    count += 1;
    for (uint32_t i = 0; i < taps; ++i) {
      if (patch[i] == 0) continue;
      const auto x = static_cast<double>(patch[i]);
      sum[i] += x;
      double* row = products.data() + size_t{i} * taps;
      for (uint32_t j = 0; j <= i; ++j) row[j] += x * static_cast<double>(patch[j]);
    }
  }

  std::vector<double> mean(bool centred) const {
    std::vector<double> result(products.size());
    for (uint32_t i = 0; i < taps; ++i)
      for (uint32_t j = 0; j <= i; ++j)
        result[size_t{j} * taps + i] = result[size_t{i} * taps + j] =
            products[size_t{i} * taps + j] / count - (centred ? sum[i] * sum[j] / (count * count) : 0);
    return result;
  }
};

// How a weighted node walks over its input.
class Patches {
 public:
  Patches(const Graph& graph, const Node& node) : node_(node), in_(graph.values[node.inputs[0]].shape) {
    const Shape &weights = graph.values[node.inputs[1]].shape, &out = graph.values[node.output].shape;
    if (node.op == Op::fully_connected) {
      in_ = {1, 1, 1, weights[3]};
      filter_ = {1, 1, 1, weights[3]};
    } else {
      height_ = out[1];
      width_ = out[2];
      filter_ = {1, weights[1], weights[2], node.op == Op::conv_2d ? weights[3] : 1};
    }
  }

  uint32_t groups() const { return in_[3] / filter_[3]; }
  uint32_t taps() const { return filter_[1] * filter_[2] * filter_[3]; }
  uint32_t places() const { return height_ * width_; }

  void take(std::span<const float> input, uint32_t place, uint32_t group, std::vector<float>& patch) const {
    patch.assign(taps(), 0);
    const int64_t top = int64_t{place / width_} * node_.stride_height - node_.pad_top,
                  left = int64_t{place % width_} * node_.stride_width - node_.pad_left;
    for (uint32_t row = 0; row < filter_[1]; ++row)
      for (uint32_t column = 0; column < filter_[2]; ++column) {
        const int64_t y = top + int64_t{row} * node_.dilation_height, x = left + int64_t{column} * node_.dilation_width;
        if (y < 0 || x < 0 || y >= in_[1] || x >= in_[2]) continue;
        const auto at = static_cast<size_t>((y * in_[2] + x) * in_[3]) + size_t{group} * filter_[3];
        std::copy_n(input.begin() + static_cast<std::ptrdiff_t>(at), filter_[3],
                    patch.begin() + static_cast<std::ptrdiff_t>((row * filter_[2] + column) * filter_[3]));
      }
  }

 private:
  const Node& node_;
  Shape in_, filter_{};  // the filter of one group
  uint32_t height_ = 1, width_ = 1;
};

struct Layer {
  ValueId input, output;
  Patches patches;
  std::vector<Moments> moments;  // per group
};

std::vector<Layer> layers_of(const Graph& graph) {
  std::vector<Layer> layers;
  for (const Node& node : graph.nodes) {
    if (!has_weights(node)) continue;
    const Patches patches(graph, node);
    if (patches.taps() > kMostTaps) continue;
    layers.push_back({node.inputs[0], node.output, patches, std::vector<Moments>(patches.groups(), Moments(patches.taps()))});
  }
  return layers;
}

}  // namespace

bool has_weights(const Node& node) {
  return node.op == Op::conv_2d || node.op == Op::depthwise_conv_2d || node.op == Op::fully_connected;
}

Triangle::Triangle(std::vector<double> moments, uint32_t taps) : taps_(taps), columns_(std::move(moments)) {
  double diagonal = 0;
  for (uint32_t i = 0; i < taps; ++i) diagonal += columns_[size_t{i} * taps + i];
  const double damping = std::max(diagonal / taps * 0.01, 1e-12);
  // Cholesky: column j of R from the columns before it.
  for (uint32_t j = 0; j < taps; ++j) {
    double* column = columns_.data() + size_t{j} * taps;
    for (uint32_t i = 0; i <= j; ++i) {
      const double* other = columns_.data() + size_t{i} * taps;
      double rest = column[i] + (i == j ? damping : 0);
      for (uint32_t k = 0; k < i; ++k) rest -= other[k] * column[k];
      column[i] = i == j ? std::sqrt(std::max(rest, damping * 1e-3)) : rest / other[i];
    }
  }
}

double Triangle::round(std::span<const double> reals, double step, double most, std::vector<int32_t>& integers) const {
  std::vector<double> residual(taps_);  // R e, of the errors made so far
  double error = 0;
  for (uint32_t i = taps_; i-- > 0;) {
    const double* column = columns_.data() + size_t{i} * taps_;
    const double wanted = (reals[i] - residual[i] / column[i]) / step;
    const double q = std::clamp(std::round(wanted), -most, most);
    const double wrong = q * step - reals[i];
    integers[i] = static_cast<int32_t>(q);
    for (uint32_t k = 0; k <= i; ++k) residual[k] += column[k] * wrong;
    error += residual[i] * residual[i];
  }
  return error;
}

AdaptiveRounding AdaptiveRounding::measure(const Graph& graph, const FloatWindows& windows, bool centred, Progress& progress) {
  std::vector<Layer> layers = layers_of(graph);
  FloatModel model(graph);
  Random random(1);
  std::vector<float> window(input_count(graph)), patch;
  const uint32_t per_window = (kWantedPatches + windows.count - 1) / windows.count;
  progress.begin("moments of layers", windows.count);
  for (uint32_t w = 0; w < windows.count; ++w) {
    windows.window(w, window);
    model.run(window);
    for (Layer& layer : layers) {
      const uint32_t places = layer.patches.places();
      for (uint32_t n = 0; n < std::min(per_window, places); ++n) {
        const auto place = places <= per_window ? n : static_cast<uint32_t>(random.below(places));
        for (uint32_t group = 0; group < layer.patches.groups(); ++group) {
          layer.patches.take(model.values(layer.input), place, group, patch);
          layer.moments[group].add(patch);
        }
      }
    }
    progress.step(w + 1, "");
  }
  progress.end();
  AdaptiveRounding result;
  for (const Layer& layer : layers)
    for (uint32_t group = 0; group < layer.moments.size(); ++group)
      result.triangles_.emplace(std::pair(layer.output, group),
                                Triangle(layer.moments[group].mean(centred), layer.patches.taps()));
  return result;
}

const Triangle* AdaptiveRounding::triangle(ValueId output, uint32_t group) const {
  const auto found = triangles_.find({output, group});
  return found == triangles_.end() ? nullptr : &found->second;
}

}  // namespace mote
