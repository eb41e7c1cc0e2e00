// Reads and writes the memory of an emulated core through its debugger's door: GDB's remote serial protocol over a Unix socket.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "ota/transport/relay/sockets.h"

namespace mote {

// The core stands still from the connection on, until `resume`. Only what can be read and written while it does is asked for.
class DebugLink {
 public:
  static Result<DebugLink> connect(const Path& socket);

  Result<Bytes> read(uint32_t address, size_t count);
  Result<void> write(uint32_t address, ByteView bytes);
  Result<void> resume();  // and leaves

 private:
  explicit DebugLink(Descriptor socket) : socket_(std::move(socket)) {}
  // "$command#checksum", acknowledged by '+'; the answer has the same form.
  Result<std::string> ask(const std::string& command);
  Result<char> next_byte();

  Descriptor socket_;
};

}  // namespace mote
