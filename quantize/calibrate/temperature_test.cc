// The temperature against what it must be by hand, and in the device's softmax.
#include "quantize/calibrate/temperature.h"

#include <gtest/gtest.h>

#include <cmath>

#include "quantize/calibrate/explain.h"

namespace mote {
namespace {

TEST(Temperature, FitsTheShareOfRightAnswers) {
  // Logits 2 apart, three of four right: the best confidence is 3/4, where exp(2 / T) is 3.
  const std::vector<double> logits = {2, 0, 2, 0, 2, 0, 2, 0};
  const std::vector<uint32_t> labels = {0, 0, 0, 1};
  EXPECT_NEAR(fit_temperature(logits, labels), 2 / std::log(3.0), 1e-3);
  EXPECT_NEAR(negative_log_likelihood(logits, labels, 2 / std::log(3.0)), -0.75 * std::log(0.75) - 0.25 * std::log(0.25), 1e-9);
}

TEST(Temperature, IsSafeWhileNeighboursKeepApart) {
  for (const uint32_t classes : {2u, 6u, 12u, 100u}) {
    const double scale = 0.2, safe = safe_temperature(scale, classes), e = std::exp(-scale / safe);
    if (safe > 1) {
      EXPECT_GE((1 - e) / (1 + (classes - 1) * e), 1.0 / 256) << classes;
    }
    EXPECT_GE(safe, 1);
  }
  EXPECT_GT(safe_temperature(0.2, 2), safe_temperature(0.2, 6));
}

TEST(Explanation, NamesTheFirstLayerAndItsCause) {
  Explanation explanation;
  explanation.layers = {{.name = "input", .sqnr_db = 40, .local_sqnr_db = 40, .quanta_per_deviation = 30},
                        {.name = "stretched", .sqnr_db = 21, .local_sqnr_db = 21, .quanta_per_deviation = 2},
                        {.name = "behind", .sqnr_db = 18, .local_sqnr_db = 35, .quanta_per_deviation = 30}};
  judge(explanation);
  EXPECT_EQ(explanation.first, std::optional<size_t>(2));
  EXPECT_EQ(explanation.cause, std::optional<size_t>(1));
  EXPECT_EQ(explanation.fault, QuantizationFault::outliers);
  EXPECT_NE(verdict(explanation).find("'behind' is the first below 20 dB"), std::string::npos);
  explanation.threshold = 10;
  judge(explanation);
  EXPECT_FALSE(explanation.first);
}

}  // namespace
}  // namespace mote
