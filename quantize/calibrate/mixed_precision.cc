// Measures each layer, orders them, verifies.
#include "quantize/calibrate/mixed_precision.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "quantize/calibrate/float_model.h"
#include "quantize/calibrate/spread_model.h"

namespace mote {
namespace {

constexpr uint32_t kSearchWindows = 96, kVerifyWindows = 160;

std::vector<double> log_probabilities(const std::vector<double>& logits) {
  const double most = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (const double logit : logits) sum += std::exp(logit - most);
  std::vector<double> result;
  for (const double logit : logits) result.push_back(logit - most - std::log(sum));
  return result;
}

double divergence(const std::vector<float>& exact, const std::vector<double>& actual) {
  const std::vector<double> p = log_probabilities({exact.begin(), exact.end()}), q = log_probabilities(actual);
  double sum = 0;
  for (size_t i = 0; i < p.size(); ++i) sum += std::exp(p[i]) * (p[i] - q[i]);
  return std::max(sum, 0.0);
}

struct Candidate {
  const char* name;
  std::vector<ValueId> order;  // to 4 bits one after the other
};

class Search {
 public:
  Search(const MixedPrecision& problem, std::vector<uint8_t> bits) : problem_(problem), bits_(std::move(bits)) {}

  Result<ChosenBits> run(Progress& progress) {
    TRY(const uint64_t whole, bytes(bits_));
    if (whole <= problem_.flash_bytes) return ChosenBits{.bits = bits_, .losses = {}, .loss = 0, .alternatives = {}};
    TRY_DO(check_least());
    TRY_DO(measure(whole, progress));
    const Judge verify(problem_.float_graph, problem_.windows, problem_.windows.count > 1 ? 1 : 0, 2, kVerifyWindows);
    ChosenBits best;
    std::vector<std::vector<uint8_t>> seen;
    for (const Candidate& candidate : candidates()) {
      TRY(std::vector<uint8_t> bits, fitted(candidate.order));
      if (std::find(seen.begin(), seen.end(), bits) != seen.end()) continue;
      TRY(const Lowered lowered, problem_.lower(bits));
      TRY(const double loss, verify.loss(lowered));
      char text[120];
      std::snprintf(text, sizeof text, "4 bits %s: loss %.3g", candidate.name, loss);
      best.alternatives.emplace_back(text);
      if (seen.empty() || loss < best.loss) {
        best.loss = loss;
        best.bits = bits;
      }
      seen.push_back(std::move(bits));
    }
    best.losses = losses_;
    return best;
  }

 private:
  Result<uint64_t> bytes(const std::vector<uint8_t>& bits) const {
    TRY(const Lowered lowered, problem_.lower(bits));
    return problem_.file_bytes(lowered);
  }

  Result<void> check_least() const {
    std::vector<uint8_t> least = bits_;
    for (const ValueId layer : problem_.layers) least[layer] = 4;
    TRY(const uint64_t count, bytes(least));
    if (count <= problem_.flash_bytes) return {};
    return Error{.cause = Cause::failed,
                 .what = "takes " + std::to_string(count) + " bytes with 4 bits in every layer, more than the budget of " +
                         std::to_string(problem_.flash_bytes),
                 .where = problem_.where,
                 .todo = "give it more with --flash-budget, or make the model smaller"};
  }

  Result<void> measure(uint64_t whole, Progress& progress) {
    const Judge judge(problem_.float_graph, problem_.windows, 0, 2, kSearchWindows);
    progress.begin("choose bits", problem_.layers.size());
    TRY(const Lowered as_is, problem_.lower(bits_));
    TRY(const double none, judge.loss(as_is));
    for (size_t i = 0; i < problem_.layers.size(); ++i) {
      const ValueId layer = problem_.layers[i];
      std::vector<uint8_t> bits = bits_;
      bits[layer] = 4;
      TRY(const Lowered lowered, problem_.lower(bits));
      TRY(const double loss, judge.loss(lowered));
      TRY(const uint64_t count, problem_.file_bytes(lowered));
      losses_[layer] = std::max(loss - none, 0.0);
      saved_[layer] = whole > count ? static_cast<double>(whole - count) : 0;
      progress.step(i + 1, "");
    }
    progress.end();
    return {};
  }

  std::vector<Candidate> candidates() const {
    std::vector<Candidate> result = {{"by bytes saved per loss", problem_.layers},
                                     {"by least loss", problem_.layers},
                                     {"by most bytes saved", problem_.layers}};
    const auto sort = [](std::vector<ValueId>& order, const std::function<double(ValueId)>& key) {
      std::stable_sort(order.begin(), order.end(), [&](ValueId a, ValueId b) { return key(a) > key(b); });
    };
    sort(result[0].order, [&](ValueId id) { return saved_.at(id) / (losses_.at(id) + 1e-9); });
    sort(result[1].order, [&](ValueId id) { return -losses_.at(id); });
    sort(result[2].order, [&](ValueId id) { return saved_.at(id); });
    return result;
  }

  Result<std::vector<uint8_t>> fitted(const std::vector<ValueId>& order) const {
    std::vector<uint8_t> bits = bits_;
    std::vector<ValueId> lowered;
    for (const ValueId layer : order) {
      bits[layer] = 4;
      lowered.push_back(layer);
      TRY(const uint64_t count, bytes(bits));
      if (count <= problem_.flash_bytes) break;
    }
    // The last may have saved more than was missing: the dearest that still fit go back.
    std::stable_sort(lowered.begin(), lowered.end(), [&](ValueId a, ValueId b) { return losses_.at(a) > losses_.at(b); });
    for (const ValueId layer : lowered) {
      bits[layer] = 8;
      TRY(const uint64_t count, bytes(bits));
      if (count > problem_.flash_bytes) bits[layer] = 4;
    }
    return bits;
  }

  const MixedPrecision& problem_;
  std::vector<uint8_t> bits_;
  std::map<ValueId, double> losses_, saved_;
};

}  // namespace

Judge::Judge(const Graph& float_graph, const FloatWindows& windows, uint32_t first, uint32_t step, uint32_t most)
    : value_(float_graph.output()) {
  for (const Node& node : float_graph.nodes)
    if (node.output == float_graph.output() && node.op == Op::softmax) {
      classifies_ = true;
      value_ = node.inputs[0];
    }
  const uint32_t all = windows.count > first ? (windows.count - first + step - 1) / step : 0, taken = std::min(most, all);
  FloatModel model(float_graph);
  for (uint32_t i = 0; i < taken; ++i) {
    inputs_.emplace_back(input_count(float_graph));
    windows.window(first + static_cast<uint32_t>(uint64_t{i} * all / taken) * step, inputs_.back());
    model.run(inputs_.back());
    answers_.emplace_back(model.values(value_).begin(), model.values(value_).end());
  }
}

Result<double> Judge::loss(const Lowered& lowered) const {
  TRY(SpreadModel spread, SpreadModel::open(lowered.graph, "a candidate"));
  const ValueId id = lowered.made[value_];
  const Affine affine = affine_of(lowered.graph.values[id]);
  Bytes input(spread.model.input_bytes()), output(spread.model.output_bytes());
  double sum = 0, signal = 0;
  for (size_t w = 0; w < inputs_.size(); ++w) {
    quantize_inputs(lowered.graph, inputs_[w], input);
    spread.model.run(input, output);
    const int8_t* integers = spread.values<int8_t>(id);
    std::vector<double> actual;
    for (size_t i = 0; i < answers_[w].size(); ++i)
      actual.push_back(static_cast<double>(affine.scale) * (integers[i] - affine.zero_point));
    if (classifies_) {
      sum += divergence(answers_[w], actual);
      signal += 1;
      continue;
    }
    for (size_t i = 0; i < actual.size(); ++i) {
      const auto exact = static_cast<double>(answers_[w][i]);
      sum += (exact - actual[i]) * (exact - actual[i]);
      signal += exact * exact;
    }
  }
  return signal > 0 ? sum / signal : sum;
}

Result<ChosenBits> choose_bits(const MixedPrecision& problem, std::vector<uint8_t> bits, Progress& progress) {
  return Search(problem, std::move(bits)).run(progress);
}

}  // namespace mote
