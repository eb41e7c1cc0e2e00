// A root in words.
#include "base/json.h"
#include "ota/trust/ceremony.h"
#include "ota/trust/encrypted_key.h"

namespace mote {

Result<ShownRoot> show_root(FileSystem& files, const Workspace& workspace, const TrustRoot& root) {
  ShownRoot shown{.epoch = root.epoch, .roles = {}, .removed = root.removed.size(), .waits = {}};
  for (const RoleField& field : kRoleFields) {
    const Role& role = root.*field.role;
    ShownRoot::Shown& to = shown.roles.emplace_back();
    to.role = field.name;
    to.epoch = role.epoch;
    to.threshold = role.threshold;
    for (const PublicKey& key : role.keys) {
      const Path path = key_path(workspace, field.name, key);
      ShownRoot::Key& one = to.keys.emplace_back();
      one.name = key_name(key);
      one.here = files.exists(path);
      if (!one.here) continue;
      TRY(const std::string pem, files.read_text(path));
      one.encrypted = is_encrypted_key(pem);
    }
  }
  return shown;
}

std::string to_text(const ShownRoot& root) {
  std::string text = "root epoch " + std::to_string(root.epoch);
  if (root.removed != 0)
    text += ", " + std::to_string(root.removed) + (root.removed == 1 ? " key" : " keys") + " removed for good";
  text += "\n";
  for (const ShownRoot::Shown& role : root.roles) {
    text += "  " + role.role + std::string(10 - role.role.size(), ' ') + std::to_string(role.threshold) + " of " +
            std::to_string(role.keys.size()) + ", since epoch " + std::to_string(role.epoch) + "\n";
    for (const ShownRoot::Key& key : role.keys)
      text += "            " + key.name + (!key.here ? "  elsewhere" : key.encrypted ? "  here, encrypted" : "  here, not encrypted") + "\n";
  }
  if (root.waits) text += to_text(*root.waits);
  return text;
}

Json to_json(const ShownRoot& root) {
  Json roles = Json::object();
  for (const ShownRoot::Shown& role : root.roles) {
    Json keys = Json::array();
    for (const ShownRoot::Key& key : role.keys) keys.push_back({{"name", key.name}, {"here", key.here}, {"encrypted", key.encrypted}});
    roles[role.role] = {{"threshold", role.threshold}, {"epoch", role.epoch}, {"keys", keys}};
  }
  Json json = {{"epoch", root.epoch}, {"roles", roles}, {"removed", root.removed}};
  if (root.waits) json["waits"] = to_json(*root.waits);
  return json;
}

}  // namespace mote
