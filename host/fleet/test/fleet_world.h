// A fleet for tests: real models in the store, real devices that report to it.
#pragma once

#include <memory>
#include <vector>

#include "base/random.h"
#include "base/test/fake_clock.h"
#include "device/model/test/sample_models.h"
#include "host/fleet/store.h"
#include "host/fleet/test/speaking_device.h"
#include "ota/rollout/store.h"

namespace mote::fleet {

constexpr int kStatistics = 4;  // and the confidence: the scalars of add_extras()

// One model with labels and a baseline whose bins are 10 quanta wide around 0.
struct SampleModel {
  SampleModel() {
    ModelBuilder builder = dense_model();
    add_extras(&builder);
    const AlignedBytes built = builder.build();
    file.assign(built.data(), built.data() + built.size());
    Database scratch = Database::in_memory().value();
    FleetStore store(scratch);
    if (!store.prepare().ok() || !store.register_model(file, "sample", "sample", 1).ok()) return;
    const FleetModel known = store.models().value().at(0);
    model_id = known.model_id;
    flatbuffers::FlatBufferBuilder baseline_builder;
    std::vector<format::Scalar> scalars;
    for (const BaselineScalar& scalar : known.baseline.scalars)
      scalars.emplace_back(scalar.edges, 0, scalar.counts, scalar.mean, scalar.deviation, scalar.cusum_slack, scalar.cusum_limit);
    baseline_builder.Finish(format::CreateBaselineDirect(baseline_builder, &scalars));
    baseline.assign(baseline_builder.GetBufferPointer(), baseline_builder.GetBufferPointer() + baseline_builder.GetSize());
  }
  Bytes file, baseline;
  Digest model_id{};
};

class FleetWorld {
 public:
  explicit FleetWorld(size_t count) {
    EXPECT_TRUE(devices_.prepare().ok() && store_.prepare().ok() && rollouts_.prepare().ok());
    EXPECT_TRUE(store_.register_model(model_.file, "vibration.mote", "vibration 7", 7).ok());
    for (size_t i = 0; i < count; ++i) {
      speakers_.push_back(std::make_unique<SpeakingDevice>("press-0" + std::to_string(i + 1), model_.baseline));
      speakers_.back()->run(7, model_.model_id);
      levels_.push_back(20 * random_.normal());
      EXPECT_TRUE(devices_.enrol(speakers_.back()->enrolment()).ok());
    }
  }

  // Lets a device infer and report; its first scalar is moved by `shift` of its standard deviation of 8 quanta.
  void run(size_t device, int windows, double shift = 0) {
    for (int done = 0; done < windows; done += 32) {
      for (int i = 0; i < std::min(32, windows - done); ++i) {
        std::vector<int16_t> statistics;
        for (int s = 0; s < kStatistics; ++s)
          statistics.push_back(static_cast<int16_t>(levels_[device] + 8 * (random_.normal() + (s == 0 ? shift : 0))));
        speakers_[device]->window(statistics, {static_cast<int8_t>(100 + random_.below(28)), -90, -100});
      }
      take(speakers_[device]->report());
    }
  }
  void run_all(int windows) {
    for (size_t i = 0; i < speakers_.size(); ++i) run(i, windows);
  }

  void take(const Bytes& envelope) {
    const auto report = parse_report(ByteView(envelope).subspan(kEnvelopeHeaderBytes, envelope.size() - kEnvelopeOverhead));
    ASSERT_TRUE(report.has_value());
    const Result<Taken> taken = store_.take_report(*report, clock_.now_ms());
    ASSERT_TRUE(taken.ok() && *taken == Taken::stored);
  }

  FakeClock& clock() { return clock_; }
  Devices& devices() { return devices_; }
  FleetStore& store() { return store_; }
  RolloutStore& rollouts() { return rollouts_; }
  SpeakingDevice& speaker(size_t device) { return *speakers_[device]; }
  const SampleModel& model() const { return model_; }

 private:
  FakeClock clock_;
  Random random_{1};
  SampleModel model_;
  Database database_ = Database::in_memory().value();
  Devices devices_{database_};
  FleetStore store_{database_};
  RolloutStore rollouts_{database_};
  std::vector<std::unique_ptr<SpeakingDevice>> speakers_;
  std::vector<double> levels_;
};

}  // namespace mote::fleet
