// Sockets of Linux behind Result.
#include "ota/transport/relay/sockets.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace mote {
namespace {

Error socket_problem(const std::string& where, const std::string& what) {
  return Error{.cause = Cause::failed, .what = what, .where = where, .todo = ""};
}

Result<sockaddr_un> unix_address(const Path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.native().size() >= sizeof address.sun_path)
    return socket_problem(path.string(), "is too long for the path of a socket");
  std::memcpy(address.sun_path, path.c_str(), path.native().size());
  return address;
}

const sockaddr* generic(const void* address) { return static_cast<const sockaddr*>(address); }

}  // namespace

void Descriptor::reset() {
  if (number_ >= 0) ::close(number_);
  number_ = -1;
}

Result<std::vector<SocketAddress>> resolve(const std::string& host, uint16_t port) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int code = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
  if (code != 0) return socket_problem(host, std::string("has no address: ") + ::gai_strerror(code));
  std::vector<SocketAddress> addresses;
  for (const addrinfo* entry = found; entry != nullptr; entry = entry->ai_next) {
    SocketAddress& address = addresses.emplace_back();
    std::memcpy(&address.storage, entry->ai_addr, entry->ai_addrlen);
    address.bytes = entry->ai_addrlen;
  }
  ::freeaddrinfo(found);
  return addresses;
}

Result<Descriptor> begin_connect(const SocketAddress& address) {
  Descriptor made(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!made.open()) return socket_problem("socket", std::strerror(errno));
  const int yes = 1;
  ::setsockopt(made.get(), IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  if (::connect(made.get(), generic(&address.storage), address.bytes) != 0 && errno != EINPROGRESS)
    return socket_problem("socket", std::strerror(errno));
  return made;
}

int connect_error(const Descriptor& socket) {
  int error = 0;
  socklen_t bytes = sizeof error;
  return ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &bytes) == 0 ? error : errno;
}

Result<Descriptor> listen_at(const Path& path) {
  TRY(const sockaddr_un address, unix_address(path));
  Descriptor made(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!made.open() || ::bind(made.get(), generic(&address), sizeof address) != 0 || ::listen(made.get(), 1) != 0)
    return socket_problem(path.string(), std::string("cannot be listened on: ") + std::strerror(errno));
  return made;
}

Result<Descriptor> connect_to(const Path& path) {
  TRY(const sockaddr_un address, unix_address(path));
  Descriptor made(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!made.open() || ::connect(made.get(), generic(&address), sizeof address) != 0)
    return socket_problem(path.string(), std::string("cannot be connected to: ") + std::strerror(errno));
  return made;
}

Descriptor accept_own(const Descriptor& listener) {
  Descriptor taken(::accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!taken.open()) return taken;
  ucred peer{};
  socklen_t bytes = sizeof peer;
  const bool known = ::getsockopt(taken.get(), SOL_SOCKET, SO_PEERCRED, &peer, &bytes) == 0;
  if (!known || peer.pid != ::getpid()) taken.reset();
  return taken;
}

Result<uint16_t> free_port(uint16_t port) {
  const Descriptor probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int yes = 1;
  ::setsockopt(probe.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t bytes = sizeof address;
  if (::bind(probe.get(), generic(&address), bytes) != 0) {
    Error error = socket_problem("127.0.0.1:" + std::to_string(port), std::strerror(errno));
    if (errno == EADDRINUSE)
      error.what = "the port is in use", error.todo = "choose another with --port, or stop what listens there";
    return error;
  }
  if (::getsockname(probe.get(), reinterpret_cast<sockaddr*>(&address), &bytes) != 0)
    return socket_problem("socket", std::strerror(errno));
  return ntohs(address.sin_port);
}

}  // namespace mote
