// Holds the parsing of reports to its bounds (docs/spec/telemetry.md, S6 to S9).
#include "host/fleet/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "report_generated.h"

namespace mote::fleet {
namespace {

struct Given {
  uint16_t id, index;
  Bytes payload;
};

Bytes built(const std::vector<Given>& metrics, const std::string& device = "press-04", size_t model_id = 32,
            uint32_t counter = 1) {
  flatbuffers::FlatBufferBuilder builder;
  std::vector<flatbuffers::Offset<format::Metric>> offsets;
  for (const Given& metric : metrics)
    offsets.push_back(format::CreateMetricDirect(builder, metric.id, metric.index, &metric.payload));
  const Bytes id(model_id, 9);
  builder.Finish(format::CreateReportDirect(builder, device.c_str(), 2, counter, 5, 3, &id, &offsets));
  return Bytes(builder.GetBufferPointer(), builder.GetBufferPointer() + builder.GetSize());
}

Bytes sketch_payload() {
  const int16_t edges[kSketchEdges] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  Sketch sketch;
  sketch_clear(&sketch);
  for (int16_t value = 0; value < 20; ++value) sketch_add(&sketch, edges, value);
  Bytes wire(kSketchWireBytes);
  sketch_write(sketch, wire.data());
  return wire;
}

const Bytes kSeven = {7, 0, 0, 0};

std::string refusal(const Bytes& bytes) {
  std::string why = "taken";
  parse_report(bytes, &why);
  return why;
}

TEST(ParseReport, TakesEveryKindAndWhatItDoesNotKnow) {
  const auto report = parse_report(built({{metric_id::windows, 0, kSeven},
                                          {metric_id::scalar, 5, sketch_payload()},
                                          {metric_id::classes, 0, Bytes(20)},
                                          {60000, 1, Bytes(3)}}));
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->device, "press-04");
  EXPECT_EQ(report->boot, 2u);
  EXPECT_EQ(report->counter, 1u);
  EXPECT_EQ(report->release, 3u);
  EXPECT_EQ(report->windows, 7u);
  EXPECT_EQ(report->metrics.size(), 4u);
  EXPECT_EQ(report->model_id[31], 9);
  EXPECT_EQ(parse_report(built({}, "press-04", 0))->model_id, Digest{}) << "no model ran";
}

TEST(ParseReport, S6_refuses_what_is_no_report) {
  EXPECT_EQ(refusal({}), "is no report");
  EXPECT_EQ(refusal(Bytes(100, 1)), "is no report");
  const Bytes good = built({{metric_id::windows, 0, kSeven}});
  for (size_t count = 0; count < good.size(); ++count)
    ASSERT_FALSE(parse_report(ByteView(good).first(count)).has_value()) << count;
}

TEST(ParseReport, S7_refuses_impossible_headers) {
  EXPECT_EQ(refusal(built({}, "../press")), "has no name of a device");
  EXPECT_EQ(refusal(built({}, std::string(32, 'a'))), "has no name of a device");
  EXPECT_EQ(refusal(built({}, "press-04", 31)), "has a model id of another length");
  EXPECT_EQ(refusal(built({}, "press-04", 32, 0)), "has counter 0");
}

TEST(ParseReport, S8_refuses_payloads_of_another_form) {
  EXPECT_EQ(refusal(built({{metric_id::windows, 0, Bytes(3)}})), "metric 1.0 has another form than its id says");
  EXPECT_EQ(refusal(built({{metric_id::scalar, 2, Bytes(kSketchWireBytes, 1)}})), "metric 2.2 has another form than its id says");
  EXPECT_EQ(refusal(built({{metric_id::classes, 0, Bytes(6)}})), "metric 3.0 has another form than its id says");
  EXPECT_EQ(refusal(built({{metric_id::latency, 0, Bytes(4 * (kMostCounts + 1))}})),
            "metric 4.0 has another form than its id says");
}

TEST(ParseReport, S9_refuses_a_metric_that_comes_twice_and_too_many) {
  EXPECT_EQ(refusal(built({{metric_id::missing, 0, kSeven}, {metric_id::missing, 0, kSeven}})), "metric 6.0 comes twice");
  std::vector<Given> many;
  for (size_t i = 0; i < kMostMetrics; ++i) many.push_back({9000, static_cast<uint16_t>(i), {}});
  EXPECT_TRUE(parse_report(built(many)).has_value());
  many.push_back({9000, 9999, {}});
  EXPECT_EQ(refusal(built(many)), "has too many metrics");
}

TEST(ParseReport, SurvivesThirtyThousandMutations) {
  const Bytes good = built({{metric_id::windows, 0, kSeven}, {metric_id::scalar, 0, sketch_payload()}, {60000, 1, Bytes(3)}});
  Random random(1);
  int taken = 0;
  for (int round = 0; round < 30000; ++round) {
    Bytes bytes = good;
    for (uint64_t i = random.below(4); i > 0; --i) bytes[random.below(bytes.size())] = static_cast<uint8_t>(random.next());
    if (random.below(4) == 0) bytes.resize(random.below(bytes.size() + 1));
    taken += parse_report(bytes).has_value() ? 1 : 0;
  }
  EXPECT_GT(taken, 5000);
  EXPECT_LT(taken, 25000);
}

TEST(MetricKinds, AreThoseOfTheTable) {
  EXPECT_STREQ(metric_kind(7)->name, "cusum_alarms");
  EXPECT_EQ(metric_kind(2)->payload, PayloadKind::sketch);
  EXPECT_EQ(metric_kind(999), nullptr);
}

TEST(Counts, AreLittleEndian) {
  EXPECT_THAT(counts_of(Bytes{1, 0, 0, 0, 0, 1, 0, 0}), testing::ElementsAre(1, 256));
  EXPECT_TRUE(counts_of(Bytes(5)).empty());
}

}  // namespace
}  // namespace mote::fleet
