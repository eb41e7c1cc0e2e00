// GDB's remote serial protocol, as far as memory goes: packets m (read), M (write) and D (leave).
#include "host/firmware/debug_link.h"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

namespace mote {
namespace {

constexpr size_t kPieceBytes = 1024;  // twice that in digits; QEMU takes packets of 4096
constexpr int kPatienceMs = 20'000;

std::string hexadecimal(uint64_t number) {
  char digits[20];
  std::snprintf(digits, sizeof digits, "%llx", static_cast<unsigned long long>(number));
  return digits;
}

Error failure(const std::string& what) { return {.cause = Cause::failed, .what = what, .where = "the emulator's debugger"}; }

std::string packet_of(const std::string& command) {
  uint8_t sum = 0;
  for (const char c : command) sum = static_cast<uint8_t>(sum + static_cast<uint8_t>(c));
  char end[4];
  std::snprintf(end, sizeof end, "#%02x", sum);
  return "$" + command + end;
}

}  // namespace

Result<DebugLink> DebugLink::connect(const Path& path) {
  Result<Descriptor> socket = connect_to(path);
  for (int attempt = 0; attempt < 400 && !socket.ok(); ++attempt) {  // the socket is there before it listens
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    socket = connect_to(path);
  }
  if (!socket.ok()) return std::move(socket).error();
  return DebugLink(std::move(socket).value());
}

Result<char> DebugLink::next_byte() {
  pollfd waiting{socket_.get(), POLLIN, 0};
  char byte = 0;
  if (::poll(&waiting, 1, kPatienceMs) <= 0 || ::recv(socket_.get(), &byte, 1, 0) != 1) return failure("does not answer");
  return byte;
}

Result<std::string> DebugLink::ask(const std::string& command) {
  const std::string packet = packet_of(command);
  for (size_t sent = 0; sent < packet.size();) {
    pollfd waiting{socket_.get(), POLLOUT, 0};
    if (::poll(&waiting, 1, kPatienceMs) <= 0) return failure("takes nothing");
    const ssize_t count = ::send(socket_.get(), packet.data() + sent, packet.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) return failure("has hung up");
    sent += static_cast<size_t>(count);
  }
  // What it says of its own accord, that the core has stopped, comes before the acknowledgement of a command, if at all.
  char byte = 0;
  while (byte != '+') {
    TRY(byte, next_byte());
  }
  while (byte != '$') {
    TRY(byte, next_byte());
  }
  std::string answer;
  for (;;) {
    TRY(byte, next_byte());
    if (byte == '#') break;
    answer += byte;
  }
  for (int i = 0; i < 2; ++i) TRY_DO(next_byte());  // the checksum: the socket is this machine's own
  if (::send(socket_.get(), "+", 1, MSG_NOSIGNAL) != 1) return failure("has hung up");
  if (answer.size() == 3 && answer[0] == 'E') return failure("refuses " + command.substr(0, command.find(':')) + ": " + answer);
  return answer;
}

Result<Bytes> DebugLink::read(uint32_t address, size_t count) {
  Bytes bytes;
  while (bytes.size() < count) {
    const size_t piece = std::min(kPieceBytes, count - bytes.size());
    TRY(const std::string digits, ask("m" + hexadecimal(address + bytes.size()) + "," + hexadecimal(piece)));
    const std::optional<Bytes> read = from_hex(digits);
    if (!read || read->size() != piece) return failure("answers something else than memory");
    append(bytes, *read);
  }
  return bytes;
}

Result<void> DebugLink::write(uint32_t address, ByteView bytes) {
  for (size_t at = 0; at < bytes.size(); at += kPieceBytes) {
    const ByteView piece = bytes.subspan(at, std::min(kPieceBytes, bytes.size() - at));
    TRY(const std::string answer, ask("M" + hexadecimal(address + at) + "," + hexadecimal(piece.size()) + ":" + to_hex(piece)));
    if (answer != "OK") return failure("does not write memory");
  }
  return {};
}

Result<void> DebugLink::resume() {
  TRY_DO(ask("D"));
  return {};
}

}  // namespace mote
