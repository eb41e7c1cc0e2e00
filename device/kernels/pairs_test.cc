// The runs of two operands against an element at a time: whole tensors and rings, second operands of every length.
#include "device/kernels/pairs.h"

#include <gtest/gtest.h>

#include "device/kernels/test/draw.h"

namespace mote {
namespace {

// x [1, height, 1, row], an operand and an output in an arena. Rings hold fewer rows than there are.
struct PairModel {
  TensorRecord tensors[3] = {};
  NodeRecord record = {};
  uint32_t offsets[3];
  uint16_t held[3];
  std::vector<uint8_t> arena;
  Model model = {};

  PairModel(uint32_t height, uint32_t row, uint32_t operand, bool second_is_constant, uint16_t rows_held) {
    const uint32_t count = height * row;
    for (TensorRecord& tensor : tensors) {
      tensor = {
          {1, height, 1, row}, 1, 0, 0, static_cast<uint8_t>(TensorType::int8), static_cast<uint8_t>(TensorKind::activation), 0};
      held[&tensor - tensors] = rows_held;
      offsets[&tensor - tensors] = static_cast<uint32_t>(&tensor - tensors) * count;
    }
    if (operand != count) {
      tensors[1].shape[1] = 1;
      tensors[1].shape[3] = operand;
      held[1] = 1;
    }
    arena.resize(3 * count);
    if (second_is_constant) tensors[1].kind = static_cast<uint8_t>(TensorKind::constant);
    tensors[1].offset = offsets[1];
    record.input_count = 2;
    record.inputs[1] = 1;
    record.output = 2;
    model.arena = arena.data();
    model.weights = arena.data();
    model.tensors = tensors;
    model.nodes = &record;
    model.offsets = offsets;
    model.held = held;
  }
};

void expect_runs(Random& random, uint32_t height, uint32_t row, uint32_t operand, bool constant, uint16_t held) {
  PairModel pair(height, row, operand, constant, held);
  const auto values = draw_int8(random, pair.arena.size());
  std::copy(values.begin(), values.end(), reinterpret_cast<int8_t*>(pair.arena.data()));
  const uint32_t first = static_cast<uint32_t>(draw(random, 0, static_cast<int>(height) - 1));
  const NodeView node{&pair.model, &pair.record, {first, held < height ? first + 1 : height}};
  const bool rolls = operand == height * row && !constant;
  std::vector<int8_t> made, expected;
  for_each_run(node, [&](const int8_t* x, const int8_t* y, uint32_t count, int8_t* output) {
    for (uint32_t i = 0; i < count; ++i) {
      made.push_back(x[i]);
      made.push_back(y[i]);
      made.push_back(static_cast<int8_t>(output + i - (node.result<int8_t>() + (made.size() / 3 / row + first) % held * row)));
    }
  });
  for (uint32_t y = first; y < node.range.end; ++y)
    for (uint32_t i = 0; i < row; ++i) {
      expected.push_back(node.data<int8_t>(0)[y % held * row + i]);
      expected.push_back(node.operand<int8_t>(1)[rolls ? y % held * row + i : (y * row + i) % operand]);
      expected.push_back(static_cast<int8_t>(i));
    }
  ASSERT_EQ(made, expected) << height << " rows of " << row << " with " << operand << ", held " << held;
}

TEST(Pairs, O13_EveryElementMeetsItsOperand) {
  Random random(1);
  for (int i = 0; i < 3000; ++i) {
    const auto height = static_cast<uint32_t>(draw(random, 1, 6)), row = static_cast<uint32_t>(draw(random, 1, 90));
    uint32_t operand = static_cast<uint32_t>(draw(random, 1, static_cast<int>(height * row)));
    while (height * row % operand != 0) --operand;
    const bool constant = draw(random, 0, 1) == 1;
    const auto held = static_cast<uint16_t>(draw(random, 0, 1) == 0 ? height : draw(random, 1, static_cast<int>(height)));
    expect_runs(random, height, row, operand, constant, held);
  }
}

}  // namespace
}  // namespace mote
