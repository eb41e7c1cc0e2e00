// Resource variables from run to run: what a run reads is what the last one assigned.
#include <gmock/gmock.h>

#include "quantize/test/tflite_draft.h"

namespace mote {
namespace {

using test::TfliteDraft;
using testing::HasSubstr;

enum VariableCode { kMaximumCode = 55, kCallOnce = 129, kVarHandle = 142, kReadVariable = 143, kAssignVariable = 144 };
constexpr int8_t kResourceType = 13;

struct StreamDraft : TfliteDraft {
  int32_t handle(const std::string& name) {
    tflite::VarHandleOptionsT options;
    options.shared_name = name;
    const int32_t to = tensor({1}, 1, 0, kResourceType);
    node_new(kVarHandle, {}, {to}, options);
    return to;
  }
  int32_t read(const std::string& name, float scale = 0.5f, int64_t zero_point = 3) {
    const int32_t from = handle(name), to = tensor({1, 2}, scale, zero_point);
    node(kReadVariable, {from}, {to}, /*old_field=*/false);
    return to;
  }
  void assign(const std::string& name, int32_t value) { node(kAssignVariable, {handle(name), value}, {}, /*old_field=*/false); }
  int32_t maximum(int32_t a, int32_t b) {
    const int32_t to = tensor({1, 2}, 0.5f, 3);
    node(kMaximumCode, {a, b}, {to});
    return to;
  }
  void call_once(int32_t subgraph) {
    tflite::CallOnceOptionsT options;
    options.init_subgraph_index = subgraph;
    node_new(kCallOnce, {}, {}, options);
  }

 private:
  template <typename OptionsT>
  void node_new(int code, std::vector<int32_t> inputs, std::vector<int32_t> outputs, const OptionsT& given) {
    node_with(code, std::move(inputs), std::move(outputs), given);
    model.operator_codes.back()->deprecated_builtin_code = 127;
    model.operator_codes.back()->builtin_code = code;
  }
};

TEST(Variables, KeepTheLargestSoFar) {
  StreamDraft draft;
  const int32_t x = draft.input({1, 2}), y = draft.maximum(draft.read("most"), x);
  draft.assign("most", y);
  draft.graph().outputs = {y};
  EXPECT_EQ(draft.run({5, -9, 2, 7, -1, 60, 4, 4}), (std::vector<int8_t>{5, 3, 5, 7, 5, 60, 5, 60})) << "from the zero point on";
}

TEST(Variables, BeginAsTheFileSays) {
  StreamDraft draft;
  draft.call_once(1);
  const int32_t x = draft.input({1, 2}), y = draft.maximum(draft.read("most"), x);
  draft.assign("most", y);
  draft.graph().outputs = {y};
  draft.begin_subgraph();
  draft.assign("most", draft.constant({1, 2}, {-50, 50}));
  EXPECT_EQ(draft.run({5, -9, 2, 70}), (std::vector<int8_t>{5, 50, 5, 70}));
}

// Whoever holds what was read before the assignment keeps it; whoever reads behind it gets what was assigned.
TEST(Variables, ReadsAreInTheOrderOfTheFile) {
  StreamDraft draft;
  const int32_t x = draft.input({1, 2}), before = draft.read("last");
  draft.assign("last", x);
  const int32_t behind = draft.read("last"), sum = draft.maximum(before, behind);
  draft.graph().outputs = {before, behind, sum};
  EXPECT_EQ(draft.run({10, 20, 5, 30}), (std::vector<int8_t>{3, 3, 10, 20, 10, 20, 10, 20, 5, 30, 10, 30}));
}

TEST(Variables, MoveFromOneToTheNext) {
  StreamDraft draft;
  const int32_t x = draft.input({1, 2}), first = draft.read("first"), second = draft.read("second");
  draft.assign("second", first);
  draft.assign("first", x);
  draft.graph().outputs = {second};
  EXPECT_EQ(draft.run({1, 2, 10, 20, 100, 101, 7, 7}), (std::vector<int8_t>{3, 3, 3, 3, 1, 2, 10, 20})) << "two runs late";
}

TEST(Variables, ChangePlaces) {
  StreamDraft draft;
  draft.call_once(1);
  const int32_t x = draft.input({1, 2}), a = draft.read("a"), b = draft.read("b");
  draft.assign("a", b);
  draft.assign("b", a);
  draft.graph().outputs = {draft.maximum(a, x), draft.maximum(b, x)};
  draft.begin_subgraph();
  draft.assign("a", draft.constant({1, 2}, {1, 2}));
  draft.assign("b", draft.constant({1, 2}, {3, 4}));
  EXPECT_EQ(draft.run({-100, -100, -100, -100, -100, -100}), (std::vector<int8_t>{1, 2, 3, 4, 3, 4, 1, 2, 1, 2, 3, 4}));
}

TEST(Variables, StayWhatTheyAreWhenNothingIsAssigned) {
  StreamDraft draft;
  draft.call_once(1);
  const int32_t x = draft.input({1, 2});
  draft.graph().outputs = {draft.maximum(draft.read("floor"), x)};
  draft.begin_subgraph();
  draft.assign("floor", draft.constant({1, 2}, {-5, 15}));
  EXPECT_EQ(draft.run({-10, -10, 20, 20}), (std::vector<int8_t>{-5, 15, 20, 20}));
}

// TensorFlow Lite Micro fills with the zero point of what is assigned, whatever the reader's is.
TEST(Variables, BeginAsTheZeroPointOfWhatIsAssigned) {
  StreamDraft draft;
  const int32_t x = draft.input({1, 2}, 0.5f, -20), y = draft.read("last", 0.25f, 9);
  draft.assign("last", x);
  draft.graph().outputs = {y};
  EXPECT_EQ(draft.run({1, 2, 3, 4}), (std::vector<int8_t>{-20, -20, 1, 2}));
}

TEST(Variables, RefusesWhatItCannotFollow) {
  StreamDraft late;
  const int32_t x = late.input({1, 2}), y = late.maximum(late.read("most"), x);
  late.assign("most", y);
  late.call_once(1);
  late.graph().outputs = {y};
  late.begin_subgraph();
  late.assign("most", late.constant({1, 2}, {-50, 50}));
  EXPECT_THAT(late.refusal(), HasSubstr("after it was used"));

  StreamDraft computes;
  computes.call_once(1);
  computes.graph().outputs = {computes.maximum(computes.input({1, 2}), computes.read("most"))};
  computes.begin_subgraph();
  const int32_t one = computes.constant({1, 2}, {-50, 50});
  computes.assign("most", computes.maximum(one, one));
  EXPECT_THAT(computes.refusal(), HasSubstr("more than give variables a constant"));

  StreamDraft nowhere;
  nowhere.call_once(7);
  nowhere.graph().outputs = {nowhere.maximum(nowhere.input({1, 2}), nowhere.read("most"))};
  EXPECT_THAT(nowhere.refusal(), HasSubstr("subgraph that does not exist"));

  StreamDraft wide;
  wide.assign("most", wide.input({1, 3}));
  wide.graph().outputs = {wide.read("most")};
  EXPECT_THAT(wide.refusal(), HasSubstr("another type or size"));

  StreamDraft none;
  const int32_t in = none.input({1, 2});
  none.node(kReadVariable, {in}, {none.output({1, 2})}, /*old_field=*/false);
  EXPECT_THAT(none.refusal(), HasSubstr("has no variable"));
}

}  // namespace
}  // namespace mote
