// Products of random matrices of any shape, held to the plain sums bit for bit.
#include "host/train/products.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace mote {
namespace {

std::vector<float> any(size_t count, Random& random) {
  std::vector<float> values(count);
  for (float& value : values) value = static_cast<float>(random.normal());
  return values;
}

TEST(Products, AreThePlainSumsToTheBit) {
  Random random(1);
  std::vector<float> scratch, turned;
  for (int round = 0; round < 400; ++round) {
    const size_t rows = random.below(30), terms = random.below(30), columns = 1 + random.below(80);
    const std::vector<float> a = any(rows * terms, random), b = any(terms * columns, random);
    const bool add = round % 2 == 1, transposed = round % 4 > 1;
    std::vector<float> c = any(rows * columns + 1, random), expected = c;
    for (size_t r = 0; r < rows; ++r)
      for (size_t n = 0; n < columns; ++n) {
        float sum = add ? c[r * columns + n] : 0;
        for (size_t t = 0; t < terms; ++t) {
          const volatile float product = a[r * terms + t] * b[t * columns + n];
          sum += product;
        }
        expected[r * columns + n] = sum;
      }
    transpose(a.data(), rows, terms, turned);
    const Factor factor = transposed ? Factor{turned.data(), 1, rows} : Factor{a.data(), terms, 1};
    multiply(factor, b.data(), c.data(), rows, terms, columns, add, scratch);
    ASSERT_EQ(c, expected) << rows << " by " << terms << " by " << columns;
  }
}

}  // namespace
}  // namespace mote
