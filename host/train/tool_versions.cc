// What built this program.
#include <Eigen/Core>

#include "base/json.h"
#include "host/train/run.h"
#include "mote_revision.h"

namespace mote {

Json tool_versions() {
#if defined(__clang__)
  const std::string compiler = std::string("clang ") + __clang_version__;
#else
  const std::string compiler = std::string("gcc ") + __VERSION__;
#endif
  const std::string eigen =
      std::to_string(EIGEN_WORLD_VERSION) + "." + std::to_string(EIGEN_MAJOR_VERSION) + "." + std::to_string(EIGEN_MINOR_VERSION);
  return {{"mote", MOTE_VERSION},
          {"revision", MOTE_REVISION},
          {"compiler", compiler},
          {"eigen", eigen},
          {"instructions", Eigen::SimdInstructionSetsInUse()}};
}

}  // namespace mote
