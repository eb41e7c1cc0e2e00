// The passphrase from file, environment or terminal.
#include "ota/trust/passphrase.h"

#include <termios.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>

#include "ota/trust/keys.h"

namespace mote {
namespace {

constexpr size_t kMaxFileBytes = 4096;

Error no_passphrase_from(const std::string& what, const std::string& where, const std::string& todo) {
  return Error{.cause = Cause::usage, .what = what, .where = where, .todo = todo};
}

Result<std::string> from_file(FileSystem& files, const Path& file) {
  std::error_code none;
  if (std::filesystem::is_directory(file, none))
    return no_passphrase_from("is a folder", file.string(), "name a file of mode 0600 with --passphrase-file");
  TRY_DO(check_owner_only(file));
  TRY(const Bytes bytes, files.read(file, kMaxFileBytes));
  const std::string text(text_of(bytes));
  const std::string line = text.substr(0, text.find_first_of("\r\n"));
  if (line.empty()) return no_passphrase_from("its first line is empty, and is to be the passphrase", file.string(), "");
  return line;
}

// The terminal shows nothing of what is typed.
class Silence {
 public:
  Silence() : known_(::tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!known_) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~Silence() {
    if (known_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;

 private:
  termios before_{};
  bool known_;
};

Result<std::string> prompt(const std::string& words) {
  std::cerr << words << ": " << std::flush;
  std::string line;
  {
    const Silence silence;
    std::getline(std::cin, line);
  }
  std::cerr << "\n";
  if (line.empty()) return no_passphrase_from("no passphrase was given", "", "");
  return line;
}

Result<std::string> from_terminal(const std::string& why, bool is_new) {
  if (::isatty(STDIN_FILENO) == 0)
    return no_passphrase_from("a passphrase is wanted for " + why + ", and there is no terminal to ask on", "",
                   std::string("give a file of mode 0600 with --passphrase-file, or set ") + kPassphraseVariable);
  TRY(std::string first, prompt("passphrase for " + why));
  if (!is_new) return first;
  TRY(const std::string second, prompt("once more"));
  if (first != second) return no_passphrase_from("the two passphrases differ", "", "");
  return first;
}

}  // namespace

AskPassphrase passphrase_from(FileSystem& files, const Path& file) {
  auto known = std::make_shared<std::optional<std::string>>();
  return [&files, file, known](const std::string& why, bool is_new) -> Result<std::string> {
    if (*known) return **known;
    const char* variable = std::getenv(kPassphraseVariable);
    Result<std::string> found = !file.empty()                            ? from_file(files, file)
                                : variable != nullptr && *variable != 0 ? Result<std::string>(std::string(variable))
                                                                        : from_terminal(why, is_new);
    if (found.ok()) *known = *found;
    return found;
  };
}

}  // namespace mote
