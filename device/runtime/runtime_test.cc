// The C interface: what opens, what it tells of a model, and that every way of running gives the same answer.
#include <gtest/gtest.h>

#include <algorithm>

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
