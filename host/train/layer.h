// What a trainable network is made of. A batch is cut into a fixed number of shards; threads take shards, so that the order of
// every sum is the same for any number of threads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "host/train/shards.h"
#include "quantize/graph/graph.h"

namespace mote {

enum class Mode { training, inference };

// Activations of one shard: [count][values], row-major; a row is height, width, channels.
struct Batch {
  uint32_t count = 0;
  std::vector<float> values;

  void resize(uint32_t rows, uint64_t each) {
    count = rows;
    values.resize(rows * each);
  }
};

struct Parameter {
  std::vector<float> value;
  bool decays = false;                   // weights do; biases, scales and shifts do not
  std::vector<float> gradient[kShards];  // of the shard's sum

  explicit Parameter(bool decay) : decays(decay) {}
  void resize(size_t count) {
    value.assign(count, 0);
    for (std::vector<float>& shard : gradient) shard.assign(count, 0);
  }
};

// One layer. forward and backward are called for all shards, perhaps at once; they touch only what belongs to `shard`.
//
// A layer that `meets` (batch norm) needs sums over the whole batch first: measure() for every shard, then meet() once, then
// forward() for every shard; and the same on the way back.
class Layer {
 public:
  virtual ~Layer() = default;
  const Shape& input() const { return input_; }
  const Shape& output() const { return output_; }

  virtual void forward(uint32_t shard, const Batch& x, Batch& y, Mode mode) = 0;
  // Adds to the gradients of the shard's parameters, and sets dx unless it is null. y is what forward made of x.
  virtual void backward(uint32_t shard, const Batch& x, const Batch& y, const Batch& dy, Batch* dx) = 0;

  virtual bool meets() const { return false; }
  virtual void measure(uint32_t /*shard*/, const Batch& /*x*/) {}
  virtual void meet() {}
  virtual void measure_back(uint32_t /*shard*/, const Batch& /*x*/, const Batch& /*dy*/) {}
  virtual void meet_back() {}

  virtual std::vector<Parameter*> parameters() { return {}; }
  // What is not trained and yet belongs to the model: running statistics.
  virtual std::vector<std::vector<float>*> state() { return {}; }

  virtual std::vector<Random*> randoms() { return {}; }  // of dropout: part of a training's state

  // Appends the layer to a graph; returns the value that holds its output.
  virtual ValueId write(Graph& graph, ValueId x, const std::string& name) const = 0;

 protected:
  Layer(const Shape& input, const Shape& output) : input_(input), output_(output) {}
  Shape input_, output_;
};

// Brings two or more activations together. Touches no memory of its own, so that shards may meet in it at once.
class Join {
 public:
  virtual ~Join() = default;
  const Shape& output() const { return output_; }
  virtual void forward(const std::vector<const Batch*>& inputs, Batch& y) const = 0;
  // Sets the gradient of one of the inputs.
  virtual void backward(size_t input, const Batch& dy, Batch& dx) const = 0;
  virtual ValueId write(Graph& graph, const std::vector<ValueId>& inputs, const std::string& name) const = 0;

 protected:
  explicit Join(const Shape& output) : output_(output) {}
  Shape output_;
};

// Filter, stride and padding of a convolution or a pool, and the places it makes.
struct Sweep {
  uint32_t filter_height = 1, filter_width = 1, stride_height = 1, stride_width = 1;
  uint32_t pad_top = 0, pad_left = 0, pad_bottom = 0, pad_right = 0;
  uint32_t out_height = 0, out_width = 0;

  // "same": ceil(in / stride) places, padded as TensorFlow does, the odd one at the end; else only where the filter fits.
  static Sweep over(const Shape& input, uint32_t filter_height, uint32_t filter_width, uint32_t stride, bool same);
};

std::unique_ptr<Layer> make_conv(const Shape& input, const Sweep& sweep, uint32_t filters, bool bias);
std::unique_ptr<Layer> make_depthwise_conv(const Shape& input, const Sweep& sweep, bool bias);
std::unique_ptr<Layer> make_dense(const Shape& input, uint32_t units, bool bias);
std::unique_ptr<Layer> make_batch_norm(const Shape& input);
std::unique_ptr<Layer> make_clamp(const Shape& input, float low, float high);  // ReLU, ReLU6
std::unique_ptr<Layer> make_max_pool(const Shape& input, const Sweep& sweep);
std::unique_ptr<Layer> make_mean(const Shape& input);  // over height and width
std::unique_ptr<Layer> make_dropout(const Shape& input, double rate, uint64_t seed);

// The sum of inputs that have one shape; null when they do not.
std::unique_ptr<Join> make_add(const std::vector<Shape>& inputs);
// The channels of the inputs, one after the other; null when height or width differ.
std::unique_ptr<Join> make_concat(const std::vector<Shape>& inputs);

// Adds a float constant.
ValueId add_constant(Graph& graph, const std::string& name, const Shape& shape, std::vector<float> values);
// Adds a node and the value it makes.
ValueId add_node(Graph& graph, Node node, const std::string& name, const Shape& shape);

}  // namespace mote
