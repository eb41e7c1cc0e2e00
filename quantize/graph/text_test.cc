// The text form: there and back bit for bit, and errors that name the line.
#include <gmock/gmock.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "quantize/test/any_text.h"
#include "quantize/test/graphs.h"

namespace mote {
namespace {

bool same(const Value& a, const Value& b) {
  return a.name == b.name && a.shape == b.shape && a.type == b.type && a.constant == b.constant && a.integers == b.integers &&
         a.quantization.scale == b.quantization.scale && a.quantization.zero_point == b.quantization.zero_point &&
         a.floats.size() == b.floats.size() &&
         std::equal(a.floats.begin(), a.floats.end(), b.floats.begin(),
                    [](float x, float y) { return std::bit_cast<uint32_t>(x) == std::bit_cast<uint32_t>(y); });
}

bool same(const Node& a, const Node& b) {
  return a.op == b.op && a.inputs == b.inputs && a.output == b.output && a.stride_height == b.stride_height &&
         a.stride_width == b.stride_width && a.filter_height == b.filter_height && a.filter_width == b.filter_width &&
         a.pad_top == b.pad_top && a.pad_left == b.pad_left && a.pad_bottom == b.pad_bottom && a.pad_right == b.pad_right &&
         a.low == b.low && a.high == b.high && a.epsilon == b.epsilon && a.numbers == b.numbers &&
         a.dilation_height == b.dilation_height && a.dilation_width == b.dilation_width;
}

bool same(const Graph& a, const Graph& b) {
  if (a.values.size() != b.values.size() || a.nodes.size() != b.nodes.size()) return false;
  for (size_t i = 0; i < a.values.size(); ++i)
    if (!same(a.values[i], b.values[i])) return false;
  for (size_t i = 0; i < a.nodes.size(); ++i)
    if (!same(a.nodes[i], b.nodes[i])) return false;
  return a.inputs == b.inputs && a.outputs == b.outputs && a.raw_input == b.raw_input && a.statistics == b.statistics &&
         a.front_nodes == b.front_nodes;
}

TEST(GraphText, GivesRandomNetworksBackBitForBit) {
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    const Graph graph = test::random_network(seed, 24, 3, 4);
    const Result<Graph> again = from_text(to_text(graph), "again");
    ASSERT_TRUE(again.ok()) << again.error().line();
    EXPECT_TRUE(same(graph, *again)) << "seed " << seed;
  }
}

TEST(GraphText, KeepsTheEndsOfTheFloats) {
  Graph graph = test::parsed(R"(mote-graph 1
    %0 = input float32[1,1,1,10]
    %1 = constant float32[1,1,1,10] { 0*10 }
    %2 = constant float32[1,1,1,10] { 0*10 }
    %3 = constant float32[1,1,1,10] { 0*10 }
    %4 = constant float32[1,1,1,10] { 1*10 }
    %5 = batch_norm(%0, %1, %2, %3, %4) epsilon=0.001
    return %5)");
  using Limits = std::numeric_limits<float>;
  graph.values[1].floats = {0.0f, -0.0f,    Limits::denorm_min(),       -Limits::min(), Limits::max(), Limits::lowest(),
                            0.1f, 1.0f / 3, std::nextafter(1.0f, 2.0f), -1e-40f};
  const Graph again = test::parsed(to_text(graph));
  EXPECT_TRUE(same(graph, again)) << to_text(graph);
}

TEST(GraphText, KeepsNamesWithAnyByte) {
  Graph graph = test::random_network(1, 8, 1, 2);
  graph.values[graph.input()].name = "a \"quoted\" \\ name\n\t\x01\xff # no comment";
  EXPECT_TRUE(same(graph, test::parsed(to_text(graph))));
}

TEST(GraphText, KeepsAQuantizedGraphWithItsFrontEnd) {
  const std::string text = R"(mote-graph 1
%0 = raw_input int16[1,1,4,1] "raw" scale=[0x1p+0]
%1 = constant int32[1,1,3,1] { -70000 1073741824 -12 }
%2 = constant int8[2,1,1,1] "w" scale=[0x1p-7,0x1p-6] { -127 127 }
%3 = constant int32[1,1,1,2] { 5*2 }
%4 = constant int32[1,1,2,2] { 1073741824*2 -3 -4 }
%5 = standardize(%0, %1) : int8[1,1,4,1] "input" scale=[0x1.8p-5] zero=-7
%6 = mean_rms(%0) : int16[1,1,1,2] scale=[0x1p+0]
%7 = conv_2d(%5, %2, %3, %4) stride=[1,2] clamp=[0,none] : int8[1,1,2,2] scale=[0x1p-4] zero=-128
front nodes=2 input=%5 statistics=%6
return %7
)";
  const Graph graph = test::parsed(text);
  EXPECT_EQ(to_text(graph), [&] {  // constants stand on lines of their own
    std::string expected = text;
    for (size_t at = expected.find('{'); at != std::string::npos; at = expected.find('{', at + 4))
      expected.replace(at, 2, "{\n  ");
    return expected;
  }());
  EXPECT_EQ(graph.front_nodes, 2u);
  EXPECT_EQ(graph.input(), 5u);
}

TEST(GraphText, KeepsStatesAndWhatIsAssignedToThem) {
  const std::string text =
      "mote-graph 1\n"
      "%0 = input int8[1,1,1,2] \"x\" scale=[0x1p-1] zero=3\n"
      "%1 = state int8[1,1,1,2] \"last\" scale=[0x1p-1] zero=3\n"
      "%2 = state int8[1,1,1,2] scale=[0x1p-1] zero=3 {\n  1 -2 }\n"
      "%3 = maximum(%0, %1) : int8[1,1,1,2] scale=[0x1p-1] zero=3\n"
      "%4 = maximum(%2, %3) : int8[1,1,1,2] scale=[0x1p-1] zero=3\n"
      "assign %1 = %0\n"
      "assign %2 = %4\n"
      "return %4\n";
  const Result<Graph> graph = from_text(text, "test");
  ASSERT_TRUE(graph.ok()) << graph.error().line();
  EXPECT_EQ(to_text(*graph), text);
  const auto changed = [&](const std::string& what, const std::string& into) {
    std::string other = text;
    other.replace(other.find(what), what.size(), into);
    const Result<Graph> read = from_text(other, "test");
    return read.ok() ? "" : read.error().what;
  };
  EXPECT_THAT(changed("assign %2 = %4\n", ""), testing::HasSubstr("the state %2 is never assigned"));
  EXPECT_THAT(changed("assign %2", "assign %1"), testing::HasSubstr("made twice"));
  EXPECT_THAT(changed("assign %2", "assign %0"), testing::HasSubstr("no state"));
  EXPECT_THAT(changed("{\n  1 -2 }", "{ 1 }"), testing::HasSubstr("has 1 values"));
  EXPECT_THAT(changed("{\n  1 -2 }", "{ 1 200 }"), testing::HasSubstr("outside its type"));
}

TEST(GraphText, InfersTheShapesThatAreLeftOut) {
  const Graph graph = test::parsed(R"(mote-graph 1
    %0 = input float32[1,1,16,2]
    %1 = constant float32[5,1,3,2] { 0.5*30 }
    %2 = conv_2d(%0, %1) stride=[1,2] pad=[0,1,0,1]   # padded
    %3 = max_pool_2d(%2) filter=[1,3] stride=[1,2]
    %4 = mean(%3)
    return %4)");
  EXPECT_EQ(graph.values[2].shape, (Shape{1, 1, 8, 5}));
  EXPECT_EQ(graph.values[3].shape, (Shape{1, 1, 3, 5}));
  EXPECT_EQ(graph.values[4].shape, (Shape{1, 1, 1, 5}));
}

struct TextMistake {
  const char* name;
  const char* text;
  const char* error;
};

class GraphTextMistakes : public testing::TestWithParam<TextMistake> {};

TEST_P(GraphTextMistakes, AreOneClearLine) {
  const Result<Graph> graph = from_text(GetParam().text, "run/float.graph");
  ASSERT_FALSE(graph.ok());
  EXPECT_EQ(graph.error().line(), GetParam().error);
}

INSTANTIATE_TEST_SUITE_P(
    Every, GraphTextMistakes,
    testing::Values(
        TextMistake{"Empty", "", "run/float.graph:1: a word is missing"},
        TextMistake{"OtherVersion", "mote-graph 2", "run/float.graph:1: the text does not begin with 'mote-graph 1'"},
        TextMistake{"NoReturn", "mote-graph 1\n%0 = input float32[1,1,1,1]\n",
                    "run/float.graph:3: the text ends without 'return'"},
        TextMistake{"ReadBeforeDeclared", "mote-graph 1\n%0 = input float32[1,1,1,1]\n%1 = clamp(%2)\nreturn %1",
                    "run/float.graph:3: %2 is read before it is declared"},
        TextMistake{"DeclaredTwice", "mote-graph 1\n%0 = input float32[1,1,1,1]\n%0 = clamp(%0)\nreturn %0",
                    "run/float.graph:3: %0 is declared twice"},
        TextMistake{"NoSuchOperator", "mote-graph 1\n%0 = input float32[1,1,1,1]\n%1 = tangent(%0)\nreturn %1",
                    "run/float.graph:3: there is no operator 'tangent'"},
        TextMistake{"NoSuchAttribute", "mote-graph 1\n%0 = input float32[1,1,1,1]\n%1 = clamp(%0) speed=3\nreturn %1",
                    "run/float.graph:3: there is no attribute 'speed'"},
        TextMistake{"NoNumber", "mote-graph 1\n%0 = constant float32[1,1,1,2] { 1 0x }\nreturn %0",
                    "run/float.graph:2: '0x' is no number that a float holds"},
        TextMistake{"TooManyValues", "mote-graph 1\n%0 = constant float32[1,1,1,2] { 1*3 }\nreturn %0",
                    "run/float.graph:2: the constant has more than the 2 values of its shape"},
        TextMistake{"TooFewValues", "mote-graph 1\n%0 = constant float32[1,1,1,2]\n { 1 }\nreturn %0",
                    "run/float.graph:3: the constant has 1 values, its shape 2"},
        TextMistake{"HugeConstant", "mote-graph 1\n%0 = constant float32[65535,65535,1,2] { 1 }\nreturn %0",
                    "run/float.graph:2: a constant has between 1 and 16777216 elements"},
        TextMistake{"OpenName", "mote-graph 1\n%0 = input float32[1,1,1,1] \"abc\nreturn %0",
                    "run/float.graph:2: the name has no closing quotation mark"},
        TextMistake{"EndsInAConstant", "mote-graph 1\n%0 = constant float32[1,1,1,2] { 1",
                    "run/float.graph:2: '' is no number that a "
                    "float holds"},
        TextMistake{"TextAfterReturn", "mote-graph 1\n%0 = input float32[1,1,1,1]\nreturn %0\nmore",
                    "run/float.graph:4: there is text after 'return'"},
        TextMistake{"Hole", "mote-graph 1\n%0 = input float32[1,1,1,1]\n%2 = clamp(%0)\nreturn %2",
                    "run/float.graph:4: %1 is never declared"},
        TextMistake{
            "ShapesThatDoNotFit",
            "mote-graph 1\n%0 = input float32[1,1,4,3]\n%1 = constant float32[2,1,1,2] { 1*4 }\n%2 = conv_2d(%0, %1)\nreturn %2",
            "run/float.graph:4: its weights take 2 channels, its input has 3"}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(GraphText, SurvivesEveryTruncationAndManyMutations) {
  const std::string text = to_text(test::random_network(3, 8, 2, 2));
  for (size_t end = 0; end < text.size(); end += 1 + end / 64) read_any_text(reinterpret_cast<const uint8_t*>(text.data()), end);
  Random random(5);
  const std::string alphabet = "%=[]{}(),:*\"\\ \n0123456789abcdefxpin-.";
  for (int i = 0; i < 3000; ++i) {
    std::string mutant = text.substr(0, 200 + random.below(text.size() - 200));
    for (uint64_t changes = 1 + random.below(4); changes > 0; --changes)
      mutant[random.below(mutant.size())] = alphabet[random.below(alphabet.size())];
    if (random.below(2) == 0) mutant += text.substr(mutant.size());
    read_any_text(reinterpret_cast<const uint8_t*>(mutant.data()), mutant.size());
  }
}

}  // namespace
}  // namespace mote
