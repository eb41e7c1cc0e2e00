// Where branches meet: their sum, or their channels side by side.
#include <algorithm>
#include <numeric>

#include "device/model/container.h"
#include "host/train/layer.h"

namespace mote {
namespace {

class Add final : public Join {
 public:
  explicit Add(const Shape& shape) : Join(shape) {}

  void forward(const std::vector<const Batch*>& inputs, Batch& y) const override {
    y = *inputs.front();
    for (size_t k = 1; k < inputs.size(); ++k)
      for (size_t i = 0; i < y.values.size(); ++i) y.values[i] += inputs[k]->values[i];
  }

  void backward(size_t, const Batch& dy, Batch& dx) const override { dx = dy; }

  ValueId write(Graph& graph, const std::vector<ValueId>& inputs, const std::string& name) const override {
    ValueId sum = inputs.front();
    for (size_t k = 1; k < inputs.size(); ++k) {
      const bool last = k + 1 == inputs.size();
      sum = add_node(graph, {.op = Op::add, .inputs = {sum, inputs[k]}}, last ? name : name + "." + std::to_string(k), output_);
    }
    return sum;
  }
};

class Concat final : public Join {
 public:
  Concat(const Shape& output, std::vector<uint32_t> channels) : Join(output), channels_(std::move(channels)) {}

  void forward(const std::vector<const Batch*>& inputs, Batch& y) const override {
    y.resize(inputs.front()->count, count_of(output_));
    for (size_t k = 0; k < inputs.size(); ++k) {
      for_places(k, y.count, [&](uint64_t whole, uint64_t part) {
        std::copy_n(inputs[k]->values.data() + part, channels_[k], y.values.data() + whole);
      });
    }
  }

  void backward(size_t input, const Batch& dy, Batch& dx) const override {
    dx.resize(dy.count, places() * channels_[input]);
    for_places(input, dy.count, [&](uint64_t whole, uint64_t part) {
      std::copy_n(dy.values.data() + whole, channels_[input], dx.values.data() + part);
    });
  }

  // Placed one by one into a base of zeros.
  ValueId write(Graph& graph, const std::vector<ValueId>& inputs, const std::string& name) const override {
    ValueId made = add_node(graph, {.op = Op::fill, .inputs = {}}, name + ".base", output_);
    for (size_t k = 0; k < inputs.size(); ++k) {
      const bool last = k + 1 == inputs.size();
      Node place{.op = Op::strided_place, .inputs = {made, inputs[k]}};
      place.numbers[attribute::kStridedExtent] = 1;
      place.numbers[attribute::kStridedExtent + 1] = 1;
      place.numbers[attribute::kStridedExtent + 2] = static_cast<int32_t>(places());
      place.numbers[attribute::kStridedStride + 2] = static_cast<int32_t>(output_[3]);
      place.numbers[attribute::kStridedStride + 3] = 1;
      place.numbers[attribute::kStridedOffset] = static_cast<int32_t>(before(k));
      made = add_node(graph, std::move(place), last ? name : name + "." + std::to_string(k), output_);
    }
    return made;
  }

 private:
  uint64_t places() const { return uint64_t{output_[1]} * output_[2]; }
  uint32_t before(size_t input) const {
    return std::accumulate(channels_.begin(), channels_.begin() + static_cast<ptrdiff_t>(input), 0u);
  }

  // Where the channels of an input begin in the whole, and in the input.
  template <typename Work>
  void for_places(size_t input, uint32_t count, Work work) const {
    for (uint64_t place = 0; place < count * places(); ++place)
      work(place * output_[3] + before(input), place * channels_[input]);
  }

  std::vector<uint32_t> channels_;  // of each input
};

}  // namespace

std::unique_ptr<Join> make_add(const std::vector<Shape>& inputs) {
  for (const Shape& shape : inputs)
    if (shape != inputs.front()) return nullptr;
  return std::make_unique<Add>(inputs.front());
}

std::unique_ptr<Join> make_concat(const std::vector<Shape>& inputs) {
  Shape whole = inputs.front();
  whole[3] = 0;
  std::vector<uint32_t> channels;
  for (const Shape& shape : inputs) {
    if (shape[1] != whole[1] || shape[2] != whole[2]) return nullptr;
    whole[3] += shape[3];
    channels.push_back(shape[3]);
  }
  return std::make_unique<Concat>(whole, std::move(channels));
}

}  // namespace mote
