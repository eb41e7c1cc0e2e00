// Starts, watches and stops mosquitto.
#include "ota/broker/broker.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>

#include <thread>

#include "base/json.h"
#include "base/sqlite.h"
#include "ota/broker/authority.h"
#include "ota/broker/configuration.h"
#include "ota/devices/devices.h"

namespace mote {
namespace {

using std::chrono::milliseconds;

constexpr int64_t kStartMs = 5000;
constexpr int kTries = 5;  // for a free port that someone else took meanwhile
constexpr size_t kMaxBrokerFileBytes = 64u << 20;
constexpr const char* kInUse = "the port is in use";

Error broker_problem(const std::string& where, const std::string& what, const std::string& todo = "") {
  return Error{.cause = Cause::failed, .what = what, .where = where, .todo = todo};
}

Path address_file(const Workspace& workspace) { return workspace.broker() / "address.json"; }

BrokerFiles files_of(const Workspace& workspace) {
  const Path folder = workspace.broker();
  return {.authority = workspace.authority() / "ca.crt",
          .revoked = workspace.authority() / "revoked.crl",
          .certificate = folder / "server.crt",
          .key = folder / "server.key",
          .rules = folder / "access.rules",
          .persistence = folder};
}

// Debian keeps mosquitto where a user who is not root does not look.
std::string program(FileSystem& files) {
  for (const char* place : {"/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto"})
    if (files.exists(place)) return place;
  return "mosquitto";
}

Result<void> write_credentials(FileSystem& files, const Path& folder, const std::string& name, const Credentials& credentials) {
  TRY_DO(files.write_text(folder / (name + ".key"), credentials.key, Access::owner_only));
  return files.write_text(folder / (name + ".crt"), credentials.certificate);
}

bool accepts(uint16_t port) {
  const Result<std::vector<SocketAddress>> addresses = resolve("127.0.0.1", port);
  if (!addresses.ok() || addresses->empty()) return false;
  const Result<Descriptor> socket = begin_connect(addresses->front());
  if (!socket.ok()) return false;
  pollfd ready{socket->get(), POLLOUT, 0};
  return ::poll(&ready, 1, 200) > 0 && connect_error(*socket) == 0;
}

}  // namespace

Result<void> write_access_rules(const Workspace& workspace, FileSystem& files) {
  TRY(Database database, Database::open(workspace.database()));
  Devices devices(database);
  TRY_DO(devices.prepare());
  TRY(const std::vector<EnrolledDevice> all, devices.list());
  std::vector<std::string> retired;
  for (const EnrolledDevice& device : all)
    if (device.retired_ms) retired.push_back(device.id);
  return files.write_text(files_of(workspace).rules, access_rules(retired), Access::owner_only);
}

Result<BrokerProcess> BrokerProcess::up(const Workspace& workspace, FileSystem& files, const Clock& clock,
                                        const Options& options) {
  BrokerProcess broker(workspace, files, clock);
  for (const Path& folder : {workspace.folder, workspace.broker(), workspace.host_certificate()})
    TRY_DO(files.make_folder(folder, Access::owner_only));
  TRY_DO(broker.lock());
  TRY_DO(broker.prepare());
  for (int left = kTries;; --left) {
    TRY(const uint16_t port, free_port(options.port));
    const Result<void> started = broker.start(port);
    if (started.ok()) return broker;
    if (options.port != 0 || started.error().what != kInUse || left == 1) return started.error();
  }
}

BrokerProcess::~BrokerProcess() {
  if (!lock_.open()) return;  // moved from, or never the workspace's broker
  process_.stop();
  [[maybe_unused]] const Result<void> removed = files_->remove(address_file(workspace_));  // its absence is all that is wanted
}

Result<void> BrokerProcess::lock() {
  const Path path = workspace_.broker() / "lock";
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file.open()) return broker_problem(path.string(), "cannot be opened");
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0)
    return broker_problem(workspace_.folder.string(), "a broker of this workspace runs already", "stop that one, or use it");
  lock_ = std::move(file);
  return {};
}

Result<void> BrokerProcess::prepare() {
  TRY(const Authority authority, Authority::open(workspace_.authority(), *files_, *clock_));
  // New ones at every start: they never come near their expiry, and never belong to an authority that is gone.
  TRY(const Credentials server, authority.mint("localhost", CertificateUse::server));
  TRY_DO(write_credentials(*files_, workspace_.broker(), "server", server));
  for (const HostProgram program : {HostProgram::collector, HostProgram::controller, HostProgram::observer}) {
    TRY(const Credentials host, authority.mint(name_of(program), CertificateUse::client));
    TRY_DO(write_credentials(*files_, workspace_.host_certificate(), name_of(program), host));
  }
  return write_access_rules(workspace_, *files_);
}

Result<void> BrokerProcess::start(uint16_t port) {
  const Path configuration = workspace_.broker() / "mosquitto.conf";
  TRY_DO(files_->write_text(configuration, broker_configuration(files_of(workspace_), port), Access::owner_only));
  TRY(rules_, digest_of_rules());
  port_ = port;
  TRY(process_, Process::start({program(*files_), "-c", configuration.string()}, {.output = log()}));
  TRY_DO(wait_until_it_accepts());
  return write_json(*files_, address_file(workspace_), to_json(address()));
}

Result<void> BrokerProcess::restart() {
  process_.stop();
  return start(port_);
}

Result<void> BrokerProcess::wait_until_it_accepts() {
  const int64_t deadline = clock_->steady_ms() + kStartMs;
  while (process_.running() && clock_->steady_ms() < deadline) {
    // A moment later it must still run: otherwise it was somebody else who accepted.
    if (accepts(port_) && !process_.wait(milliseconds(20))) return {};
    std::this_thread::sleep_for(milliseconds(10));
  }
  const bool ended = !process_.running();
  process_.stop();
  const std::string words = last_words();
  if (words.find("Address already in use") != std::string::npos)
    return broker_problem("127.0.0.1:" + std::to_string(port_), kInUse, "choose another with --port, or stop what listens there");
  return broker_problem(log().string(), ended ? "mosquitto ended: " + words : "mosquitto accepts no connections");
}

std::string BrokerProcess::last_words() {
  const Result<Bytes> bytes = files_->read(log(), kMaxBrokerFileBytes);
  if (!bytes.ok()) return bytes.error().what;
  std::string_view text = text_of(*bytes);
  while (text.ends_with('\n')) text.remove_suffix(1);
  return std::string(text.substr(text.rfind('\n') + 1));
}

Result<Digest> BrokerProcess::digest_of_rules() {
  const BrokerFiles paths = files_of(workspace_);
  TRY(const Bytes rules, files_->read(paths.rules, kMaxBrokerFileBytes));
  TRY(const Bytes revoked, files_->read(paths.revoked, kMaxBrokerFileBytes));
  return Sha256().add(rules).add(revoked).finish();
}

Result<void> BrokerProcess::reload_when_changed() {
  TRY(const Digest digest, digest_of_rules());
  if (digest == rules_ || !process_.running()) return {};
  rules_ = digest;
  if (::kill(process_.id(), SIGHUP) != 0) return broker_problem("mosquitto", "cannot be told to read its rules again");
  return {};
}

}  // namespace mote
