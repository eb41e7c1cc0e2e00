// Links the set's part of the device's library in thought (library_link.h).
#include "host/firmware/runtime_part.h"

#include "host/firmware/library_link.h"
#include "host/firmware/operator_rows.h"

namespace mote {
namespace {

constexpr size_t kMaxArchiveBytes = 64 << 20;

// boards/common/firmware.cmake, mote_firmware_parts: the roundings differ in their code.
Path archive_in(const Path& folder, const std::string& profile, Rounding rounding) {
  return folder / ("libparts_" + profile + (rounding == Rounding::double_rounding ? "_double.a" : "_single.a"));
}

Error no_such_profile(const Board& board, const RuntimeChoice& choice, FileSystem& files) {
  const Path boards = board.folder.parent_path();
  std::string having;
  for (const std::string& name : known_boards(files, boards.parent_path()))
    if (files.exists(archive_in(boards / name, choice.profile, choice.set.rounding)))
      having += (having.empty() ? "" : ", ") + name;
  return {.cause = Cause::usage,
          .what = "has no firmware of the profile " + choice.profile,
          .where = board.name,
          .todo = having.empty() ? "build it: cmake --build --preset host" : "boards that have: " + having};
}

}  // namespace

Result<RuntimePart> runtime_part(const Board& board, const RuntimeChoice& choice, FileSystem& files) {
  const Path path = archive_in(board.folder, choice.profile, choice.set.rounding);
  if (!files.exists(path)) return no_such_profile(board, choice, files);
  TRY(const Bytes archive, files.read(path, kMaxArchiveBytes));
  TRY(const std::vector<ObjectFile> library, read_archive(archive, path.string()));
  const OperatorRows rows(choice.set);
  LibraryUse use;
  use.roots = {"mote_open", "mote_run", "mote_input", "mote_output", "mote_input_count", "mote_status_name"};
  if (choice.front_end) use.roots.emplace_back("mote_run_raw");
  use.start = choice.start;
  use.follows = [&rows](const ObjectSection& section, const Relocation& to) { return rows.needs(section, to); };
  use.bytes_of = [&rows](const ObjectSection& section) { return rows.bytes_of(section); };
  LibraryPart part = link_library(library, use);
  return RuntimePart{static_cast<uint32_t>(part.bytes),
                     choice.set.target == Target::portable || choice.set.target == machine_of(library), std::move(part.outside)};
}

}  // namespace mote
