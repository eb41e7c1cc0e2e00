// What the verifier of graphs refuses, and by which words.
#include <gtest/gtest.h>

#include "quantize/test/graphs.h"

namespace mote {
namespace {

const char* const kGood = R"(mote-graph 1
  %0 = input float32[1,1,8,2] "x"
  %1 = constant float32[3,1,3,2] { 0.5*18 }
  %2 = constant float32[1,1,1,3] { 0.1*3 }
  %3 = conv_2d(%0, %1, %2) : float32[1,1,6,3] "conv"
  %4 = clamp(%3) clamp=[0, none]
  return %4)";

struct Damage {
  const char* name;
  void (*damage)(Graph&);
  const char* what;
};

class VerifyTest : public testing::TestWithParam<Damage> {};

TEST_P(VerifyTest, Refuses) {
  Graph graph = test::parsed(kGood);
  ASSERT_TRUE(verify(graph, "g").ok());
  GetParam().damage(graph);
  const Result<void> verdict = verify(graph, "g");
  ASSERT_FALSE(verdict.ok());
  EXPECT_EQ(verdict.error().what, GetParam().what);
  EXPECT_EQ(verdict.error().where, "g");
}

INSTANTIATE_TEST_SUITE_P(
    Every, VerifyTest,
    testing::Values(
        Damage{"WrongShape", [](Graph& g) { g.values[3].shape[2] = 7; },
               "node 0, conv_2d 'conv': its output has another shape than its inputs give"},
        Damage{"EmptyShape", [](Graph& g) { g.values[0].shape[2] = 0; }, "%0 'x' has a shape without elements or with too many"},
        Damage{"HugeShape",
               [](Graph& g) {
                 g.values[0].shape = {1u << 31, 1u << 31, 4, 1};
               },
               "%0 'x' has a shape without elements or with too many"},
        Damage{"ConstantTooShort", [](Graph& g) { g.values[2].floats.pop_back(); }, "%2 does not hold the 3 values of its shape"},
        Damage{"NotFinite", [](Graph& g) { g.values[2].floats[1] = INFINITY; }, "%2 holds a value that is not finite"},
        Damage{"ValuesOfNoConstant", [](Graph& g) { g.values[3].floats = {1}; }, "%3 'conv' is no constant and holds values"},
        Damage{"NoInput", [](Graph& g) { g.inputs = {kNoValue}; }, "the graph has no input"},
        Damage{"NoOutput", [](Graph& g) { g.outputs = {17}; }, "the graph has no output"},
        Damage{"OutputNeverMade", [](Graph& g) { g.nodes.pop_back(); }, "the output %4 is never made"},
        Damage{"WrongOrder", [](Graph& g) { std::swap(g.nodes[0], g.nodes[1]); }, "node 0, clamp: %3 is read before it is made"},
        Damage{"MadeTwice", [](Graph& g) { g.nodes[1].output = 3; }, "node 1, clamp 'conv': %3 is made twice"},
        Damage{"MakesAConstant", [](Graph& g) { g.nodes[1].output = 2; }, "node 1, clamp: %2 is made twice"},
        Damage{"TooFewInputs", [](Graph& g) { g.nodes[0].inputs = {0}; },
               "node 0, conv_2d 'conv': it takes another number of inputs than 1"},
        Damage{"UnknownInput", [](Graph& g) { g.nodes[0].inputs[1] = 99; },
               "node 0, conv_2d 'conv': it reads a value that does not exist"},
        Damage{"NoStride", [](Graph& g) { g.nodes[0].stride_width = 0; },
               "node 0, conv_2d 'conv': a stride or filter is 0 or too large"},
        Damage{"ClampTheWrongWay", [](Graph& g) { g.nodes[1].low = 3, g.nodes[1].high = 2; },
               "node 1, clamp: the clamp's low end is above its high end"},
        Damage{"BiasOfAnotherWidth", [](Graph& g) { g.values[2].shape[3] = 2, g.values[2].floats.pop_back(); },
               "node 0, conv_2d 'conv': its bias does not have one value per output channel"},
        Damage{"PaddingAsWideAsTheFilter", [](Graph& g) { g.nodes[0].pad_left = 3; },
               "node 0, conv_2d 'conv': the filter is larger than the padded input, or no larger than the padding"},
        Damage{"FrontWithoutRaw", [](Graph& g) { g.front_nodes = 1; }, "front nodes and a raw input come together or not at all"},
        Damage{"NoOperator", [](Graph& g) { g.nodes[1].op = static_cast<Op>(77); },
               "%4 is made by an operator that does not exist"}),
    [](const auto& info) { return std::string(info.param.name); });

}  // namespace
}  // namespace mote
