// The C interface: what opens, what it tells of a model, and that every way of running gives the same answer.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>

#include "device/kernels/operators.h"
#include "device/model/test/sample_models.h"
#include "mote/mote.h"

namespace mote {
namespace {

struct Open {
  AlignedBytes file, arena;
  mote_model model;
  mote_status status;

  explicit Open(const ModelBuilder& builder) : file(builder.build()), arena(builder.arena_bytes) {
    status = mote_open(&model, file.data(), file.size(), arena.data(), arena.size());
  }
};

std::vector<int8_t> random_input(size_t count, uint64_t seed) {
  Random random(seed);
  std::vector<int8_t> input(count);
  for (int8_t& value : input) value = static_cast<int8_t>(random.below(256));
  return input;
}

std::vector<int16_t> random_raw(size_t count, uint64_t seed) {
  Random random(seed);
  std::vector<int16_t> raw(count);
  for (int16_t& value : raw) value = static_cast<int16_t>(static_cast<int>(random.below(2000)) - 1000);
  return raw;
}

std::vector<int8_t> run(mote_model* model, const std::vector<int8_t>& input) {
  std::vector<int8_t> output(mote_output_bytes(model));
  mote_run(model, input.data(), output.data());
  return output;
}

TEST(Runtime, TellsTheTensorsOfAModel) {
  Open open(whole_model());
  ASSERT_EQ(open.status, MOTE_OK);
  const mote_tensor input = mote_input(&open.model, 0);
  EXPECT_EQ(input.count, 32u);
  EXPECT_EQ(input.shape[2], 16u);
  EXPECT_EQ(input.shape[3], 2u);
  EXPECT_EQ(input.scale, 0.03f);
  EXPECT_EQ(input.zero_point, 4);
  EXPECT_EQ(mote_output(&open.model, 0).count, 3u);
  EXPECT_EQ(mote_raw_input(&open.model).count, 32u);
  EXPECT_EQ(mote_statistics(&open.model).count, 4u);
}

TEST(Runtime, TellsThatAModelHasNoFrontEnd) {
  Open open(dense_model());
  ASSERT_EQ(open.status, MOTE_OK);
  EXPECT_EQ(mote_raw_input(&open.model).count, 0u);
  EXPECT_EQ(mote_statistics(&open.model).count, 0u);
}

TEST(Runtime, RefusesAnArenaThatIsTooSmallOrUnaligned) {
  const AlignedBytes file = dense_model().build();
  uint32_t needed = 0;
  ASSERT_EQ(mote_check(file.data(), file.size(), &needed, nullptr), MOTE_OK);
  AlignedBytes arena(needed + 16);
  mote_model model;
  EXPECT_EQ(mote_open(&model, file.data(), file.size(), arena.data(), needed), MOTE_OK);
  EXPECT_EQ(mote_open(&model, file.data(), file.size(), arena.data(), needed - 1), MOTE_ARENA_TOO_SMALL);
  EXPECT_EQ(mote_open(&model, file.data(), file.size(), arena.data() + 1, needed), MOTE_ARENA_TOO_SMALL);
}

TEST(Runtime, RefusesABrokenModelWithItsStatus) {
  AlignedBytes file = dense_model().build(), arena(1024);
  mote_model model;
  EXPECT_EQ(mote_open(&model, file.data(), file.size() - 1, arena.data(), arena.size()), MOTE_TRUNCATED);
  file[0] = 'X';
  EXPECT_EQ(mote_open(&model, file.data(), file.size(), arena.data(), arena.size()), MOTE_MALFORMED);
}

// The way over the front end and the way round it meet in the same answer.
TEST(Runtime, RunsTheSameFromRawWindowsAsFromTheirFrontEnd) {
  Open open(whole_model());
  ASSERT_EQ(open.status, MOTE_OK);
  for (uint64_t seed = 0; seed < 50; ++seed) {
    const std::vector<int16_t> raw = random_raw(32, seed);
    std::vector<int16_t> statistics(4), again(4);
    std::vector<int8_t> input(32), output(3);
    mote_run_raw(&open.model, raw.data(), statistics.data(), output.data());
    mote_front_end(&open.model, raw.data(), again.data(), input.data());
    EXPECT_EQ(statistics, again);
    EXPECT_EQ(run(&open.model, input), output);
    std::vector<int8_t> without(3);
    mote_run_raw(&open.model, raw.data(), nullptr, without.data());
    EXPECT_EQ(without, output);
  }
}

TEST(Runtime, AnswersDependOnTheInputAlone) {
  Open open(whole_model());
  ASSERT_EQ(open.status, MOTE_OK);
  std::vector<std::vector<int8_t>> answers;
  for (uint64_t seed = 0; seed < 20; ++seed) answers.push_back(run(&open.model, random_input(32, seed)));
  EXPECT_NE(answers.front(), answers.back()) << "the sample should not give one answer to everything";
  std::fill(open.arena.begin(), open.arena.end(), uint8_t{0xa5});
  for (uint64_t seed = 20; seed-- > 0;) EXPECT_EQ(run(&open.model, random_input(32, seed)), answers[seed]);
}

// A plan that uses places again must not change what is computed.
TEST(Runtime, AnswersDoNotDependOnThePlan) {
  ModelBuilder spread = image_model();
  spread.lay_out();
  Open tight(image_model()), wide(spread);
  ASSERT_EQ(tight.status, MOTE_OK);
  ASSERT_EQ(wide.status, MOTE_OK);
  ASSERT_LT(tight.arena.size(), wide.arena.size());
  for (uint64_t seed = 0; seed < 50; ++seed)
    EXPECT_EQ(run(&tight.model, random_input(90, seed)), run(&wide.model, random_input(90, seed)));
}

TEST(Runtime, TakesItsRoundingFromTheHeader) {
  ModelBuilder builder = whole_model();
  builder.self_test = {};
  Open twice(builder);
  builder.header.rounding = static_cast<uint8_t>(Rounding::single_rounding);
  Open once(builder);
  ASSERT_EQ(once.status, MOTE_OK);
  int different = 0;
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    const std::vector<int16_t> raw = random_raw(32, seed);
    std::vector<int8_t> a(32), b(32);
    mote_front_end(&twice.model, raw.data(), nullptr, a.data());
    mote_front_end(&once.model, raw.data(), nullptr, b.data());
    for (size_t i = 0; i < a.size(); ++i) {
      different += a[i] != b[i];
      ASSERT_LE(std::abs(a[i] - b[i]), 1);
    }
  }
  EXPECT_GT(different, 0);
}

TEST(Runtime, GivesTheSectionsThatItReads) {
  const ModelBuilder builder = whole_model();
  Open open(builder);
  uint32_t bytes = 0;
  const void* weights = mote_section(&open.model, static_cast<uint16_t>(SectionType::weights), &bytes);
  ASSERT_EQ(bytes, builder.weights.size());
  EXPECT_EQ(std::memcmp(weights, builder.weights.data(), bytes), 0);
  EXPECT_NE(mote_section(&open.model, static_cast<uint16_t>(SectionType::baseline), &bytes), nullptr);
  EXPECT_EQ(mote_section(&open.model, static_cast<uint16_t>(SectionType::state), &bytes), nullptr);
  EXPECT_EQ(bytes, 0u);
}

TEST(Runtime, SelfTestPassesOnTheRecordedOutputsOnly) {
  ModelBuilder builder = whole_model();
  Open good(builder);
  EXPECT_EQ(mote_self_test(&good.model), MOTE_OK);
  for (size_t i = 0; i < builder.self_test.outputs.size(); ++i) {
    ModelBuilder changed = builder;
    changed.self_test.outputs[i] ^= 1;
    Open bad(changed);
    ASSERT_EQ(bad.status, MOTE_OK);
    EXPECT_EQ(mote_self_test(&bad.model), MOTE_SELF_TEST_FAILED) << i;
  }
  builder.self_test = {};
  Open none(builder);
  EXPECT_EQ(mote_self_test(&none.model), MOTE_OK);
}

TEST(Runtime, SelfTestSeesAWeightThatChanged) {
  ModelBuilder builder = whole_model();
  for (int8_t *weight = builder.values<int8_t>(builder.nodes[6].inputs[1]), *end = weight + 24; weight != end; ++weight)
    *weight = static_cast<int8_t>(-*weight);
  Open changed(builder);
  ASSERT_EQ(changed.status, MOTE_OK);
  EXPECT_EQ(mote_self_test(&changed.model), MOTE_SELF_TEST_FAILED);
}

using Builders = std::vector<ModelBuilder (*)()>;
const Builders kSamples = {dense_model,  whole_model,    image_model, residual_model,
                           rolled_model, elements_model, float_model, stream_model};

TEST(Runtime, StepsGiveWhatARunGives) {
  for (const auto sample : kSamples) {
    Open whole(sample()), stepped(sample());
    ASSERT_EQ(stepped.status, MOTE_OK);
    const std::vector<int8_t> input = random_input(mote_input_bytes(&whole.model), 1);
    std::vector<int8_t> output(mote_output_bytes(&stepped.model));
    mote_begin(&stepped.model, input.data());
    size_t steps = 1;
    while (mote_step(&stepped.model) != 0) ++steps;
    mote_end(&stepped.model, output.data());
    EXPECT_EQ(output, run(&whole.model, input));
    EXPECT_GE(steps, 2u);
    const std::vector<uint8_t> arena(stepped.arena.begin(), stepped.arena.end());
    EXPECT_EQ(mote_step(&stepped.model), 0) << "after the last step there is nothing to do";
    EXPECT_TRUE(std::equal(arena.begin(), arena.end(), stepped.arena.begin()));
  }
}

TEST(Runtime, HasNothingToDoBeforeItBegins) {
  Open open(dense_model());
  std::fill(open.arena.begin(), open.arena.end(), uint8_t{0xa5});
  EXPECT_EQ(mote_step(&open.model), 0);
  EXPECT_TRUE(std::all_of(open.arena.begin(), open.arena.end(), [](uint8_t byte) { return byte == 0xa5; }));
}

TEST(Runtime, ModelsTakeTurnsStepByStep) {
  std::vector<std::unique_ptr<Open>> models;
  std::vector<std::vector<int8_t>> inputs, expected;
  for (const auto sample : kSamples) {
    models.push_back(std::make_unique<Open>(sample()));
    inputs.push_back(random_input(mote_input_bytes(&models.back()->model), models.size()));
    expected.push_back(run(&models.back()->model, inputs.back()));
    mote_reset(&models.back()->model);
  }
  for (size_t i = 0; i < models.size(); ++i) mote_begin(&models[i]->model, inputs[i].data());
  bool more = true;
  while (more) {
    more = false;
    for (const std::unique_ptr<Open>& model : models) more = mote_step(&model->model) != 0 || more;
  }
  for (size_t i = 0; i < models.size(); ++i) {
    std::vector<int8_t> output(expected[i].size());
    mote_end(&models[i]->model, output.data());
    EXPECT_EQ(output, expected[i]) << i;
  }
}

TEST(Runtime, BeginsAnewInTheMiddleOfARun) {
  Open open(rolled_model());
  const std::vector<int8_t> input = random_input(48, 3), other = random_input(48, 4);
  const std::vector<int8_t> expected = run(&open.model, input);
  mote_begin(&open.model, other.data());
  for (int i = 0; i < 5; ++i) ASSERT_NE(mote_step(&open.model), 0);
  EXPECT_EQ(run(&open.model, input), expected);
  EXPECT_EQ(mote_step(&open.model), 0);
}

struct Seen {
  mote_moment moment;
  mote_call call;
};

std::vector<Seen> seen_while(mote_model* model, const std::function<void()>& work) {
  std::vector<Seen> seen;
  mote_set_hook(
      model,
      [](void* context, mote_moment moment, const mote_call* call) {
        static_cast<std::vector<Seen>*>(context)->push_back({moment, *call});
      },
      &seen);
  work();
  mote_set_hook(model, nullptr, nullptr);
  return seen;
}

std::string calls_of(const std::vector<Seen>& seen) {
  std::string text;
  for (const Seen& one : seen)
    if (one.moment == MOTE_CALL_ENDS)
      text +=
          std::to_string(one.call.node) + ":" + std::to_string(one.call.first_row) + "-" + std::to_string(one.call.end_row) + " ";
  return text;
}

TEST(Runtime, ShowsAHookEveryCallInItsOrder) {
  Open open(rolled_model());
  const std::vector<int8_t> input = random_input(48, 1);
  const std::vector<Seen> seen = seen_while(&open.model, [&] { run(&open.model, input); });
  EXPECT_EQ(calls_of(seen), "0:0-1 1:0-1 2:0-1 0:1-2 1:1-2 2:1-2 0:2-3 1:2-3 2:2-3 0:3-4 1:3-4 2:3-4 3:0-1 ");
  ASSERT_EQ(seen.size(), 26u);
  for (size_t i = 0; i < seen.size(); i += 2) {
    EXPECT_EQ(seen[i].moment, MOTE_CALL_BEGINS);
    EXPECT_EQ(seen[i].call.node, seen[i + 1].call.node);
    EXPECT_EQ(seen[i].call.code, rolled_model().nodes[seen[i].call.node].operator_code);
  }
  EXPECT_TRUE(seen_while(&open.model, [] {}).empty());
}

TEST(Runtime, ShowsAHookTheFrontEndAndTheSelfTest) {
  Open open(whole_model());
  const std::vector<int16_t> raw = random_raw(32, 1);
  std::vector<int8_t> input(32), output(3);
  const auto front = [&] { mote_front_end(&open.model, raw.data(), nullptr, input.data()); };
  EXPECT_EQ(calls_of(seen_while(&open.model, front)), "0:0-1 1:0-1 ");
  const auto all = [&] { mote_run_raw(&open.model, raw.data(), nullptr, output.data()); };
  EXPECT_EQ(seen_while(&open.model, all).size(), 2 * whole_model().nodes.size());
  EXPECT_EQ(seen_while(&open.model, [&] { mote_self_test(&open.model); }).size(), 2 * 2 * 6u);
}

TEST(Runtime, StepsWhileAHookCounts) {
  Open open(rolled_model());
  const std::vector<int8_t> input = random_input(48, 1);
  size_t steps = 1;
  const std::vector<Seen> seen = seen_while(&open.model, [&] {
    mote_begin(&open.model, input.data());
    while (mote_step(&open.model) != 0) ++steps;
  });
  EXPECT_EQ(seen.size(), 2 * steps);
}

TEST(Runtime, BindsWhatItHasOpened) {
  for (const auto sample : kSamples) {
    Open open(sample());
    const std::vector<int8_t> input = random_input(mote_input_bytes(&open.model), 1);
    const std::vector<int8_t> expected = run(&open.model, input);
    mote_model bound;
    ASSERT_EQ(mote_bind(&bound, open.file.data(), open.file.size(), open.arena.data(), open.arena.size()), MOTE_OK);
    EXPECT_EQ(run(&bound, input), expected);
    EXPECT_EQ(mote_self_test(&bound), MOTE_OK);
  }
}

TEST(Runtime, BindRefusesWhatItCanTellCheaply) {
  Open open(dense_model());
  AlignedBytes& file = open.file;
  AlignedBytes shifted(file.size() + 16), arena(open.arena.size() + 16);
  std::copy(file.begin(), file.end(), shifted.begin() + 1);
  mote_model model;
  const auto bound = [&](const uint8_t* bytes, size_t count, uint8_t* to, size_t room) {
    return mote_bind(&model, bytes, count, to, room);
  };
  const size_t needed = open.arena.size();
  EXPECT_EQ(bound(file.data(), file.size(), arena.data(), needed), MOTE_OK);
  EXPECT_EQ(bound(file.data(), file.size(), arena.data(), needed - 1), MOTE_ARENA_TOO_SMALL);
  EXPECT_EQ(bound(file.data(), file.size(), arena.data() + 8, needed), MOTE_ARENA_TOO_SMALL);
  EXPECT_EQ(bound(shifted.data() + 1, file.size(), arena.data(), needed), MOTE_MALFORMED);
  for (size_t count = 0; count < file.size(); ++count) EXPECT_EQ(bound(file.data(), count, arena.data(), needed), MOTE_TRUNCATED);
  ModelBuilder unknown = dense_model();
  unknown.nodes[1].operator_code = 999;
  const AlignedBytes other = unknown.build();
  EXPECT_EQ(bound(other.data(), other.size(), arena.data(), needed), MOTE_UNKNOWN_OPERATOR);
}

TEST(Runtime, NamesOperatorsByTheirCode) {
  EXPECT_STREQ(mote_operator_name(1), "conv_2d");
  EXPECT_STREQ(mote_operator_name(32), "reshape");
  EXPECT_STREQ(mote_operator_name(0), "unknown");
  EXPECT_STREQ(mote_operator_name(999), "unknown");
}

// The scores are log softmax of the largest of each row; the largest score is where arg_max says.
TEST(Runtime, RunsFromFloatsToFloatsAndPlaces) {
  Open open(float_model());
  ASSERT_EQ(open.status, MOTE_OK);
  Random random(9);
  std::vector<int> seen(5);
  for (int i = 0; i < 200; ++i) {
    float input[48];
    for (float& x : input) x = static_cast<float>(random.uniform(-6, 6));
    mote_run(&open.model, input, nullptr);
    const auto* scores = static_cast<const float*>(mote_output(&open.model, 0).data);
    const auto* places = static_cast<const int32_t*>(mote_output(&open.model, 1).data);
    for (int row = 0; row < 2; ++row) {
      const float* of = scores + 5 * row;
      EXPECT_EQ(places[row], std::max_element(of, of + 5) - of);
      EXPECT_LE(of[places[row]], 0);
      ++seen[static_cast<size_t>(places[row])];
    }
  }
  EXPECT_GT(std::count_if(seen.begin(), seen.end(), [](int times) { return times > 0; }), 2) << "many answers";
}

std::vector<std::vector<int8_t>> answers_to(mote_model* model, int windows, uint64_t seed) {
  std::vector<std::vector<int8_t>> answers;
  for (int i = 0; i < windows; ++i) answers.push_back(run(model, random_input(2, seed + static_cast<uint64_t>(i))));
  return answers;
}

TEST(Runtime, RemembersFromRunToRunUntilItIsReset) {
  Open open(stream_model());
  ASSERT_EQ(open.status, MOTE_OK);
  const auto first = answers_to(&open.model, 10, 1);
  EXPECT_NE(answers_to(&open.model, 10, 1), first) << "it goes on from what it has heard";
  mote_reset(&open.model);
  EXPECT_EQ(answers_to(&open.model, 10, 1), first);
  Open again(stream_model());
  std::fill(again.arena.begin(), again.arena.end(), uint8_t{0x5a});
  ASSERT_EQ(mote_open(&again.model, again.file.data(), again.file.size(), again.arena.data(), again.arena.size()), MOTE_OK);
  EXPECT_EQ(answers_to(&again.model, 10, 1), first) << "whatever the arena held";
}

// The last four places, and half of the sum before and what came.
TEST(Runtime, AStateIsWhatTheLastRunAssigned) {
  const ModelBuilder builder = stream_model();
  Open open(builder);
  std::vector<int8_t> heard(6, 4);
  int32_t sum[] = {10, -20};
  for (uint64_t seed = 0; seed < 40; ++seed) {
    const std::vector<int8_t> input = random_input(2, seed);
    heard.insert(heard.end(), input.begin(), input.end());
    const std::vector<int8_t> output = run(&open.model, input);
    const auto* four = static_cast<const uint8_t*>(open.arena.data()) + builder.offsets[builder.nodes[3].inputs[0]];
    EXPECT_EQ(std::memcmp(four, heard.data() + heard.size() - 8, 8), 0);
    for (size_t c = 0; c < 2; ++c) {
      EXPECT_NEAR(output[3 + c] - 4, (sum[c] - 4 + input[c] - 4) / 2.0, 0.51);
      sum[c] = output[3 + c];
    }
  }
}

TEST(Runtime, SelfTestsBeginAndEndWithoutAMemory) {
  ModelBuilder builder = stream_model();
  add_self_test(&builder, 6);
  Open open(builder);
  const auto first = answers_to(&open.model, 10, 1);
  EXPECT_EQ(mote_self_test(&open.model), MOTE_OK);
  EXPECT_EQ(answers_to(&open.model, 10, 1), first);
}

constexpr uint16_t kCodes[] = {
#define MOTE_OPERATOR(code, name, inputs, since, access) code,
#include "device/model/operators.def"
#undef MOTE_OPERATOR
};

TEST(Runtime, FindsEveryOperatorByItsCodeAndNoOther) {
  for (uint32_t code = 0; code <= UINT16_MAX; ++code) {
    const Operator* known = find_operator(static_cast<uint16_t>(code));
    const bool listed = std::find(std::begin(kCodes), std::end(kCodes), code) != std::end(kCodes);
    ASSERT_EQ(known != nullptr, listed) << code;
    if (listed) {
      EXPECT_EQ(known->code, code);
    }
  }
}

}  // namespace
}  // namespace mote
