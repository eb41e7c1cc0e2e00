// A mosquitto of our own: a child on loopback that knows nobody without a certificate of the workspace's authority.
//
//     TRY(BrokerProcess broker, BrokerProcess::up(workspace, files, clock, {}));
//     TRY(Endpoint endpoint, host_endpoint(workspace, files, broker.address(), HostProgram::collector));
#pragma once

#include "base/clock.h"
#include "base/process.h"
#include "base/sha256.h"
#include "ota/transport/endpoint.h"
#include "ota/transport/relay/sockets.h"

namespace mote {

class BrokerProcess {
 public:
  struct Options {
    uint16_t port = 0;  // 0: one that is free
  };

  // Makes what is missing in the workspace (authority, certificates of the broker and of the host's programs, configuration,
  // access rules), starts mosquitto and returns when it accepts connections. Refuses a port in use, and a second broker in a
  // workspace. Call it, and restart(), from a thread that lives as long as the broker should (base/process.h).
  static Result<BrokerProcess> up(const Workspace& workspace, FileSystem& files, const Clock& clock, const Options& options);

  BrokerProcess(BrokerProcess&&) noexcept = default;
  BrokerProcess& operator=(BrokerProcess&&) = delete;
  ~BrokerProcess();  // stops it

  BrokerAddress address() const { return {.host = "127.0.0.1", .port = port_, .server_name = "localhost"}; }
  uint16_t port() const { return port_; }
  pid_t id() const { return process_.id(); }
  bool running() { return process_.running(); }
  Path log() const { return workspace_.broker() / "mosquitto.log"; }
  std::string last_words();  // the last line of the log

  void kill() { process_.kill(); }  // SIGKILL, for tests of what happens then
  Result<void> restart();           // on the same port, stopping it first where it runs

  // Tells mosquitto to read access rules and revoked certificates again, when they have changed since.
  Result<void> reload_when_changed();

 private:
  BrokerProcess(Workspace workspace, FileSystem& files, const Clock& clock)
      : workspace_(std::move(workspace)), files_(&files), clock_(&clock) {}
  Result<void> lock();
  Result<void> prepare();
  Result<void> start(uint16_t port);
  Result<void> wait_until_it_accepts();
  Result<Digest> digest_of_rules();

  Workspace workspace_;
  FileSystem* files_;
  const Clock* clock_;
  Descriptor lock_;
  uint16_t port_ = 0;
  Digest rules_{};
  Process process_;
};

// Writes the access rules for the devices that are retired in the workspace's database. A running broker notices by itself.
Result<void> write_access_rules(const Workspace& workspace, FileSystem& files);

}  // namespace mote
