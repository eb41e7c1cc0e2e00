// What the fuzz target of the verifier starts from: small random networks, packed for every target. One argument: the folder.
#include <cstdio>

#include "base/file_system.h"
#include "quantize/compile.h"
#include "quantize/pack/pack.h"
#include "quantize/test/graphs.h"

namespace mote {
namespace {

constexpr uint64_t kNetworks = 40;
constexpr uint32_t kSamples = 24, kChannels = 3, kInputs = 20;

Result<Bytes> model_of(uint64_t seed, Target target) {
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

Result<void> write_seeds(const Path& folder) {
  DiskFileSystem files;
  for (uint64_t seed = 1; seed <= kNetworks; ++seed)
    for (uint8_t target = 0; target < kTargets; ++target) {
      TRY(const Bytes model, model_of(seed, static_cast<Target>(target)));
      const std::string name = std::to_string(seed) + "-" + std::string(target_name(static_cast<Target>(target)));
      TRY_DO(files.write(folder / name, model, Access::everyone));
    }
  return {};
}

}  // namespace
}  // namespace mote

int main(int count, char** words) {
  if (count != 2) return 2;
  const mote::Result<void> written = mote::write_seeds(words[1]);
  if (!written.ok()) std::fprintf(stderr, "%s\n", written.error().line().c_str());
  return written.ok() ? 0 : 1;
}
