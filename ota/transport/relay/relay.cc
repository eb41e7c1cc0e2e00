// One poll loop over all lines.
#include "ota/transport/relay/relay.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace mote {
namespace {

constexpr int64_t kConnectMs = 10'000;  // for TCP, TLS and libmosquitto's arrival together
constexpr int kRelayLookMs = 250;       // for deadlines

void ring(int wake) {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(wake, &one, sizeof one);  // a full counter wakes as well
}

Error relay_problem(const std::string& where) {
  return Error{.cause = Cause::failed, .what = std::strerror(errno), .where = where, .todo = ""};
}

}  // namespace

LineState RelayLine::wait(std::chrono::milliseconds patience) {
  std::unique_lock lock(shared_->mutex);
  shared_->changed.wait_for(lock, patience, [&] { return shared_->state != LineState::connecting; });
  return shared_->state;
}

std::string RelayLine::trouble() const {
  const std::lock_guard lock(shared_->mutex);
  return shared_->trouble;
}

void RelayLine::close() {
  shared_->close_wanted = true;
  ring(wake_);
}

Result<std::shared_ptr<Relay>> Relay::start(const Clock& clock) {
  std::string folder = (std::filesystem::temp_directory_path() / "mote-relay-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return relay_problem(folder);  // mode 0700
  Descriptor wake(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
  if (!wake.open()) return relay_problem("eventfd");
  return std::shared_ptr<Relay>(new Relay(clock, folder, std::move(wake)));
}

Relay::Relay(const Clock& clock, Path folder, Descriptor wake)
    : clock_(clock), folder_(std::move(folder)), wake_(std::move(wake)), thread_([this] { run(); }) {}

Relay::~Relay() {
  stop_ = true;
  ring(wake_.get());
  thread_.join();
  lines_.clear();
  arriving_.clear();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

Result<std::unique_ptr<RelayLine>> Relay::open(const std::string& host, uint16_t port, std::shared_ptr<TlsIdentity> identity) {
  TRY(std::vector<SocketAddress> addresses, resolve(host, port));
  auto shared = std::make_shared<LineShared>();
  const std::lock_guard lock(mutex_);
  const Path socket = folder_ / std::to_string(++opened_);
  arriving_.push_back(std::make_unique<Line>(shared, std::move(identity), std::move(addresses), host + ":" + std::to_string(port),
                                             socket, clock_.steady_ms() + kConnectMs));
  ring(wake_.get());
  return std::unique_ptr<RelayLine>(new RelayLine(std::move(shared), socket, wake_.get()));
}

void Relay::take_new_lines() {
  const std::lock_guard lock(mutex_);
  for (std::unique_ptr<Line>& line : arriving_) {
    line->start();
    lines_.push_back(std::move(line));
  }
  arriving_.clear();
}

void Relay::run() {
  std::vector<pollfd> waited;
  while (!stop_) {
    take_new_lines();
    std::erase_if(lines_, [](const std::unique_ptr<Line>& line) { return line->closed(); });
    waited.assign(1, {wake_.get(), POLLIN, 0});
    std::vector<size_t> begins;
    bool in_haste = false;
    for (const std::unique_ptr<Line>& line : lines_) {
      begins.push_back(waited.size());
      line->want(waited);
      in_haste = in_haste || line->in_haste();
    }
    begins.push_back(waited.size());
    const int events = ::poll(waited.data(), waited.size(), in_haste ? 0 : kRelayLookMs);
    uint64_t rung = 0;
    const bool all = events <= 0 || ::read(wake_.get(), &rung, sizeof rung) > 0;  // deadlines; closings
    const int64_t now = clock_.steady_ms();
    for (size_t i = 0; i < lines_.size(); ++i) {
      bool due = all || lines_[i]->in_haste();
      for (size_t at = begins[i]; at < begins[i + 1]; ++at) due = due || waited[at].revents != 0;
      if (due) lines_[i]->step(now);
    }
  }
}

}  // namespace mote
