// TLS 1.2 towards a broker, by mbedTLS: our certificate, one believed CA, and always the name that the broker must carry.
#pragma once

#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/result.h"

namespace mote {

struct TlsParts;  // mbedTLS's own structures, tls.cc
struct TlsState;

// What all connections of one endpoint share. Made once; used by one thread at a time.
class TlsIdentity {
 public:
  // PEM texts. Errors say which of the three is wrong, or that key and certificate do not belong together.
  static Result<std::shared_ptr<TlsIdentity>> make(const std::string& authority, const std::string& certificate,
                                                   const std::string& key, const std::string& server_name);
  ~TlsIdentity();

 private:
  friend class TlsStream;
  TlsIdentity();
  std::unique_ptr<TlsParts> parts_;
};

enum class TlsResult { done, again, ended };  // again: when the socket is ready

// One connection over a non-blocking socket, which stays the caller's and must outlive it.
class TlsStream {
 public:
  TlsStream(std::shared_ptr<TlsIdentity> identity, int socket);
  ~TlsStream();

  TlsResult handshake();
  // At least one byte when done. `taken` bytes were read.
  TlsResult read(std::span<uint8_t> to, size_t* taken);
  // Again: come back with the same bytes.
  TlsResult write(ByteView bytes, size_t* taken);
  void close_notify();

  bool wants_write() const;            // what `again` of the last call waits for
  const std::string& trouble() const;  // after `ended`; "closed by the broker" when it was orderly

 private:
  TlsResult result_of(int code);

  std::shared_ptr<TlsIdentity> identity_;
  std::unique_ptr<TlsState> state_;
};

}  // namespace mote
