// The states of one line. Every call does what can be done at once and returns.
#include "ota/transport/relay/line.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace mote {
namespace {

constexpr int kTurns = 8;  // pipefuls that one line moves before the others have their turn

}  // namespace

Line::~Line() { close("the relay was stopped"); }

void Line::want(std::vector<pollfd>& waited) const {
  const auto add = [&](const Descriptor& descriptor, int events) {
    if (descriptor.open() && events != 0) waited.push_back({descriptor.get(), static_cast<short>(events), 0});
  };
  switch (at_) {
    case At::dialling:
      return add(remote_, POLLOUT);
    case At::handshaking:
      return add(remote_, tls_->wants_write() ? POLLOUT : POLLIN);
    case At::ready:
      add(listener_, POLLIN);
      return add(remote_, POLLRDHUP);
    case At::open:
      add(local_, (up_.empty() ? POLLIN : 0) | (down_.empty() ? 0 : POLLOUT));
      return add(remote_, (down_.empty() ? POLLIN : 0) | (up_.empty() ? 0 : POLLOUT));
    case At::closed:
      return;
  }
}

void Line::step(int64_t now_ms) {
  if (shared_->close_wanted) return close("closed by its owner");
  if (at_ != At::open && now_ms >= deadline_ms_) return close("the broker did not answer in time");
  in_haste_ = false;
  if (at_ == At::dialling) {
    pollfd ready{remote_.get(), POLLOUT, 0};
    if (::poll(&ready, 1, 0) <= 0) return;
    if (const int error = connect_error(remote_); error != 0) {
      if (next_address_ == addresses_.size()) return close(std::strerror(error));
      return dial();
    }
    tls_ = std::make_unique<TlsStream>(identity_, remote_.get());
    at_ = At::handshaking;
  }
  if (at_ == At::handshaking) handshake();
  if (at_ == At::ready) accept();
  for (int turn = 0; at_ == At::open && turn < kTurns; ++turn) {
    const bool up = move_up();
    const bool down = at_ == At::open && move_down();
    if (!up && !down) return;
    in_haste_ = turn + 1 == kTurns;
  }
}

void Line::dial() {
  std::string trouble = "has no address";
  while (next_address_ < addresses_.size()) {
    Result<Descriptor> begun = begin_connect(addresses_[next_address_++]);
    if (begun.ok()) {
      remote_ = std::move(begun).value();
      return;
    }
    trouble = begun.error().what;
  }
  close(trouble);
}

void Line::handshake() {
  const TlsResult result = tls_->handshake();
  if (result == TlsResult::ended) return close(tls_->trouble());
  if (result == TlsResult::again) return;
  Result<Descriptor> listening = listen_at(socket_);
  if (!listening.ok()) return close(listening.error().line());
  listener_ = std::move(listening).value();
  at_ = At::ready;
  const std::lock_guard lock(shared_->mutex);
  shared_->state = LineState::ready;
  shared_->changed.notify_all();
}

void Line::accept() {
  pollfd hung_up{remote_.get(), POLLRDHUP, 0};
  if (::poll(&hung_up, 1, 0) > 0) return close("closed by the broker");
  local_ = accept_own(listener_);
  if (!local_.open()) return;
  listener_.reset();
  ::unlink(socket_.c_str());
  at_ = At::open;
}

bool Line::move_up() {
  if (up_.empty()) {
    const ssize_t count = ::recv(local_.get(), up_.bytes.data(), up_.bytes.size(), 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (count <= 0) {
      close("closed by its owner");
      return false;
    }
    up_.begin = 0, up_.end = static_cast<size_t>(count);
    if (const char* why = up_check_.check(up_.view()); why != nullptr) {
      close(std::string("not sent: ") + why);
      return false;
    }
  }
  size_t taken = 0;
  const TlsResult result = tls_->write(up_.view(), &taken);
  up_.begin += taken;
  if (result == TlsResult::ended) close(tls_->trouble());
  return result == TlsResult::done;
}

bool Line::move_down() {
  if (down_.empty()) {
    size_t count = 0;
    const TlsResult result = tls_->read(down_.bytes, &count);
    if (result == TlsResult::ended) close(tls_->trouble());
    if (result != TlsResult::done) return false;
    down_.begin = 0, down_.end = count;
    if (const char* why = down_check_.check(down_.view()); why != nullptr) {
      close(std::string("the broker was cut off: ") + why);
      return false;
    }
  }
  const ssize_t sent = ::send(local_.get(), down_.bytes.data() + down_.begin, down_.end - down_.begin, MSG_NOSIGNAL);
  if (sent < 0) {
    if (errno != EAGAIN && errno != EINTR) close("closed by its owner");
    return false;
  }
  down_.begin += static_cast<size_t>(sent);
  return true;
}

void Line::close(const std::string& why) {
  if (at_ == At::closed) return;
  if (at_ == At::open) tls_->close_notify();
  at_ = At::closed;
  {  // before the sockets close, so that who finds them closed also finds why
    const std::lock_guard lock(shared_->mutex);
    shared_->state = LineState::closed;
    shared_->trouble = broker_ + ": " + why;
    shared_->changed.notify_all();
  }
  if (listener_.open()) ::unlink(socket_.c_str());
  tls_.reset();
  listener_.reset(), local_.reset(), remote_.reset();
}

}  // namespace mote
