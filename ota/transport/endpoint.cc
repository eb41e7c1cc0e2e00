// Endpoints from what stands in the workspace.
#include "ota/transport/endpoint.h"

#include <charconv>

#include "base/json.h"
#include "ota/transport/presence.h"
#include "ota/transport/topics.h"

namespace mote {
namespace {

constexpr size_t kMaxEndpointPemBytes = 64 * 1024;

Result<std::string> read_pem(FileSystem& files, const Path& path, const std::string& command) {
  Result<Bytes> bytes = files.read(path, kMaxEndpointPemBytes);
  if (bytes.ok()) return std::string(text_of(*bytes));
  Error error = std::move(bytes).error();
  if (!files.exists(path)) error.todo = "make it with: " + command;
  return error;
}

Result<Endpoint> read_endpoint(const Workspace& workspace, FileSystem& files, const BrokerAddress& broker, const Path& folder,
                               const std::string& name, const std::string& command) {
  Endpoint endpoint{.broker = broker, .client_id = name};
  TRY(endpoint.authority, read_pem(files, workspace.authority() / "ca.crt", "mote broker up"));
  TRY(endpoint.certificate, read_pem(files, folder / (name + ".crt"), command));
  TRY(endpoint.key, read_pem(files, folder / (name + ".key"), command));
  return endpoint;
}

}  // namespace

Result<BrokerAddress> parse_broker_address(const std::string& text) {
  BrokerAddress address;
  const size_t colon = text.rfind(':');
  address.host = text.substr(0, colon);
  address.server_name = address.host == "127.0.0.1" ? "localhost" : address.host;
  const std::string port = colon == std::string::npos ? "8883" : text.substr(colon + 1);
  const auto [end, problem] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (problem == std::errc() && end == port.data() + port.size() && address.port != 0 && !address.host.empty()) return address;
  return Error{.cause = Cause::usage, .what = "is no address of a broker", .where = text, .todo = "write HOST:PORT"};
}

std::string to_text(const BrokerAddress& address) { return address.host + ":" + std::to_string(address.port) + "\n"; }

Json to_json(const BrokerAddress& address) {
  return {{"host", address.host}, {"port", address.port}, {"server_name", address.server_name}};
}

std::string name_of(HostProgram program) {
  switch (program) {
    case HostProgram::collector:
      return "host.collector";
    case HostProgram::controller:
      return "host.controller";
    case HostProgram::observer:
      return "host.observer";
  }
  return "";
}

Result<Endpoint> host_endpoint(const Workspace& workspace, FileSystem& files, const BrokerAddress& broker, HostProgram program) {
  return read_endpoint(workspace, files, broker, workspace.host_certificate(), name_of(program), "mote broker up");
}

Result<Endpoint> device_endpoint(const Workspace& workspace, FileSystem& files, const BrokerAddress& broker,
                                 const std::string& id, uint32_t boot) {
  if (!valid_device_id(id)) return Error{.cause = Cause::usage, .what = "is no id of a device", .where = id, .todo = ""};
  const std::string command = "mote device enrol " + id;
  TRY(Endpoint endpoint, read_endpoint(workspace, files, broker, workspace.device(id), id, command));
  endpoint.will = Will{topic_of(id, Channel::state), make_will(boot), Retain::yes};
  return endpoint;
}

Result<BrokerAddress> running_broker(const Workspace& workspace, FileSystem& files) {
  const Path path = workspace.broker() / "address.json";
  if (!files.exists(path))
    return Error{.cause = Cause::failed,
                 .what = "no broker of this workspace runs",
                 .where = workspace.folder.string(),
                 .todo = "start it: mote broker up, or name one with --broker HOST:PORT"};
  TRY(const Json json, read_json(files, path));
  BrokerAddress address;
  TRY(address.host, member<std::string>(json, "host", path.string()));
  TRY(address.port, member<uint16_t>(json, "port", path.string()));
  TRY(address.server_name, member<std::string>(json, "server_name", path.string()));
  return address;
}

}  // namespace mote
