// A graph from its text.
#include <algorithm>
#include <optional>

#include "quantize/graph/scanner.h"
#include "quantize/graph/text.h"
#include "quantize/operators/rules.h"

namespace mote {
namespace {

constexpr uint32_t kMostValues = 65534;  // a .mote file numbers them with 16 bits
constexpr uint32_t kMostDimension = 1u << 24;
constexpr std::string_view kAttributeLetters = "sfpcedn";  // with which an attribute's name begins

class Reader {
 public:
  Reader(std::string_view text, const std::string& where) : scan_(text, where) {}

  Result<Graph> read() {
    if (scan_.word() != "mote-graph" || scan_.natural(kMostDimension) != 1)
      scan_.refuse("the text does not begin with 'mote-graph 1'");
    while (scan_.ok() && graph_.outputs.empty()) statement();
    if (scan_.ok() && !scan_.at_end()) scan_.refuse("there is text after 'return'");
    for (ValueId id = 0; scan_.ok() && id < declared_.size(); ++id)
      if (!declared_[id]) scan_.refuse("%" + std::to_string(id) + " is never declared");
    if (!scan_.ok()) return scan_.error();
    return std::move(graph_);
  }

 private:
  void statement() {
    if (scan_.at_end()) return scan_.refuse("the text ends without 'return'");
    if (scan_.next_is('%')) return declaration();
    const std::string_view word = scan_.word();
    if (word == "return") {
      do graph_.outputs.push_back(known());
      while (scan_.take(','));
    } else if (word == "assign") {
      assignment();
    } else if (word == "front") {
      front();
    } else {
      scan_.refuse("'" + std::string(word) + "' begins no statement");
    }
  }

  ValueId reference() {
    scan_.expect('%');
    return scan_.natural(kMostValues - 1);
  }

  // A reference to a value that stands above.
  ValueId known() {
    const ValueId id = reference();
    if (scan_.ok() && (id >= declared_.size() || !declared_[id]))
      scan_.refuse("%" + std::to_string(id) + " is read before it is declared");
    return scan_.ok() ? id : kNoValue;
  }

  void declaration() {
    const ValueId id = reference();
    const uint32_t line = scan_.line();
    scan_.expect('=');
    const std::string kind(scan_.word());
    if (!scan_.ok()) return;
    if (id < declared_.size() && declared_[id]) return scan_.refuse("%" + std::to_string(id) + " is declared twice");
    Value value;
    std::optional<Node> node;
    if (kind == "input" || kind == "raw_input" || kind == "unused" || kind == "constant" || kind == "state") {
      value = typed();
      value.constant = kind == "constant";
      value.state = kind == "state";
      if (value.constant || (value.state && scan_.next_is('{'))) held(value);
    } else if (const Rules* found = find_rules(kind)) {
      node = operation(found->op, id);
      if (scan_.take(':'))
        value = typed();
      else
        value.shape = inferred(*node, line);
    } else {
      return scan_.refuse("there is no operator '" + kind + "'");
    }
    if (!scan_.ok()) return;
    place(id, std::move(value));
    if (node) graph_.nodes.push_back(std::move(*node));
    if (kind == "input") graph_.inputs.push_back(id);
    if (kind == "raw_input") sole(&graph_.raw_input, id, kind);
  }

  // assign %STATE = %VALUE
  void assignment() {
    Node node;
    node.op = Op::assign;
    node.output = known();
    scan_.expect('=');
    node.inputs = {known()};
    if (scan_.ok()) graph_.nodes.push_back(std::move(node));
  }

  void sole(ValueId* place, ValueId id, const std::string& kind) {
    if (*place != kNoValue) scan_.refuse("there is a second " + kind);
    *place = id;
  }

  void place(ValueId id, Value value) {
    if (id >= declared_.size()) {
      declared_.resize(id + 1, false);
      graph_.values.resize(id + 1);
    }
    declared_[id] = true;
    graph_.values[id] = std::move(value);
  }

  Shape inferred(const Node& node, uint32_t line) {
    if (!scan_.ok()) return {};
    const Result<Shape> shape = infer_shape(node);
    if (!shape.ok()) scan_.refuse(shape.error().what, line);
    return shape.ok() ? *shape : Shape{};
  }

  Result<Shape> infer_shape(const Node& node) const {
    const Rules& rule = rules(node.op);
    if (node.inputs.size() < rule.least_inputs || node.inputs.size() > std::max(rule.most_inputs, rule.device_inputs))
      return Error{
          .cause = Cause::usage, .what = std::string(rule.name) + " takes another number of inputs", .where = "", .todo = ""};
    return rule.shape(graph_, node);
  }

  // float32[1,1,128,6] "name" scale=[0.5] zero=-3
  Value typed() {
    Value value;
    const std::string type(scan_.word());
    bool found = false;
    for (const Type candidate : {Type::int4, Type::int8, Type::int16, Type::int32, Type::float32}) {
      if (type_name(candidate) != type) continue;
      value.type = candidate;
      found = true;
    }
    if (!found) scan_.refuse("'" + type + "' is no type");
    scan_.expect('[');
    for (size_t i = 0; i < 4; ++i) {
      if (i != 0) scan_.expect(',');
      value.shape[i] = scan_.natural(kMostDimension);
    }
    scan_.expect(']');
    if (scan_.next_is('"')) value.name = scan_.quoted();
    while (scan_.ok() && (scan_.next_is('s') || scan_.next_is('z'))) quantization(value.quantization);
    return value;
  }

  // No statement begins with s or z, so that these words need no mark of their own.
  void quantization(Quantization& quantization) {
    const std::string_view key = scan_.word();
    scan_.expect('=');
    if (key == "zero") {
      quantization.zero_point = scan_.integer();
    } else if (key == "scale") {
      scan_.expect('[');
      do {
        quantization.scale.push_back(scan_.number());
      } while (scan_.ok() && scan_.take(','));
      scan_.expect(']');
    } else {
      scan_.refuse("'" + std::string(key) + "' is neither scale nor zero");
    }
  }

  void held(Value& value) {
    const uint64_t count = scan_.ok() ? bounded_count(value.shape) : 0;
    if (count == 0) return scan_.refuse("a constant has between 1 and " + std::to_string(kMostElements) + " elements");
    scan_.expect('{');
    uint64_t held = 0;
    while (scan_.ok() && !scan_.take('}')) {
      const float real = value.type == Type::float32 ? scan_.number() : 0;
      const int32_t whole = value.type == Type::float32 ? 0 : scan_.integer();
      const uint32_t times = scan_.take('*') ? scan_.natural(kMostElements) : 1;
      held += times;
      if (held > count) return scan_.refuse("the constant has more than the " + std::to_string(count) + " values of its shape");
      if (value.type == Type::float32)
        value.floats.insert(value.floats.end(), times, real);
      else
        value.integers.insert(value.integers.end(), times, whole);
    }
    if (scan_.ok() && held != count)
      scan_.refuse("the constant has " + std::to_string(held) + " values, its shape " + std::to_string(count));
  }

  static uint64_t bounded_count(const Shape& shape) {
    uint64_t count = 1;
    for (const uint32_t dimension : shape) {
      count *= dimension;
      if (count == 0 || count > kMostElements) return 0;
    }
    return count;
  }

  Node operation(Op op, ValueId output) {
    Node node;
    node.op = op;
    node.output = output;
    scan_.expect('(');
    if (!scan_.next_is(')')) do {
        node.inputs.push_back(known());
        if (node.inputs.size() > 8) scan_.refuse("no operator takes so many inputs");
      } while (scan_.ok() && scan_.take(','));
    scan_.expect(')');
    while (scan_.ok() &&
           std::any_of(kAttributeLetters.begin(), kAttributeLetters.end(), [this](char letter) { return scan_.next_is(letter); }))
      if (!attribute(node)) break;
    return node;
  }

  bool attribute(Node& node) {
    const Scanner before = scan_;
    const std::string key(scan_.word());
    if (!scan_.take('=')) {
      scan_ = before;  // the next statement ("front nodes=...")
      return false;
    }
    if (key == "stride")
      naturals({&node.stride_height, &node.stride_width});
    else if (key == "filter")
      naturals({&node.filter_height, &node.filter_width});
    else if (key == "pad")
      naturals({&node.pad_top, &node.pad_left, &node.pad_bottom, &node.pad_right});
    else if (key == "clamp")
      clamp(node);
    else if (key == "dilation")
      naturals({&node.dilation_height, &node.dilation_width});
    else if (key == "numbers")
      integers(node.numbers);
    else if (key == "epsilon")
      node.epsilon = scan_.number();
    else if (key == "slope")
      node.slope = scan_.number();
    else
      scan_.refuse("there is no attribute '" + key + "'");
    return true;
  }

  void integers(std::array<int32_t, 8>& places) {
    for (size_t i = 0; i < places.size(); ++i) {
      scan_.expect(i == 0 ? '[' : ',');
      places[i] = scan_.integer();
    }
    scan_.expect(']');
  }

  void naturals(std::initializer_list<uint32_t*> places) {
    scan_.expect('[');
    bool first = true;
    for (uint32_t* place : places) {
      if (!first) scan_.expect(',');
      *place = scan_.natural(kMostDimension);
      first = false;
    }
    scan_.expect(']');
  }

  void clamp(Node& node) {
    scan_.expect('[');
    bound(&node.low);
    scan_.expect(',');
    bound(&node.high);
    scan_.expect(']');
  }

  void bound(float* place) {
    if (scan_.next_is('n')) {
      const Scanner before = scan_;
      if (scan_.word() == "none") return;
      scan_ = before;
    }
    *place = scan_.number();
  }

  // front nodes=2 input=%3 statistics=%4
  void front() {
    if (scan_.word() != "nodes") scan_.refuse("'nodes=' is missing");
    scan_.expect('=');
    graph_.front_nodes = scan_.natural(kMostValues);
    if (scan_.word() != "input") scan_.refuse("'input=' is missing");
    scan_.expect('=');
    graph_.inputs.push_back(known());
    if (!scan_.next_is('s')) return;
    if (scan_.word() != "statistics") scan_.refuse("'statistics=' is missing");
    scan_.expect('=');
    graph_.statistics = known();
  }

  Scanner scan_;
  Graph graph_;
  std::vector<bool> declared_;
};

}  // namespace

Result<Graph> from_text(std::string_view text, const std::string& where) {
  TRY(Graph graph, Reader(text, where).read());
  TRY_DO(verify(graph, where));
  return graph;
}

}  // namespace mote
