// Files on the real disk: bounded reads, writes that appear whole.
#include "base/file_system.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace mote {
namespace {

constexpr size_t kMaxTextBytes = size_t{64} << 20;

Error io_error(const Path& path, const std::string& doing, const std::string& todo = "") {
  return Error{.cause = Cause::failed, .what = doing + ": " + std::strerror(errno), .where = path.string(), .todo = todo};
}

// A file descriptor that closes itself.
struct Descriptor {
  int number;
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
};

Result<void> write_all(int descriptor, ByteView bytes, const Path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return io_error(path, "cannot be written", "check the free space");
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
  return {};
}

// Where the bytes go: behind a symbolic link, and never in the place of a device, a pipe or a folder.
Result<Path> place_of(const Path& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return path;
  if (S_ISLNK(status.st_mode)) {
    std::error_code failure;
    const Path behind = std::filesystem::canonical(path, failure);
    if (failure)
      return Error{.cause = Cause::failed, .what = "is a link to nowhere", .where = path.string(), .todo = "remove it"};
    return place_of(behind);
  }
  if (S_ISREG(status.st_mode)) return path;
  return Error{.cause = Cause::failed, .what = "is not a regular file", .where = path.string(), .todo = "give a file"};
}

}  // namespace

Result<std::string> FileSystem::read_text(const Path& path) {
  TRY(Bytes bytes, read(path, kMaxTextBytes));
  return std::string(text_of(bytes));
}

Result<void> FileSystem::write_text(const Path& path, std::string_view text, Access access) {
  return write(path, view_of(text), access);
}

Result<Bytes> DiskFileSystem::read(const Path& path, size_t max_bytes) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.number < 0) return io_error(path, "cannot be opened", errno == ENOENT ? "check the path" : "check its permissions");
  struct stat status {};
  if (::fstat(file.number, &status) != 0) return io_error(path, "cannot be examined");
  if (!S_ISREG(status.st_mode)) {
    return Error{.cause = Cause::failed, .what = "is not a regular file", .where = path.string(), .todo = "give a file"};
  }
  if (static_cast<uint64_t>(status.st_size) > max_bytes) {
    return Error{.cause = Cause::failed,
                 .what = "has " + std::to_string(status.st_size) + " bytes, more than the " + std::to_string(max_bytes) +
                         " that are read here",
                 .where = path.string(),
                 .todo = "check that this is the file you meant"};
  }
  Bytes bytes(static_cast<size_t>(status.st_size));
  size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got = ::read(file.number, bytes.data() + filled, bytes.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_error(path, "cannot be read");
    if (got == 0) break;
    filled += static_cast<size_t>(got);
  }
  bytes.resize(filled);
  return bytes;
}

Result<void> DiskFileSystem::write(const Path& to, ByteView bytes, Access access) {
  TRY(const Path path, place_of(to));
  if (path.has_parent_path()) TRY_DO(make_folder(path.parent_path(), Access::everyone));
  const Path beside = path.string() + ".part-" + std::to_string(::getpid());
  {
    const mode_t mode = access == Access::owner_only ? 0600 : 0644;
    const Descriptor file{::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)};
    if (file.number < 0) return io_error(path, "cannot be created", "check the folder and its permissions");
    auto written = write_all(file.number, bytes, path);
    if (written.ok() && ::fsync(file.number) != 0) written = io_error(path, "cannot be synchronised");
    if (!written.ok()) {
      ::unlink(beside.c_str());
      return written;
    }
  }
  if (::rename(beside.c_str(), path.c_str()) != 0) {
    const Error error = io_error(path, "cannot be put in place");
    ::unlink(beside.c_str());
    return error;
  }
  return {};
}

bool DiskFileSystem::exists(const Path& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

Result<void> DiskFileSystem::make_folder(const Path& path, Access access) {
  std::error_code failure;
  const bool made = std::filesystem::create_directories(path, failure);
  if (failure) {
    errno = failure.value();
    return io_error(path, "cannot be made a folder");
  }
  if (made && access == Access::owner_only && ::chmod(path.c_str(), 0700) != 0)
    return io_error(path, "cannot be closed to others");
  return {};
}

Result<void> DiskFileSystem::remove(const Path& path) {
  if (::remove(path.c_str()) != 0 && errno != ENOENT) return io_error(path, "cannot be removed");
  return {};
}

Result<std::vector<Path>> DiskFileSystem::list(const Path& folder) {
  std::error_code failure;
  std::vector<Path> entries;
  for (auto entry = std::filesystem::directory_iterator(folder, failure);
       !failure && entry != std::filesystem::directory_iterator(); entry.increment(failure)) {
    entries.push_back(entry->path());
  }
  if (failure) {
    errno = failure.value();
    return io_error(folder, "cannot be listed", "check the path");
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

}  // namespace mote
