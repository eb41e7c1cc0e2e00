// Enrolling and retiring, each within one transaction of the database: what fails or is interrupted has not happened.
#include "ota/devices/enrol.h"

#include <algorithm>
#include <cstring>

#include "device/port/identity.h"
#include "ota/broker/authority.h"
#include "ota/broker/broker.h"
#include "ota/trust/root.h"

namespace mote {
namespace {

constexpr size_t kMaxEnrolPemBytes = 64 * 1024;

template <size_t n>
void set_name(char (&to)[n], const std::string& name) {
  std::memset(to, 0, n);
  std::memcpy(to, name.data(), std::min(name.size(), n - 1));
}

Bytes identity_blob(const EnrolledDevice& device, const KeyPair& report, ByteView root) {
  Identity identity{};
  set_name(identity.device, device.id);
  set_name(identity.device_class, device.device_class);
  set_name(identity.cohort, device.cohort);
  std::copy(report.private_key.begin(), report.private_key.end(), identity.report_private_key);
  std::copy(report.public_key.begin(), report.public_key.end(), identity.report_public_key);
  identity.root = root.data();
  identity.root_bytes = static_cast<uint32_t>(root.size());
  Bytes blob(identity_bytes(identity));
  identity_write(identity, blob.data());
  return blob;
}

Result<void> write_device(FileSystem& files, const Path& folder, const std::string& id, const Credentials& transport,
                          ByteView identity) {
  TRY_DO(files.make_folder(folder, Access::owner_only));
  TRY_DO(files.write_text(folder / (id + ".key"), transport.key, Access::owner_only));
  TRY_DO(files.write_text(folder / (id + ".crt"), transport.certificate));
  return files.write(folder / "identity.bin", identity, Access::owner_only);
}

void remove_device(FileSystem& files, const Path& folder, const std::string& id) {
  for (const Path& path : {folder / "identity.bin", folder / (id + ".crt"), folder / (id + ".key"), folder})
    if (const Result<void> removed = files.remove(path); !removed.ok()) return;  // what failed before is what is reported
}

}  // namespace

Result<Database> open_devices(const Workspace& workspace, FileSystem& files) {
  if (!files.exists(workspace.folder))
    return Error{.cause = Cause::failed,
                 .what = "there is no workspace",
                 .where = workspace.folder.string(),
                 .todo = "make its keys with: mote keys init, or name another with --dir"};
  TRY(Database database, Database::open(workspace.database()));
  TRY_DO(Devices(database).prepare());
  return database;
}

Result<EnrolledDevice> enrol_device(const std::string& id, const std::string& device_class, const std::string& cohort,
                                    const Workspace& workspace, FileSystem& files, const Clock& clock) {
  TRY(const TrustRoot root, read_root(files, workspace.root()));
  TRY(const Bytes document, root_document(root));
  TRY(const KeyPair report, generate_key());
  EnrolledDevice device{
      .id = id, .device_class = device_class, .cohort = cohort, .report_key = report.public_key, .enrolled_ms = clock.now_ms()};
  TRY_DO(check_names(device));
  TRY(Database database, open_devices(workspace, files));
  TRY_DO(database.transaction([&]() -> Result<void> {
    TRY_DO(Devices(database).enrol(device));  // before any file: another device's must not be overwritten
    TRY(const Authority authority, Authority::open(workspace.authority(), files, clock));
    TRY(const Credentials transport, authority.mint(id, CertificateUse::client));
    const Result<void> written = write_device(files, workspace.device(id), id, transport, identity_blob(device, report, document));
    if (!written.ok()) remove_device(files, workspace.device(id), id);
    return written;
  }));
  return device;
}

Result<EnrolledDevice> retire_device(const std::string& id, const Workspace& workspace, FileSystem& files, const Clock& clock) {
  TRY(Database database, open_devices(workspace, files));
  Devices devices(database);
  TRY_DO(database.transaction([&]() -> Result<void> {
    TRY_DO(devices.retire(id, clock.now_ms()));
    // A certificate that is gone cannot be put on the list; the rules keep whoever holds it from every topic.
    const Path path = workspace.device(id) / (id + ".crt");
    if (!files.exists(path)) return {};
    TRY(const Bytes certificate, files.read(path, kMaxEnrolPemBytes));
    TRY(Authority authority, Authority::open(workspace.authority(), files, clock));
    return authority.revoke(std::string(text_of(certificate)));
  }));
  TRY_DO(write_access_rules(workspace, files));
  return devices.find(id);
}

}  // namespace mote
