// What augmentation does to signals, pictures and pairs of windows.
#include "host/train/augment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "host/train/picture.h"
#include "host/train/signal_change.h"
#include "host/train/test/small.h"

namespace mote {
namespace {

using testing::HasSubstr;

TEST(Picture, IsLeftAloneByChangesOfNoSize) {
  std::vector<float> picture(5 * 4 * 2);
  std::iota(picture.begin(), picture.end(), 0.0f);
  const std::vector<float> before = picture;
  Random random(1);
  change_picture({5, 4, 2}, {}, random, picture);
  EXPECT_EQ(picture, before);
}

TEST(Picture, ATurnKeepsTheMiddleAndAMoveMovesTheMean) {
  constexpr uint32_t kSide = 21;
  double squares = 0;
  for (uint64_t seed = 0; seed < 200; ++seed) {
    std::vector<float> dot(kSide * kSide, 0.0f);
    dot[10 * kSide + 10] = 1;
    std::vector<float> moved = dot;
    Random random(seed), again(seed);
    change_picture({kSide, kSide, 1}, {.degrees = 20}, random, dot);
    EXPECT_NEAR(dot[10 * kSide + 10], 1, 1e-5);
    change_picture({kSide, kSide, 1}, {.move = 1.5}, again, moved);
    double mass = 0, down = 0;
    for (uint32_t i = 0; i < kSide * kSide; ++i) mass += moved[i], down += moved[i] * (i / kSide);
    EXPECT_NEAR(mass, 1, 1e-4);
    squares += (down - 10) * (down - 10);
  }
  EXPECT_NEAR(std::sqrt(squares / 200), 1.5, 0.25);
}

TEST(Picture, AZoomChangesSizes) {
  constexpr uint32_t kSide = 41;
  double least = 1e9, most = 0;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    std::vector<float> square(kSide * kSide, 0.0f);
    for (uint32_t y = 15; y < 26; ++y) std::fill_n(square.begin() + y * kSide + 15, 11, 1.0f);
    Random random(seed);
    change_picture({kSide, kSide, 1}, {.zoom = 0.1}, random, square);
    const double area = std::accumulate(square.begin(), square.end(), 0.0);
    least = std::min(least, area), most = std::max(most, area);
  }
  EXPECT_LT(least, 121 * 0.9);
  EXPECT_GT(most, 121 * 1.1);
}

TEST(Speed, StretchesALineIntoALine) {
  std::vector<float> line(2 * 101);
  for (int t = 0; t <= 100; ++t) line[2 * t] = static_cast<float>(t), line[2 * t + 1] = static_cast<float>(-t);
  Random random(3), again(3);
  const double speed = std::exp(0.2 * again.normal());
  change_speed(2, 0.2, random, line);
  for (int t = 30; t <= 70; ++t) {
    EXPECT_NEAR(line[2 * t], 50 + speed * (t - 50), 1e-3);
    EXPECT_NEAR(line[2 * t + 1], -line[2 * t], 1e-3);
  }
}

TEST(Hide, TakesAtMostWhatItMay) {
  size_t most = 0;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    std::vector<float> signal(20 * 6, 1.0f);
    Random random(seed);
    hide(6, 5, 0, random, signal.data(), signal.size());
    const auto gone = static_cast<size_t>(std::count(signal.begin(), signal.end(), 0.0f));
    EXPECT_EQ(gone % 6, 0u);
    EXPECT_LE(gone, 30u);
    most = std::max(most, gone);
    std::vector<float> other(20 * 6, 1.0f);
    hide(6, 0, 2, random, other.data(), other.size());
    const auto columns = std::count(other.begin(), other.end(), 0.0f);
    EXPECT_TRUE(columns == 0 || columns == 20 || columns == 40);
    std::vector<float> whole(3 * 2, 1.0f);
    hide(2, 1000, 1000, random, whole.data(), whole.size());  // no further than the window
  }
  EXPECT_EQ(most, 30u);
}

TEST(Share, IsThatOfTheBetaDistribution) {
  Random random(4);
  double sum = 0, squares = 0;
  constexpr int kDraws = 20000;
  for (int i = 0; i < kDraws; ++i) {
    const double share = draw_share(0.4, random);
    ASSERT_TRUE(share >= 0 && share <= 1);
    sum += share, squares += (share - 0.5) * (share - 0.5);
  }
  EXPECT_NEAR(sum / kDraws, 0.5, 0.01);
  EXPECT_NEAR(squares / kDraws, 1 / (4 * (2 * 0.4 + 1)), 0.005);
}

struct Maker {
  Dataset dataset = small_dataset(1, 2);
  std::vector<uint32_t> train;
  Standardization unit{{0, 0, 0}, {1, 1, 1}};
  Maker() {
    train.resize(dataset.count());
    std::iota(train.begin(), train.end(), 0u);
  }
  std::vector<float> apply(const AugmentConfig& config, uint32_t window) {
    const Augmenter augmenter = Augmenter::make(config, dataset, train, "test").value();
    Random random(7);
    std::vector<float> to(dataset.window_values());
    augmenter.apply(dataset.window(window), unit, random, to.data());
    return to;
  }
};

TEST(Augment, ScalesAllChannelsTogether) {
  Maker maker;
  const auto raw = maker.dataset.window(3);
  const std::vector<float> scaled = maker.apply({.scale = 0.2}, 3);
  const double factor = scaled[0] / raw[0];
  EXPECT_GT(std::abs(factor - 1), 0.01);
  for (size_t i = 0; i < scaled.size(); ++i) EXPECT_NEAR(scaled[i], factor * raw[i], 1e-2);
}

TEST(Augment, LaysTheBackgroundOver) {
  Maker maker;
  AugmentConfig config;
  config.background = "stopped";
  config.background_gain = 0.5;
  const std::vector<float> mixed = maker.apply(config, 0);
  bool found = false;
  for (uint32_t window = 0; window < maker.dataset.count(); ++window) {
    if (maker.dataset.labels[maker.dataset.label_of[window]] != "stopped") continue;
    double product = 0, size = 0;
    for (size_t i = 0; i < mixed.size(); ++i) {
      product += (mixed[i] - maker.dataset.window(0)[i]) * maker.dataset.window(window)[i];
      size += static_cast<double>(maker.dataset.window(window)[i]) * maker.dataset.window(window)[i];
    }
    const double gain = product / size;
    double rest = 0;
    for (size_t i = 0; i < mixed.size(); ++i)
      rest += std::abs(mixed[i] - maker.dataset.window(0)[i] - gain * maker.dataset.window(window)[i]);
    found |= rest < 0.01 * static_cast<double>(mixed.size()) && gain > 0 && gain < 0.5;
  }
  EXPECT_TRUE(found);
}

TEST(Augment, RefusesWhatTheDataAreNot) {
  Maker maker;
  AugmentConfig turns, background;
  turns.turn_degrees = 5;
  background.background = "silence";
  EXPECT_THAT(Augmenter::make(turns, maker.dataset, maker.train, "a.toml").error().line(), HasSubstr("are for images"));
  EXPECT_THAT(Augmenter::make(background, maker.dataset, maker.train, "a.toml").error().line(),
              HasSubstr("of which no window is"));
}

}  // namespace
}  // namespace mote
