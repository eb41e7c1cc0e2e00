// Small random networks as models, from which the fuzz target of the verifier starts.
#pragma once

#include "quantize/compile.h"
#include "quantize/pack/pack.h"
#include "quantize/test/graphs.h"

namespace mote {

inline std::string seed_name(uint64_t seed, Target target) {
  return std::to_string(seed) + "-" + std::string(target_name(target));
}

inline Result<Bytes> seed_model(uint64_t seed, Target target) {
  constexpr uint32_t kSamples = 24, kChannels = 3, kInputs = 20;
  const Graph graph = test::random_network(seed, kSamples, kChannels, 4);
  const auto window = [seed](uint32_t index, std::span<float> to) {
    Random random(100 * seed + index);
    for (float& value : to) value = static_cast<float>(random.normal());
  };
  NoProgress progress;
  const Rounding rounding = seed % 3 == 0 ? Rounding::single_rounding : Rounding::double_rounding;
  TRY(Compiled compiled, compile({.graph = &graph,
                                  .calibration = {.count = kInputs, .window = window},
                                  .options = {.target = target, .rounding = rounding},
                                  .where = "seed"},
                                 progress));
  return std::move(compiled.model);
}

}  // namespace mote
