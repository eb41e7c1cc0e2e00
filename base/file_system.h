// The disk behind an interface, so that a library can be tried on a full or a broken one.
#pragma once

#include <filesystem>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace mote {

using Path = std::filesystem::path;

enum class Access { everyone, owner_only };  // owner_only: mode 0600 for a file, 0700 for a folder

class FileSystem {
 public:
  virtual ~FileSystem() = default;

  // The whole file. Refuses one of more than `max_bytes`, before reading it.
  virtual Result<Bytes> read(const Path& path, size_t max_bytes) = 0;

  // The file appears whole or not at all: written beside its place, synchronised, then renamed. Folders above are made.
  virtual Result<void> write(const Path& path, ByteView bytes, Access access = Access::everyone) = 0;

  virtual bool exists(const Path& path) = 0;
  virtual Result<void> make_folder(const Path& path, Access access = Access::everyone) = 0;
  virtual Result<void> remove(const Path& path) = 0;               // a file or an empty folder; absent is no error
  virtual Result<std::vector<Path>> list(const Path& folder) = 0;  // entries by name, in order

  // Text files hold at most 64 MiB.
  Result<std::string> read_text(const Path& path);
  Result<void> write_text(const Path& path, std::string_view text, Access access = Access::everyone);
};

class DiskFileSystem final : public FileSystem {
 public:
  Result<Bytes> read(const Path& path, size_t max_bytes) override;
  Result<void> write(const Path& path, ByteView bytes, Access access) override;
  bool exists(const Path& path) override;
  Result<void> make_folder(const Path& path, Access access) override;
  Result<void> remove(const Path& path) override;
  Result<std::vector<Path>> list(const Path& folder) override;
};

}  // namespace mote
