// A dense layer over everything that the layer before it made: y = x * weights^T + bias.
#include <utility>

#include "host/train/layer.h"
#include "host/train/matrix.h"
#include "host/train/products.h"

namespace mote {
namespace {

class Dense final : public Layer {
 public:
  Dense(const Shape& input, uint32_t units, bool bias) : Layer(input, {1, 1, 1, units}), has_bias_(bias) {
    weights_.resize(units * count_of(input));
    bias_.resize(units);
  }

  void forward(uint32_t shard, const Batch& x, Batch& y, Mode) override {
    y.resize(x.count, units());
    if (x.count == 0) return;
    auto made = as_matrix(y.values.data(), x.count, units());
    transpose(weights_.value.data(), units(), inputs(), turned_[shard]);
    multiply({x.values.data(), inputs(), 1}, turned_[shard].data(), made.data(), x.count, inputs(), units(), false,
             scratch_[shard]);
    made.rowwise() += as_matrix(std::as_const(bias_.value).data(), 1, units()).row(0);
  }

  void backward(uint32_t shard, const Batch& x, const Batch&, const Batch& dy, Batch* dx) override {
    if (dx != nullptr) dx->resize(x.count, inputs());
    if (x.count == 0) return;
    const auto back = as_matrix(dy.values.data(), x.count, units());
    multiply({back.data(), 1, units()}, x.values.data(), weights_.gradient[shard].data(), units(), x.count, inputs(), true,
             scratch_[shard]);
    if (has_bias_) {
      for (uint32_t n = 0; n < x.count; ++n)
        for (uint32_t u = 0; u < units(); ++u) bias_.gradient[shard][u] += back(n, u);
    }
    if (dx != nullptr)
      multiply({back.data(), units(), 1}, weights_.value.data(), dx->values.data(), x.count, units(), inputs(), false,
               scratch_[shard]);
  }

  std::vector<Parameter*> parameters() override {
    if (has_bias_) return {&weights_, &bias_};
    return {&weights_};
  }

  ValueId write(Graph& graph, ValueId x, const std::string& name) const override {
    const auto columns = static_cast<uint32_t>(inputs());
    const ValueId weights = add_constant(graph, name + ".weights", {1, 1, units(), columns}, weights_.value);
    const ValueId bias = add_constant(graph, name + ".bias", {1, 1, 1, units()}, bias_.value);
    Node node;
    node.op = Op::fully_connected;
    node.inputs = {x, weights, bias};
    return add_node(graph, std::move(node), name, output_);
  }

 private:
  uint32_t units() const { return output_[3]; }
  uint64_t inputs() const { return count_of(input_); }

  bool has_bias_;
  Parameter weights_{true}, bias_{false};                  // [units][inputs], [units]
  std::vector<float> turned_[kShards], scratch_[kShards];  // turned: weights, [inputs][units]
};

}  // namespace

std::unique_ptr<Layer> make_dense(const Shape& input, uint32_t units, bool bias) {
  return std::make_unique<Dense>(input, units, bias);
}

}  // namespace mote
