// What commands that sign have in common: where private keys and their passphrase are.
#pragma once

#include "host/cli/commands.h"
#include "ota/trust/ceremony.h"

namespace mote::cli {

struct KeyOptions {
  std::vector<std::string> files;
  Path passphrase_file;
};
void declare(Arguments& arguments, KeyOptions& options);
// Cause::usage for an output that would replace one of `inputs`, of the keys or the passphrase's file that are named, or that
// lies in a folder in which the workspace keeps keys, certificates and identities. An empty path is none.
Result<void> check_output(const Path& output, const std::vector<Path>& inputs, const Workspace& workspace,
                          const KeyOptions& keys);

KeyRing key_ring(Context& context, const Workspace& workspace, const KeyOptions& options);

// A bundle after somebody has signed it.
struct SignedFile {
  Path file;
  size_t missing = 0;
};
std::string to_text(const SignedFile& file);
Json to_json(const SignedFile& file);

}  // namespace mote::cli
