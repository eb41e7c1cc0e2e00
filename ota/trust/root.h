// What is trusted: the public halves of the image key and the director key, as they stand in root.pub.
#pragma once

#include "base/file_system.h"
#include "base/json_fwd.h"
#include "base/result.h"
#include "ota/trust/keys.h"
#include "ota/workspace.h"

namespace mote {

struct TrustRoot {
  uint32_t epoch = 1;  // rises when keys are replaced
  PublicKey image{};
  PublicKey director{};
  bool operator==(const TrustRoot&) const = default;
};

// root.pub is TOML, read strictly: an unknown key, a missing one, a threshold other than 1 of 1 or a point off the curve is
// refused as Cause::untrusted, because without a root nothing can be trusted.
std::string root_toml(const TrustRoot& root);
Result<TrustRoot> parse_root(std::string_view text, const std::string& where);
Result<TrustRoot> read_root(FileSystem& files, const Path& path);

// What `mote keys init` made.
struct NewKeys {
  TrustRoot root;
  Path folder;
};
std::string to_text(const NewKeys& keys);
Json to_json(const NewKeys& keys);

// Makes image.key, director.key and root.pub in workspace.keys(). Refuses when one of them exists; leaves none where it fails.
Result<NewKeys> init_keys(FileSystem& files, const Workspace& workspace);

// The private halves, held against root.pub beside them: a key that is not the root's is refused.
Result<KeyPair> read_image_key(FileSystem& files, const Workspace& workspace);
Result<KeyPair> read_director_key(FileSystem& files, const Workspace& workspace);

}  // namespace mote
