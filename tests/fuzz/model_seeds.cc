// What the long runs of the verifier's fuzz target start from: small random networks, packed for every target. One argument: the
// folder.
#include "tests/fuzz/seed_models.h"
#include "tests/fuzz/seeds.h"

namespace mote {
namespace {

constexpr uint64_t kNetworks = 40;

Result<void> write_all(const Path& folder) {
  std::vector<Seed> seeds;
  for (uint64_t seed = 1; seed <= kNetworks; ++seed)
    for (uint8_t target = 0; target < kTargets; ++target) {
      TRY(Bytes model, seed_model(seed, static_cast<Target>(target)));
      seeds.push_back({seed_name(seed, static_cast<Target>(target)), std::move(model)});
    }
  return write_seeds(folder, seeds);
}

}  // namespace
}  // namespace mote

int main(int count, char** words) { return mote::write_seeds_into(count, words, mote::write_all); }
