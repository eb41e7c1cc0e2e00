// Where the passphrase of the keys comes from: a file that only its owner reads, the environment, or a prompt. Never an argument.
#pragma once

#include <functional>
#include <string>

#include "base/file_system.h"
#include "base/result.h"

namespace mote {

constexpr const char* kPassphraseVariable = "MOTE_PASSPHRASE";

// Asked when a key needs it, and for new keys, which are to be given it twice. `why` says for what.
using AskPassphrase = std::function<Result<std::string>(const std::string& why, bool is_new)>;

// In this order: `file` unless it is empty, which must have mode 0600 or stricter and holds it in its first line; the environment's
// MOTE_PASSPHRASE; a prompt on the terminal without an echo. It is asked for once.
AskPassphrase passphrase_from(FileSystem& files, const Path& file);

// For keys that are known not to be encrypted.
inline Result<std::string> no_passphrase(const std::string& why, bool) {
  return Error{.cause = Cause::failed, .what = "is encrypted", .where = why, .todo = ""};
}

}  // namespace mote
