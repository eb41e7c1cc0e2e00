// mean against its definition, with the multiplier folded as TensorFlow Lite folds it.
#include "device/kernels/mean/mean.h"

#include <gtest/gtest.h>

#include <bit>

#include "device/kernels/test/draw.h"
#include "device/kernels/test/oracle.h"

namespace mote {
namespace {

// docs/spec/operators/arithmetic.md O8: 1 / places goes into the multiplier, with as many bits as it has.
void fold(int64_t places, int32_t* multiplier, int32_t* shift) {
  const int bits = std::min({63 - std::countl_zero(static_cast<uint64_t>(places)), 32, 31 + *shift});
  *multiplier = static_cast<int32_t>((int64_t{*multiplier} << bits) / places);
  *shift -= bits;
}

struct DrawnMean {
  Mean mean;
  double ratio;  // input scale / output scale
  std::vector<int8_t> input;

  explicit DrawnMean(Random& random) : ratio(random.uniform(0.3, 3)) {
    int exponent = 0;
    mean.multiplier = static_cast<int32_t>(std::floor(std::frexp(ratio, &exponent) * 2147483648.0));
    mean.shift = exponent;
    mean.view.outer = static_cast<uint32_t>(draw(random, 1, 4));
    mean.view.count = static_cast<uint32_t>(draw(random, 1, 300));
    mean.view.inner = static_cast<uint32_t>(draw(random, 1, 9));
    mean.input_zero_point = draw(random, -128, 127);
    mean.output_zero_point = draw(random, -128, 127);
    mean.rounding = draw_rounding(random);
    fold(mean.view.count, &mean.multiplier, &mean.shift);
    input = draw_int8(random, size_t{mean.view.outer} * mean.view.count * mean.view.inner);
  }

  int64_t sum(size_t outer, size_t inner) const {
    int64_t total = 0;
    for (size_t i = 0; i < mean.view.count; ++i) total += input[(outer * mean.view.count + i) * mean.view.inner + inner];
    return total - int64_t{mean.view.count} * mean.input_zero_point;
  }
};

TEST(Mean, O8_EqualsTheDefinitionOnRandomShapes) {
  Random random(1);
  for (int i = 0; i < 3000; ++i) {
    const DrawnMean drawn(random);
    std::vector<int8_t> output(drawn.mean.view.results() + 1, 77);
    mean_reference(drawn.mean, drawn.input.data(), output.data());
    ASSERT_EQ(output.back(), 77) << "wrote past the end";
    for (size_t c = 0; c < drawn.mean.view.results(); ++c) {
      const int64_t sum = drawn.sum(c / drawn.mean.view.inner, c % drawn.mean.view.inner);
      const int64_t scaled =
          oracle::requantize(sum, drawn.mean.multiplier, drawn.mean.shift, drawn.mean.rounding) + drawn.mean.output_zero_point;
      ASSERT_EQ(output[c], oracle::between(-128, scaled, 127)) << "case " << i;
      const double real = static_cast<double>(sum) / drawn.mean.view.count * drawn.ratio + drawn.mean.output_zero_point;
      ASSERT_NEAR(output[c], std::clamp(real, -128.0, 127.0), 0.76) << "case " << i;
    }
  }
}

}  // namespace
}  // namespace mote
