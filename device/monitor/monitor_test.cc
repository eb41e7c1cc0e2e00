// Holds the monitor's report to what flatc's reader makes of it and to the sketches that the values alone would give.
#include "device/monitor/monitor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>

#include "base/bytes.h"
#include "base/random.h"
#include "model_generated.h"
#include "report_generated.h"

namespace mote {
namespace {

constexpr int16_t kStep = 40;  // between edges
constexpr int32_t kQuantum = 256;

// `count` scalars with edges around 100 times their index.
Bytes baseline_of(uint32_t count, int32_t limit = 500 * kQuantum) {
  std::vector<format::Scalar> scalars;
  for (uint32_t i = 0; i < count; ++i) {
    std::array<int16_t, 15> edges{};
    for (int e = 0; e < 15; ++e) edges[e] = static_cast<int16_t>(100 * i + (e - 7) * kStep);
    std::array<uint32_t, 16> counts{};
    scalars.emplace_back(edges, 0, counts, 100.0f * i, 50.0f, 25 * kQuantum, limit);
  }
  flatbuffers::FlatBufferBuilder builder;
  builder.Finish(format::CreateBaselineDirect(builder, &scalars));
  return Bytes(builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize());
}

std::array<int16_t, 15> edges_of(uint32_t scalar) {
  std::array<int16_t, 15> edges{};
  for (int e = 0; e < 15; ++e) edges[e] = static_cast<int16_t>(100 * scalar + (e - 7) * kStep);
  return edges;
}

using Key = std::pair<int, int>;  // id, index

class MonitorTest : public testing::Test {
 protected:
  void start(const Bytes& baseline) {
    baseline_ = baseline;
    monitor_start(&monitor_, baseline_.data(), baseline_.size());
  }

  // Cuts a report and reads it with flatc's code, verified.
  std::map<Key, Bytes> cut(uint32_t capacity = 4000) {
    report_.assign(capacity, 0xaa);
    ReportWriter writer;
    report_begin(&writer, report_.data(), capacity, header_);
    monitor_cut(&monitor_, &writer);
    report_.resize(report_finish(&writer));
    flatbuffers::Verifier verifier(report_.data(), report_.size());
    std::map<Key, Bytes> metrics;
    if (report_.empty() || !verifier.VerifyBuffer<format::Report>(nullptr)) return metrics;
    for (const auto* metric : *read()->metrics()) {
      const bool is_new =
          metrics.try_emplace({metric->id(), metric->index()}, metric->payload()->begin(), metric->payload()->end()).second;
      EXPECT_TRUE(is_new) << "metric " << metric->id() << " index " << metric->index() << " came twice";
    }
    return metrics;
  }
  const format::Report* read() const { return flatbuffers::GetRoot<format::Report>(report_.data()); }

  Bytes model_id_ = Bytes(32, 0x5a), baseline_, report_;
  ReportHeader header_ = {
      .device = "press-04", .boot = 3, .counter = 17, .uptime_ms = 5'000'000'000, .release = 9, .model_id = model_id_.data()};
  Monitor monitor_;
};

uint32_t u32_of(const Bytes& payload, size_t place = 0) {
  uint32_t value = 0;
  EXPECT_LE(place * 4 + 4, payload.size());
  memcpy(&value, payload.data() + place * 4, 4);
  return value;
}

TEST_F(MonitorTest, TheReportHoldsItsHeader) {
  start(baseline_of(3));
  ASSERT_FALSE(cut().empty());
  EXPECT_EQ(read()->device()->str(), "press-04");
  EXPECT_EQ(read()->boot(), 3u);
  EXPECT_EQ(read()->counter(), 17u);
  EXPECT_EQ(read()->uptime_ms(), 5'000'000'000u);
  EXPECT_EQ(read()->release(), 9u);
  EXPECT_EQ(Bytes(read()->model_id()->begin(), read()->model_id()->end()), model_id_);
}

TEST_F(MonitorTest, SketchesAreThoseOfTheValuesAndAreClearedByTheCut) {
  start(baseline_of(3));
  Random random(1);
  for (int part = 0; part < 3; ++part) {
    std::array<Sketch, 3> expected;
    for (Sketch& sketch : expected) sketch_clear(&sketch);
    for (int window = 0; window < 32; ++window) {
      int16_t values[3];
      for (int i = 0; i < 2; ++i) values[i] = static_cast<int16_t>(100 * i + 120 * random.normal());
      int8_t scores[4];
      for (int8_t& score : scores) score = static_cast<int8_t>(random.below(256));
      values[2] = static_cast<int16_t>(*std::max_element(scores, scores + 4) + 128);
      monitor_window(&monitor_, values, 2, scores, 4, 100);
      for (uint32_t i = 0; i < 3; ++i) sketch_add(&expected[i], edges_of(i).data(), values[i]);
    }
    const auto metrics = cut();
    EXPECT_EQ(u32_of(metrics.at({metric_id::windows, 0})), 32u);
    for (int i = 0; i < 3; ++i) {
      Bytes wire(kSketchWireBytes);
      sketch_write(expected[i], wire.data());
      EXPECT_EQ(metrics.at({metric_id::scalar, i}), wire) << "scalar " << i;
    }
  }
}

TEST_F(MonitorTest, ClassesAndLatencyAreCounted) {
  start(baseline_of(1));
  const int8_t first[3] = {90, -3, 4}, last[3] = {-128, -128, -127}, tie[3] = {7, 9, 9};
  const uint32_t latencies[] = {0, 1, 2, 3, 1023, 1024, 0xffffffff};
  for (const uint32_t us : latencies) monitor_window(&monitor_, nullptr, 0, first, 3, us);
  monitor_window(&monitor_, nullptr, 0, last, 3, 5);
  monitor_window(&monitor_, nullptr, 0, tie, 3, 5);
  const auto metrics = cut();
  const Bytes& classes = metrics.at({metric_id::classes, 0});
  ASSERT_EQ(classes.size(), 12u);
  EXPECT_EQ(u32_of(classes, 0), 7u);
  EXPECT_EQ(u32_of(classes, 1), 1u) << "the first of two equal scores";
  EXPECT_EQ(u32_of(classes, 2), 1u);
  const Bytes& latency = metrics.at({metric_id::latency, 0});
  ASSERT_EQ(latency.size(), 4 * kLatencyBins);
  EXPECT_EQ(u32_of(latency, 0), 2u) << "0 and 1 microsecond";
  EXPECT_EQ(u32_of(latency, 1), 2u) << "2 and 3";
  EXPECT_EQ(u32_of(latency, 2), 2u) << "the two of 5";
  EXPECT_EQ(u32_of(latency, 9), 1u) << "1023";
  EXPECT_EQ(u32_of(latency, 10), 1u) << "1024";
  EXPECT_EQ(u32_of(latency, 23), 1u) << "all that is longer";
}

TEST_F(MonitorTest, AMissIsCountedOnceAndInEveryScalar) {
  start(baseline_of(2));
  monitor_miss(&monitor_);
  const auto metrics = cut();
  EXPECT_EQ(u32_of(metrics.at({metric_id::missing, 0})), 1u);
  for (int i = 0; i < 2; ++i) {
    Sketch sketch;
    ASSERT_TRUE(sketch_read(&sketch, metrics.at({metric_id::scalar, i}).data(), kSketchWireBytes));
    EXPECT_EQ(sketch.missing, 1);
    EXPECT_EQ(sketch.n, 0u);
  }
}

TEST_F(MonitorTest, TheCusumHoldsADeviceToItsOwnFirstWindows) {
  start(baseline_of(1));
  const auto feed = [this](int windows, int16_t value) {
    for (int i = 0; i < windows; ++i) monitor_window(&monitor_, &value, 1, nullptr, 0, 1);
  };
  feed(kCusumLearnWindows, 3000);  // far from the baseline's mean of 0, and its own level
  feed(500, 3000);
  EXPECT_EQ(cut().count({metric_id::cusum_alarms, 0}), 0u);
  feed(40, 3050);  // 50 above, 25 of them slack: 500 are passed after 21
  const auto metrics = cut();
  ASSERT_EQ(metrics.count({metric_id::cusum_alarms, 0}), 1u);
  EXPECT_EQ(u32_of(metrics.at({metric_id::cusum_alarms, 0})), 1u);
  EXPECT_EQ(cut().count({metric_id::cusum_alarms, 0}), 0u) << "alarms are of one report";
}

TEST_F(MonitorTest, ALimitOfNothingIsNoCusum) {
  start(baseline_of(1, 0));
  for (int i = 0; i < 200; ++i) {
    const auto value = static_cast<int16_t>(i < 100 ? 0 : 30000);
    monitor_window(&monitor_, &value, 1, nullptr, 0, 1);
  }
  EXPECT_EQ(cut().count({metric_id::cusum_alarms, 0}), 0u);
}

TEST_F(MonitorTest, WithoutABaselineCountsAreKept) {
  start({});
  const int8_t scores[2] = {1, 2};
  monitor_window(&monitor_, nullptr, 0, scores, 2, 9);
  const auto metrics = cut();
  EXPECT_EQ(u32_of(metrics.at({metric_id::classes, 0}), 1), 1u);
  EXPECT_EQ(metrics.count({metric_id::scalar, 0}), 0u);
}

TEST_F(MonitorTest, TheLargestModelFitsIntoAReport) {
  start(baseline_of(40, 1));
  EXPECT_EQ(monitor_.scalars, kMaxScalars);
  int8_t scores[100] = {};
  scores[99] = 1;
  int16_t statistics[39];
  for (int window = 0; window < 100; ++window) {
    for (int i = 0; i < 39; ++i) statistics[i] = static_cast<int16_t>(window < 70 ? 0 : 20000);
    monitor_window(&monitor_, statistics, 39, scores, 100, 9);
  }
  header_.device = "a-name-of-thirty-one-characters";
  const auto metrics = cut(4096 - 80);
  EXPECT_EQ(metrics.size(), 4 + 2 * kMaxScalars);
  const Bytes& classes = metrics.at({metric_id::classes, 0});
  EXPECT_EQ(classes, Bytes(4 * kMaxClasses, 0)) << "class 99 has no place";
}

TEST_F(MonitorTest, TooLittleRoomIsToldAndNothingIsWrittenPastIt) {
  start(baseline_of(3));
  cut();
  const uint32_t needed = static_cast<uint32_t>(report_.size());
  for (uint32_t capacity = 0; capacity < needed; capacity += 3) {
    Bytes bytes(needed, 0xaa);
    ReportWriter writer;
    report_begin(&writer, bytes.data(), capacity, header_);
    monitor_cut(&monitor_, &writer);
    ASSERT_EQ(report_finish(&writer), 0u) << capacity;
    ASSERT_TRUE(std::all_of(bytes.begin() + capacity, bytes.end(), [](uint8_t byte) { return byte == 0xaa; })) << capacity;
  }
}

TEST_F(MonitorTest, MoreMetricsThanPlacesAreRefused) {
  Bytes bytes(4096);
  ReportWriter writer;
  report_begin(&writer, bytes.data(), 4096, header_);
  for (uint32_t i = 0; i < kMaxReportMetrics; ++i) report_u32(&writer, metric_id::windows, static_cast<uint16_t>(i), i);
  EXPECT_GT(report_finish(&writer), 0u);
  report_u32(&writer, metric_id::windows, 99, 0);
  EXPECT_EQ(report_finish(&writer), 0u);
}

TEST(Baseline, NoTruncationAndNoMutationLeadsOutOfTheSection) {
  const Bytes good = baseline_of(4);
  Random random(1);
  int read_well = 0;
  for (int round = 0; round < 30000; ++round) {
    Bytes bytes(good.begin(), good.begin() + static_cast<ptrdiff_t>(round < 2 ? good.size() : random.below(good.size() + 1)));
    for (uint64_t i = random.below(3); i > 0 && !bytes.empty(); --i)
      bytes[random.below(std::min<size_t>(bytes.size(), 64))] = static_cast<uint8_t>(random.next());
    BaselineView view;
    if (!baseline_view(bytes.data(), bytes.size(), &view)) {
      ASSERT_EQ(view.count, 0u);
      continue;
    }
    for (uint32_t i = 0; i < view.count; ++i) read_well += baseline_scalar(view, i).cusum_limit != 0 ? 1 : 0;
  }
  EXPECT_GT(read_well, 0);
}

}  // namespace
}  // namespace mote
