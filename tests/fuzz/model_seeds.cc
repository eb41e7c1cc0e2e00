// What the long runs of the verifier's fuzz target start from: small random networks, packed for every target. One argument: the
// folder.
#include <cstdio>

#include "base/file_system.h"
#include "tests/fuzz/seed_models.h"

namespace mote {
namespace {

constexpr uint64_t kNetworks = 40;

Result<void> write_seeds(const Path& folder) {
  DiskFileSystem files;
  for (uint64_t seed = 1; seed <= kNetworks; ++seed)
    for (uint8_t target = 0; target < kTargets; ++target) {
      TRY(const Bytes model, seed_model(seed, static_cast<Target>(target)));
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
