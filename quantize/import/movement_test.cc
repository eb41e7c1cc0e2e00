// Operators that move elements, against their definitions in coordinates.
#include <gmock/gmock.h>

#include <algorithm>
#include <numeric>

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

TEST(Movement, TransposesInAnyOrderOfUpToSixDimensions) {
  Random random(1);
  for (int i = 0; i < 200; ++i) {
    const Dims in = some_shape(random, 1 + random.below(6), 4);
    Dims order(in.size());
    std::iota(order.begin(), order.end(), 0);
    for (size_t k = order.size(); k > 1; --k) std::swap(order[k - 1], order[random.below(k)]);
    Dims out;
    for (const int32_t axis : order) out.push_back(in[static_cast<size_t>(axis)]);
    TfliteDraft draft;
    const int32_t x = draft.input(in), permutation = draft.integers(order), y = draft.output(out);
    draft.node(39, {x, permutation}, {y});
    const auto values = some_int8(random, test::count(in));
    EXPECT_EQ(draft.run(values), tensor_of(out, [&](const Places& at) {
                Places from(in.size());
                for (size_t k = 0; k < order.size(); ++k) from[static_cast<size_t>(order[k])] = at[k];
                return element(values, in, from);
              }));
  }
}

TEST(Movement, SlicesFromItsBeginning) {
  Random random(2);
  for (int i = 0; i < 100; ++i) {
    const Dims in = some_shape(random, 1 + random.below(4));
    Dims begin, size, out;
    for (const int32_t extent : in) {
      begin.push_back(some(random, 0, extent - 1));
      out.push_back(some(random, 1, extent - begin.back()));
      size.push_back(out.back() == extent - begin.back() && random.below(2) == 0 ? -1 : out.back());
    }
    TfliteDraft draft;
    const int32_t x = draft.input(in), from = draft.integers(begin), sizes = draft.integers(size), y = draft.output(out);
    draft.node(65, {x, from, sizes}, {y});
    const auto values = some_int8(random, test::count(in));
    EXPECT_EQ(draft.run(values), tensor_of(out, [&](Places at) {
                for (size_t k = 0; k < at.size(); ++k) at[k] += begin[k];
                return element(values, in, at);
              }));
  }
}

TEST(Movement, SlicesInStepsForwardsAndBackwards) {
  Random random(3);
  for (int i = 0; i < 200; ++i) {
    const Dims in = some_shape(random, 1 + random.below(4), 7);
    Dims first, last, begin, end, stride, out;
    tflite::StridedSliceOptionsT options;
    for (size_t k = 0; k < in.size(); ++k) {
      const int32_t extent = in[k], step = some(random, 1, 3), a = some(random, 0, extent - 1), b = some(random, a, extent - 1);
      const bool back = random.below(3) == 0;
      first.push_back(back ? b : a);
      stride.push_back(back ? -step : step);
      out.push_back((b - a) / step + 1);
      begin.push_back(random.below(2) == 0 ? first[k] : first[k] - extent);  // counted from the end
      end.push_back(back ? (a == 0 ? -extent - 1 : a - 1) : b + 1);
      if (first[k] == (back ? extent - 1 : 0) && random.below(2) == 0) options.begin_mask |= 1 << k, begin[k] = 1 % extent;
      if ((back ? a == 0 : b == extent - 1) && random.below(2) == 0) options.end_mask |= 1 << k, end[k] = 0;
    }
    Dims kept = out;
    if (random.below(3) == 0) {  // the last dimension becomes a single place of it
      options.shrink_axis_mask = 1 << (in.size() - 1);
      kept.pop_back();
      out.back() = 1;
    }
    TfliteDraft draft;
    const int32_t x = draft.input(in), from = draft.integers(begin), to = draft.integers(end), steps = draft.integers(stride),
                  y = draft.output(kept);
    draft.node_with(45, {x, from, to, steps}, {y}, options);
    const auto values = some_int8(random, test::count(in));
    EXPECT_EQ(draft.run(values), tensor_of(out, [&](Places at) {
                for (size_t k = 0; k < at.size(); ++k) at[k] = first[k] + at[k] * stride[k];
                return element(values, in, at);
              }));
  }
}

// SPLIT, SPLIT_V and UNPACK give what lies between two places of a dimension.
TEST(Movement, SplitsIntoParts) {
  Random random(4);
  for (int i = 0; i < 120; ++i) {
    const int kind = i % 3;  // SPLIT, SPLIT_V, UNPACK
    Dims in = some_shape(random, 2 + random.below(3));
    const auto axis = static_cast<size_t>(random.below(in.size()));
    const int32_t parts = some(random, 1, 4), even = kind == 2 ? 1 : some(random, 1, 3);
    Dims sizes;
    for (int32_t p = 0; p < parts; ++p) sizes.push_back(kind == 1 ? some(random, 1, 4) : even);
    in[axis] = std::accumulate(sizes.begin(), sizes.end(), 0);
    const int32_t named = static_cast<int32_t>(axis) - (random.below(2) == 0 ? 0 : static_cast<int32_t>(in.size()));
    TfliteDraft draft;
    const int32_t x = draft.input(in);
    const auto values = some_int8(random, test::count(in));
    std::vector<int32_t> outputs;
    std::vector<int8_t> expected;
    int32_t begin = 0;
    for (const int32_t size : sizes) {
      Dims out = in, shape = in;
      out[axis] = size;
      shape[axis] = size;
      if (kind == 2) shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(axis));
      outputs.push_back(draft.output(shape));
      const auto part = tensor_of(out, [&](Places at) {
        at[axis] += begin;
        return element(values, in, at);
      });
      expected.insert(expected.end(), part.begin(), part.end());
      begin += size;
    }
    if (kind == 0) {
      draft.node(49, {draft.integers({named}), x}, outputs);
    } else if (kind == 1) {
      Dims given = sizes;
      if (random.below(2) == 0) given.back() = -1;  // the rest
      const int32_t all = draft.integers(given);
      draft.node(102, {x, all, draft.integers({named})}, outputs);
    } else {
      tflite::UnpackOptionsT options;
      options.num = parts, options.axis = named;
      draft.node_with(88, {x}, outputs, options);
    }
    EXPECT_EQ(draft.run(values), expected);
  }
}

TEST(Movement, ReversesDimensions) {
  Random random(5);
  for (int i = 0; i < 40; ++i) {
    const Dims in = some_shape(random, 1 + random.below(4));
    Dims axes;
    for (int32_t axis = 0; axis < static_cast<int32_t>(in.size()); ++axis)
      if (axes.empty() || random.below(2) == 0) axes.push_back(axis);
    TfliteDraft draft;
    const int32_t x = draft.input(in), y = draft.output(in);
    draft.node(105, {x, draft.integers(axes)}, {y});
    const auto values = some_int8(random, test::count(in));
    EXPECT_EQ(draft.run(values), tensor_of(in, [&](Places at) {
                for (const int32_t axis : axes)
                  at[static_cast<size_t>(axis)] = in[static_cast<size_t>(axis)] - 1 - at[static_cast<size_t>(axis)];
                return element(values, in, at);
              }));
  }
}

TEST(Movement, PutsBlocksOfPlacesIntoChannelsAndBack) {
  Random random(6);
  for (int i = 0; i < 60; ++i) {
    const int32_t n = some(random, 1, 2), b = some(random, 1, 3), h = some(random, 1, 3), w = some(random, 1, 3),
                  c = some(random, 1, 4);
    const Dims wide = {n, h * b, w * b, c}, deep = {n, h, w, b * b * c};
    TfliteDraft down, up;
    const int32_t x = down.input(wide), y = down.output(deep);
    tflite::SpaceToDepthOptionsT to_depth;
    to_depth.block_size = b;
    down.node_with(26, {x}, {y}, to_depth);
    const auto values = some_int8(random, test::count(wide));
    const auto lowered = down.run(values);
    EXPECT_EQ(lowered, tensor_of(deep, [&](const Places& at) {
                const int32_t block = at[3] / c;
                return element(values, wide, {at[0], at[1] * b + block / b, at[2] * b + block % b, at[3] % c});
              }));
    const int32_t deep_x = up.input(deep), wide_y = up.output(wide);
    tflite::DepthToSpaceOptionsT to_space;
    to_space.block_size = b;
    up.node_with(5, {deep_x}, {wide_y}, to_space);
    EXPECT_EQ(up.run(lowered), values);
  }
}

// A batch is (row of a block, column of a block, batch of the input).
TEST(Movement, PutsBlocksOfPlacesIntoBatchesAndBack) {
  Random random(7);
  for (int i = 0; i < 60; ++i) {
    const int32_t n = some(random, 1, 2), bh = some(random, 1, 3), bw = some(random, 1, 3), h = some(random, 1, 3),
                  w = some(random, 1, 3), c = some(random, 1, 4), top = some(random, 0, h * bh - 1),
                  left = some(random, 0, w * bw - 1);
    const Dims in = {n, h * bh - top, w * bw - left, c}, out = {n * bh * bw, h, w, c};
    TfliteDraft draft;
    const int32_t x = draft.input(in, 0.5f, -5), blocks = draft.integers({bh, bw}),
                  margins = draft.integers({top, 0, left, 0}, {2, 2}), y = draft.output(out, 0.5f, -5);
    draft.node(38, {x, blocks, margins}, {y});
    const auto values = some_int8(random, test::count(in));
    const auto batches = draft.run(values);
    EXPECT_EQ(batches, tensor_of(out, [&](const Places& at) {
                const int32_t row = at[1] * bh + at[0] / n / bw - top, column = at[2] * bw + at[0] / n % bw - left;
                return row < 0 || column < 0 ? int8_t{-5} : element(values, in, {at[0] % n, row, column, at[3]});
              }));
    TfliteDraft back;
    const int32_t back_x = back.input(out), back_blocks = back.integers({bh, bw}),
                  crops = back.integers({top, 0, left, 0}, {2, 2}), back_y = back.output(in);
    back.node(37, {back_x, back_blocks, crops}, {back_y});
    EXPECT_EQ(back.run(batches), values);
  }
}

TEST(Movement, RefusesWhatDoesNotFit) {
  TfliteDraft twice;
  const int32_t x = twice.input({2, 3}), order = twice.integers({0, 0}), y = twice.output({2, 2});
  twice.node(39, {x, order}, {y});
  EXPECT_THAT(twice.refusal(), HasSubstr("names a dimension twice or not at all"));
  TfliteDraft outside;
  const int32_t a = outside.input({2, 3}), begin = outside.integers({0, 2}), size = outside.integers({2, 2}),
                b = outside.output({2, 2});
  outside.node(65, {a, begin, size}, {b});
  EXPECT_THAT(outside.refusal(), HasSubstr("has a slice outside its input"));
  TfliteDraft other;
  const int32_t p = other.input({2, 3}), q = other.output({7});
  other.node(22, {p}, {q});
  EXPECT_THAT(other.refusal(), HasSubstr("changes the number of elements"));
}

}  // namespace
}  // namespace mote
