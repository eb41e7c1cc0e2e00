// The agent's reports: none lost and none mixed, while the collector is away and while models change.
#include <set>

#include "device/agent/test/bench.h"

namespace mote {
namespace {

class AgentReportsTest : public testing::Test {
 protected:
  void SetUp() override {
    bench_.connect();
    bench_.install(*first_, 1);
    settle();
    bench_.sent.clear();
    counted_ = 0;
    bench_.agent.inferred = 0;
  }

  // Acknowledges whatever comes, and counts its windows once, as a collector does.
  void settle() {
    bench_.wait(60'000);
    while (auto report = bench_.take_report()) {
      if (stored_.emplace(report->boot, report->counter).second) counted_ += bench_.windows_in(*report);
      bench_.acknowledge(report->boot, report->counter);
    }
    EXPECT_EQ(bench_.agent.reports.count, 0u);
  }

  AgentBench bench_;
  std::unique_ptr<Release> first_ = bench_.release_of(numbered_model(1), 1);
  std::unique_ptr<Release> second_ = bench_.release_of(numbered_model(2), 2);
  std::unique_ptr<Release> third_ = bench_.release_of(numbered_model(3), 3);
  std::set<std::pair<uint32_t, uint32_t>> stored_;  // boot, counter
  uint32_t counted_ = 0;
};

TEST_F(AgentReportsTest, OneIsCutAfterSoManyWindows) {
  bench_.feel(9);
  EXPECT_EQ(bench_.take_report(), nullptr);
  bench_.feel(1);
  const auto report = bench_.take_report();
  ASSERT_NE(report, nullptr);
  EXPECT_EQ(bench_.windows_in(*report), 10u);
  EXPECT_EQ(report->device, "press-04");
  EXPECT_EQ(report->boot, 1u);
  EXPECT_EQ(report->release, 1u);
  EXPECT_EQ(report->uptime_ms, bench_.agent.uptime_ms);
}

TEST_F(AgentReportsTest, OrAfterSoMuchTime) {
  bench_.wait(100'000);
  EXPECT_EQ(bench_.take_report(), nullptr) << "there is nothing to tell";
  bench_.feel(2);
  bench_.wait(59'999);
  EXPECT_EQ(bench_.take_report(), nullptr);
  bench_.wait(1);
  EXPECT_EQ(bench_.windows_in(*bench_.take_report()), 2u);
}

TEST_F(AgentReportsTest, WindowsThatNeverCameAreTold) {
  bench_.feel(1);
  bench_.give(EventType::gap);
  bench_.wait(60'000);
  const auto report = bench_.take_report();
  uint32_t missing = 0;
  for (const auto& metric : report->metrics)
    if (metric->id == metric_id::missing) std::memcpy(&missing, metric->payload.data(), 4);
  EXPECT_EQ(missing, 1u);
}

TEST_F(AgentReportsTest, TheTimeThatWasHeardIsTold) {
  const auto told = [this]() -> uint32_t {
    bench_.feel(10);
    const auto report = bench_.take_report();
    bench_.acknowledge(report->boot, report->counter);
    uint32_t seconds = 0;
    for (const auto& metric : report->metrics)
      if (metric->id == metric_id::time_floor) std::memcpy(&seconds, metric->payload.data(), 4);
    return seconds;
  };
  EXPECT_EQ(told(), 0u);
  bench_.hear(Channel::time, sign_time(1'800'000'000, bench_.project.director_key).value());
  EXPECT_EQ(told(), 1'800'000'000u);
  bench_.hear(Channel::time, sign_time(1'800'000'060, bench_.project.image_key).value());
  EXPECT_EQ(told(), 1'800'000'000u) << "nobody but the director tells the time";
}

TEST_F(AgentReportsTest, OneIsOnItsWayUntilItIsStoredAndIsSentAgainByteForByte) {
  bench_.feel(10);
  const Bytes sent = bench_.take(Channel::report).value();
  bench_.feel(30);
  EXPECT_FALSE(bench_.take(Channel::report).has_value());
  bench_.wait(1000);
  EXPECT_EQ(bench_.take(Channel::report).value(), sent);
  bench_.disconnect();
  bench_.connect();
  EXPECT_EQ(bench_.take(Channel::report).value(), sent);
  const uint32_t counter = bench_.agent.reports.held[bench_.agent.reports.first].counter;
  bench_.acknowledge(1, counter + 1);
  bench_.acknowledge(2, counter);
  EXPECT_EQ(bench_.agent.reports.count, 1u) << "an acknowledgement of another report";
  bench_.acknowledge(1, counter);
  const auto next = bench_.take_report();
  EXPECT_EQ(next->counter, counter + 1);
  EXPECT_EQ(bench_.windows_in(*next), 30u) << "what was felt meanwhile has gathered";
}

TEST_F(AgentReportsTest, NothingIsLostWhileTheCollectorIsAway) {
  bench_.feel(25);
  bench_.disconnect();
  bench_.feel(1000);
  bench_.connect();
  settle();
  EXPECT_EQ(counted_, 1025u);
  EXPECT_EQ(bench_.agent.inferred, 1025u);
}

TEST_F(AgentReportsTest, ASwapCutsAReportForTheOldModel) {
  bench_.feel(4);
  bench_.install(*second_, 2);  // three windows of trial
  bench_.feel(7);
  const auto old_model = bench_.take_report();
  EXPECT_EQ(old_model->release, 1u);
  EXPECT_EQ(bench_.windows_in(*old_model), 4u);
  bench_.acknowledge(old_model->boot, old_model->counter);
  const auto new_model = bench_.take_report();
  EXPECT_EQ(new_model->release, 2u);
  EXPECT_EQ(bench_.windows_in(*new_model), 10u);
  EXPECT_NE(new_model->model_id, old_model->model_id);
}

TEST_F(AgentReportsTest, ATrialThatIsTakenBackLosesNothingEvenWithTheCollectorAway) {
  bench_.feel(10);  // on its way
  bench_.feel(5);   // gathered, and cut at the swap
  bench_.hear(Channel::desired, bench_.desired(*second_, 2, 100));
  bench_.serve(*second_);
  bench_.wait(1);
  bench_.wait(1);
  bench_.feel(6);  // of the trial
  bench_.wait(20'000);
  ASSERT_EQ(bench_.agent.running.release, 1u);
  bench_.feel(3);
  std::vector<std::pair<uint32_t, uint32_t>> told;  // release, windows
  while (bench_.agent.reports.count > 0 || bench_.agent.gathering) {
    bench_.sent.clear();
    bench_.wait(60'000);
    const auto report = bench_.take_report();
    ASSERT_NE(report, nullptr);
    told.emplace_back(report->release, bench_.windows_in(*report));
    bench_.acknowledge(report->boot, report->counter);
  }
  EXPECT_EQ(told, (std::vector<std::pair<uint32_t, uint32_t>>{{1, 10}, {1, 5}, {2, 6}, {1, 3}}));
  EXPECT_EQ(bench_.agent.lost, 0u);
}

TEST_F(AgentReportsTest, ASecondUpdateWaitsForRoomButNotForEver) {
  bench_.feel(15);
  bench_.install(*second_, 2);
  ASSERT_EQ(bench_.agent.reports.count, 2u);
  bench_.hear(Channel::desired, bench_.desired(*third_, 3));
  bench_.serve(*third_);
  bench_.wait(1);
  bench_.wait(1);
  EXPECT_EQ(bench_.agent.updater.phase, Phase::staged);
  bench_.wait(19'000);
  EXPECT_EQ(bench_.agent.updater.phase, Phase::staged);
  bench_.wait(1'000);
  EXPECT_EQ(bench_.agent.updater.phase, Phase::trial) << "a collector that never comes does not stop updates";
}

TEST_F(AgentReportsTest, ASecondUpdateGoesOnAsSoonAsThereIsRoom) {
  bench_.feel(15);
  bench_.install(*second_, 2);
  bench_.hear(Channel::desired, bench_.desired(*third_, 3));
  bench_.serve(*third_);
  bench_.wait(1);
  bench_.wait(1);
  ASSERT_EQ(bench_.agent.updater.phase, Phase::staged);
  const auto report = bench_.take_report();
  bench_.acknowledge(report->boot, report->counter);
  EXPECT_EQ(bench_.agent.updater.phase, Phase::trial);
  EXPECT_EQ(bench_.agent.lost, 0u);
}

TEST_F(AgentReportsTest, ANewStartCountsItsReportsFromOne) {
  bench_.feel(10);
  bench_.boot();
  bench_.connect();
  bench_.sent.clear();
  bench_.feel(10);
  const auto report = bench_.take_report();
  EXPECT_EQ(report->boot, 2u);
  EXPECT_EQ(report->counter, 1u);
}

}  // namespace
}  // namespace mote
