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
KeyRing key_ring(Context& context, const Workspace& workspace, const KeyOptions& options);

// A bundle after somebody has signed it.
struct SignedFile {
  Path file;
  size_t missing = 0;
};
std::string to_text(const SignedFile& file);
Json to_json(const SignedFile& file);

}  // namespace mote::cli
