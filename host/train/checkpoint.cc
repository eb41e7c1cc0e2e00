// The file: the identity, and the state in a frame that carries its own checksum.
#include "host/train/checkpoint.h"

#include <algorithm>

#include "base/compress.h"

namespace mote {
namespace {

constexpr size_t kMostCheckpointBytes = size_t{1} << 31;

}  // namespace

Error Checkpoint::refuse(const std::string& what) const {
  return Error{.cause = Cause::usage, .what = what, .where = path_.string(), .todo = "train without --resume"};
}

Result<void> Checkpoint::save(const Digest& identity, ByteView state) {
  Bytes bytes(identity.begin(), identity.end());
  append(bytes, compress(state));
  return files_.write(path_, bytes, Access::everyone);
}

Result<std::optional<Bytes>> Checkpoint::load(const Digest& identity) {
  if (!resume_ || !files_.exists(path_)) return std::optional<Bytes>();
  TRY(const Bytes bytes, files_.read(path_, kMostCheckpointBytes));
  if (bytes.size() < identity.size() || !std::equal(identity.begin(), identity.end(), bytes.begin()))
    return refuse("is of another configuration, seed or data");
  TRY(Bytes state, decompress(ByteView(bytes).subspan(identity.size()), kMostCheckpointBytes, path_.string()));
  return std::optional<Bytes>(std::move(state));
}

}  // namespace mote
