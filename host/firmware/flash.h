// Firmware, identity and first model as one image, and the tool that writes it into a board (docs/flashing.md).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "host/firmware/board.h"
#include "host/firmware/provision.h"

namespace mote {

struct FlashRequest {
  std::string board;
  std::string program = "agent";
  std::string runner = "gdb";
  std::map<std::string, std::string> places;  // of the runner's command line: server, mount; what is empty has not been said
  std::optional<Provision> provision;         // of a device; programs that need none have none
  ByteView model;                             // with no device: put where the program finds its model; may be empty
  std::string model_name = "the model";
};

struct FlashPlan {
  Board board;
  Path program;
  Runner runner;
  FlashImage image;
  Provisioned device;  // its id is empty: none

  std::string other_runners() const;  // "openocd, pyocd"
  // The command line that writes the image, which stands in `file`.
  Result<std::vector<std::string>> command(const std::map<std::string, std::string>& places, const Path& file) const;
};

// Nothing is written. Refuses what would not run: an unknown board, firmware that was not built or lies outside of its memory, a
// model that is not signed or does not fit, a runner that the board does not have.
Result<FlashPlan> plan_flash(const FlashRequest& request, FileSystem& files, const Path& program_folder);

// Where each piece goes, for people and machines; `command` is what writes it.
struct FlashReport {
  const FlashPlan* plan = nullptr;
  std::vector<std::string> command;
  bool done = false;  // false: a dry run
};
std::string to_text(const FlashReport& report);
Json to_json(const FlashReport& report);

}  // namespace mote
