// Operators that put an output together or take slices by a list, against their definitions in coordinates.
#include <gmock/gmock.h>

#include <cmath>

#include "quantize/test/tflite_draft.h"

namespace mote {
namespace {

using test::element;
using test::Places;
using test::some;
using test::some_int8;
using test::some_shape;
using test::tensor_of;
using test::TfliteDraft;
using testing::HasSubstr;
using Dims = std::vector<int32_t>;

struct Margins {
  Dims in, out, pairs;

  Margins(Random& random, int32_t most) : in(some_shape(random, 1 + random.below(4))) {
    for (const int32_t extent : in) {
      pairs.push_back(some(random, 0, std::min(most, extent - 1)));
      pairs.push_back(some(random, 0, std::min(most, extent - 1)));
      out.push_back(pairs[pairs.size() - 2] + extent + pairs.back());
    }
  }
  Dims shape() const { return {static_cast<int32_t>(in.size()), 2}; }
};

TEST(Assembly, PadsWithRealZeroOrWithAValue) {
  Random random(1);
  for (int i = 0; i < 100; ++i) {
    const Margins margins(random, 3);
    const auto zero_point = some(random, -128, 127), given = some(random, -128, 127);
    const bool named = i % 2 == 0;
    TfliteDraft draft;
    const int32_t x = draft.input(margins.in, 0.5f, zero_point), pairs = draft.integers(margins.pairs, margins.shape()),
                  y = draft.output(margins.out, 0.5f, zero_point);
    if (named)
      draft.node(60, {x, pairs, draft.constant({}, {static_cast<int8_t>(given)}, 0.5f, zero_point)}, {y});
    else
      draft.node(34, {x, pairs}, {y});
    const auto values = some_int8(random, test::count(margins.in));
    EXPECT_EQ(draft.run(values), tensor_of(margins.out, [&](Places at) {
                for (size_t k = 0; k < at.size(); ++k) {
                  at[k] -= margins.pairs[2 * k];
                  if (at[k] < 0 || at[k] >= margins.in[k]) return static_cast<int8_t>(named ? given : zero_point);
                }
                return element(values, margins.in, at);
              }));
  }
}

// Walks to and fro: one step at a time, turning at the ends.
int32_t mirrored(int32_t at, int32_t extent, bool symmetric) {
  while (at < 0 || at >= extent) {
    if (at < 0) at = symmetric ? -1 - at : -at;
    if (at >= extent) at = symmetric ? 2 * extent - 1 - at : 2 * extent - 2 - at;
  }
  return at;
}

TEST(Assembly, PadsWithAMirrorImage) {
  Random random(2);
  for (int i = 0; i < 100; ++i) {
    const Margins margins(random, 4);
    tflite::MirrorPadOptionsT options;
    options.mode = static_cast<int8_t>(i % 2);
    TfliteDraft draft;
    const int32_t x = draft.input(margins.in), pairs = draft.integers(margins.pairs, margins.shape()),
                  y = draft.output(margins.out);
    draft.node_with(100, {x, pairs}, {y}, options);
    const auto values = some_int8(random, test::count(margins.in));
    EXPECT_EQ(draft.run(values), tensor_of(margins.out, [&](Places at) {
                for (size_t k = 0; k < at.size(); ++k) at[k] = mirrored(at[k] - margins.pairs[2 * k], margins.in[k], i % 2 == 1);
                return element(values, margins.in, at);
              }));
  }
}

TEST(Assembly, ConcatenatesActivationsAndConstants) {
  Random random(3);
  for (int i = 0; i < 100; ++i) {
    Dims shape = some_shape(random, 1 + random.below(4));
    const auto axis = static_cast<size_t>(random.below(shape.size()));
    TfliteDraft draft;
    std::vector<int32_t> parts;
    std::vector<std::vector<int8_t>> held;
    std::vector<Dims> shapes;
    std::vector<int8_t> given;
    const int32_t count = some(random, 1, 5);
    shape[axis] = 0;
    for (int32_t p = 0; p < count; ++p) {
      shapes.push_back(shape);
      shapes.back()[axis] = some(random, 1, 4);
      held.push_back(some_int8(random, test::count(shapes.back())));
      const bool constant = p > 0 && random.below(3) == 0;
      parts.push_back(constant ? draft.constant(shapes.back(), held.back()) : draft.input(shapes.back()));
      if (!constant) given.insert(given.end(), held.back().begin(), held.back().end());
    }
    for (const Dims& part : shapes) shape[axis] += part[axis];
    const int32_t y = draft.output(shape);
    tflite::ConcatenationOptionsT options;
    options.axis = static_cast<int32_t>(axis) - (i % 2 == 0 ? 0 : static_cast<int32_t>(shape.size()));
    draft.node_with(2, parts, {y}, options);
    EXPECT_EQ(draft.run(given), tensor_of(shape, [&](Places at) {
                size_t part = 0;
                for (; at[axis] >= shapes[part][axis]; ++part) at[axis] -= shapes[part][axis];
                return element(held[part], shapes[part], at);
              }));
  }
}

TEST(Assembly, PacksAlongANewDimension) {
  Random random(4);
  for (int i = 0; i < 60; ++i) {
    const Dims in = some_shape(random, 1 + random.below(3));
    const auto axis = static_cast<size_t>(random.below(in.size() + 1));
    Dims out = in;
    out.insert(out.begin() + static_cast<std::ptrdiff_t>(axis), some(random, 1, 4));
    TfliteDraft draft;
    std::vector<int32_t> parts;
    for (int32_t p = 0; p < out[axis]; ++p) parts.push_back(draft.input(in));
    const auto values = some_int8(random, test::count(out));  // the parts, one after the other
    tflite::PackOptionsT options;
    options.values_count = out[axis], options.axis = static_cast<int32_t>(axis);
    draft.node_with(83, parts, {draft.output(out)}, options);
    Dims stacked = in;
    stacked.insert(stacked.begin(), out[axis]);
    EXPECT_EQ(draft.run(values), tensor_of(out, [&](Places at) {
                const int32_t part = at[axis];
                at.erase(at.begin() + static_cast<std::ptrdiff_t>(axis));
                at.insert(at.begin(), part);
                return element(values, stacked, at);
              }));
  }
}

TEST(Assembly, GathersByConstantIndices) {
  Random random(5);
  for (int i = 0; i < 100; ++i) {
    const Dims in = some_shape(random, 1 + random.below(4)), of_indices = some_shape(random, random.below(3), 3);
    const auto axis = static_cast<size_t>(random.below(in.size()));
    Dims indices;
    for (int32_t j = 0; j < test::count(of_indices); ++j) indices.push_back(some(random, 0, in[axis] - 1));
    Dims out(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(axis));
    out.insert(out.end(), of_indices.begin(), of_indices.end());
    out.insert(out.end(), in.begin() + static_cast<std::ptrdiff_t>(axis) + 1, in.end());
    TfliteDraft draft;
    const int32_t x = draft.input(in), list = draft.integers(indices), y = draft.output(out);
    draft.graph().tensors[static_cast<size_t>(list)]->shape = of_indices;
    tflite::GatherOptionsT options;
    options.axis = static_cast<int32_t>(axis) - (i % 2 == 0 ? 0 : static_cast<int32_t>(in.size()));
    draft.node_with(36, {x, list}, {y}, options);
    const auto values = some_int8(random, test::count(in));
    const std::vector<int8_t> made = draft.run(values);
    EXPECT_EQ(made, tensor_of(out, [&](const Places& at) {
                int32_t index = 0;
                for (size_t k = 0; k < of_indices.size(); ++k) index = index * of_indices[k] + at[axis + k];
                Places from(at.begin(), at.begin() + static_cast<std::ptrdiff_t>(axis));
                from.push_back(indices[static_cast<size_t>(index)]);
                from.insert(from.end(), at.begin() + static_cast<std::ptrdiff_t>(axis + of_indices.size()), at.end());
                return element(values, in, from);
              }));
  }
  TfliteDraft outside;
  const int32_t x = outside.input({3}), list = outside.integers({0, 3}), y = outside.output({2});
  outside.node_with(36, {x, list}, {y}, tflite::GatherOptionsT());
  EXPECT_THAT(outside.refusal(), HasSubstr("has an index outside its input"));
}

// The place in the input that is nearest to the output's, by exact fractions: corners on corners, centers on centers, or the
// upper left corners of places on each other.
int32_t nearest(int32_t at, int32_t in, int32_t out, bool align_corners, bool half_pixel_centers) {
  int64_t numerator = at, denominator = 1;
  if (half_pixel_centers) numerator = 2 * at + 1, denominator = 2;
  const bool corners = align_corners && out > 1;
  numerator *= corners ? in - 1 : in;
  denominator *= corners ? out - 1 : out;
  if (align_corners) numerator = 2 * numerator + denominator, denominator *= 2;  // rounded, halves up
  return static_cast<int32_t>(std::min<int64_t>(numerator / denominator, in - 1));
}

TEST(Assembly, ResizesToTheNearest) {
  Random random(6);
  for (int i = 0; i < 120; ++i) {
    const Dims in = {some(random, 1, 2), some(random, 1, 8), some(random, 1, 8), some(random, 1, 3)},
               out = {in[0], some(random, 1, 16), some(random, 1, 16), in[3]};
    tflite::ResizeNearestNeighborOptionsT options;
    options.align_corners = i % 3 == 1, options.half_pixel_centers = i % 3 == 2;
    TfliteDraft draft;
    const int32_t x = draft.input(in), size = draft.integers({out[1], out[2]}), y = draft.output(out);
    draft.node_with(97, {x, size}, {y}, options);
    const auto values = some_int8(random, test::count(in));
    EXPECT_EQ(draft.run(values), tensor_of(out, [&](Places at) {
                for (const size_t k : {size_t{1}, size_t{2}})
                  at[k] = nearest(at[k], in[k], out[k], options.align_corners, options.half_pixel_centers);
                return element(values, in, at);
              }));
  }
}

}  // namespace
}  // namespace mote
