// Carries messages between a serial link and the device's connection, and slows each side to the pace of the other.
#include "ota/gateway/device_link.h"

#include <poll.h>

#include <algorithm>

#include "ota/transport/topics.h"

namespace mote {
namespace {

constexpr int64_t kOpenAgainMs = 200;
constexpr int64_t kStuckMs = 10'000;            // a device that takes nothing for so long is not there
constexpr size_t kMaxLeavingBytes = 64 * 1024;  // then nothing more is fetched from the broker
constexpr size_t kMaxBeforeWindow = 512;        // windows give way to messages, which never wait behind more than one of them
constexpr size_t kMaxUpward = 32;               // then nothing more is read from the device, while the broker is there
constexpr int kReadsAtOnce = 16;
constexpr size_t kMaxLogBytes = 200;

struct Up {
  Channel channel;
  Delivery delivery;
  Retain retain;
};
constexpr Up kUp[] = {{Channel::state, Delivery::at_least_once, Retain::yes},
                      {Channel::report, Delivery::at_least_once, Retain::no},
                      {Channel::request, Delivery::at_most_once, Retain::no}};

const Up* up_of(uint8_t number) {
  for (const Up& up : kUp)
    if (static_cast<uint8_t>(up.channel) == number) return &up;
  return nullptr;
}

}  // namespace

std::string printable(ByteView text) {
  std::string line(text_of(text.first(std::min(text.size(), kMaxLogBytes))));
  for (char& c : line)
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e) c = ' ';
  return line;
}

DeviceLink::DeviceLink(Path path, int baud, Surroundings surroundings, const Clock& clock)
    : path_(std::move(path)), baud_(baud), surroundings_(std::move(surroundings)), clock_(clock), arriving_(kFrameReaderBytes) {
  status_.link = path_;
  frame_reader_init(&reader_, arriving_.data(), arriving_.size());
}

void DeviceLink::step() {
  if (!port_ && clock_.steady_ms() >= open_again_ms_) open();
  if (!port_) return;
  read();
  serve_connection();
  if (port_) write();
}

short DeviceLink::wants() const {
  const int in = may_read() ? POLLIN : 0;
  return static_cast<short>(left_ < leaving_.size() ? in | POLLOUT : in);
}

bool DeviceLink::send_window(ByteView window) {
  if (status_.device.empty() || leaving_.size() - left_ > kMaxBeforeWindow || window.size() > kMaxFramePayload) return false;
  send(FrameType::window, window);
  ++status_.windows;
  return true;
}

void DeviceLink::open() {
  Result<SerialPort> opened = SerialPort::open(path_, baud_);
  if (!opened.ok()) {
    status_.trouble = opened.error().line();
    open_again_ms_ = clock_.steady_ms() + kOpenAgainMs;
    return;
  }
  port_.emplace(std::move(opened).value());
  status_.open = true;
  status_.trouble.clear();
  frame_reader_init(&reader_, arriving_.data(), arriving_.size());
  last_sequence_.reset();
  next_sequence_ = 0;
  // A device that an earlier gateway has welcomed says hello no more: this makes it begin anew.
  leaving_.assign(1, 0);  // ends whatever frame that one left unfinished
  left_ = 0;
  send(FrameType::farewell, {});
}

void DeviceLink::close(const std::string& why) {
  detach();
  port_.reset();
  status_.open = false;
  status_.trouble = path_.string() + ": " + why;
  open_again_ms_ = clock_.steady_ms() + kOpenAgainMs;
}

// The connection's will says what has happened.
void DeviceLink::detach() {
  connection_.reset();
  shared_ = {};
  upward_.clear();
  status_.device.clear();
  status_.connected = false;
}

void DeviceLink::read() {
  std::array<uint8_t, 4096> bytes;
  for (int left = kReadsAtOnce; left > 0 && may_read(); --left) {
    size_t count = 0;
    const PortResult result = port_->read(bytes, &count);
    if (result == PortResult::closed) return close("the link was closed");
    if (result == PortResult::later) return;
    for (size_t i = 0; i < count; ++i) {
      Frame frame;
      if (frame_reader_take(&reader_, bytes[i], &frame)) take(frame);
    }
    status_.broken_frames = reader_.dropped;
  }
}

void DeviceLink::take(const Frame& frame) {
  if (last_sequence_) status_.lost_frames += frames_lost(*last_sequence_, frame.sequence);
  last_sequence_ = frame.sequence;
  const ByteView payload(frame.payload, frame.count);
  switch (frame.type) {
    case FrameType::hello:
      return take_hello(std::string(text_of(payload)));
    case FrameType::message:
      return take_message(payload);
    case FrameType::log:
      return surroundings_.log(status_.device, printable(payload));
    default:
      return;  // L7
  }
}

void DeviceLink::take_hello(const std::string& device) {
  last_sequence_.reset();  // a device that starts again counts anew
  if (!valid_device_id(device)) {
    status_.trouble = path_.string() + ": a device of no valid name said hello";
    return;
  }
  if (device == status_.device) {
    if (!connection_->connected()) return;  // its welcome comes with the connection
    // It has started again, and knows nothing of what stands on its topics: subscribing again brings that once more.
    send(FrameType::welcome, {});
    (void)subscribe_as(*connection_, device);
    return;
  }
  detach();
  if (!surroundings_.is_free(device)) {
    status_.trouble = path_.string() + ": " + device + " is already there on another link";
    return;
  }
  Result<std::unique_ptr<Connection>> made = surroundings_.connect(device);
  if (made.ok())
    if (const Result<void> subscribed = subscribe_as(**made, device); !subscribed.ok()) made = subscribed.error();
  if (!made.ok()) {
    status_.trouble = made.error().line();
    return;
  }
  connection_ = std::move(made).value();
  status_.device = device;
  status_.trouble.clear();
}

void DeviceLink::take_message(ByteView payload) {
  if (!connection_ || payload.empty() || payload.size() - 1 > kMaxMessageBytes) return;
  const Up* up = up_of(payload[0]);
  if (up == nullptr) return;
  if (up->channel == Channel::state)  // only the newest counts
    std::erase_if(upward_, [](const Upward& waiting) { return waiting.channel == Channel::state; });
  if (upward_.size() >= kMaxUpward) {  // the broker is away; a report is sent again until it is acknowledged, a state is not
    const auto oldest =
        std::find_if(upward_.begin(), upward_.end(), [](const Upward& up) { return up.channel != Channel::state; });
    upward_.erase(oldest);
  }
  upward_.push_back({up->channel, Bytes(payload.begin() + 1, payload.end())});
}

void DeviceLink::serve_connection() {
  if (!connection_) return;
  while (!upward_.empty() && connection_->connected()) {
    const Upward& next = upward_.front();
    const Up& up = *up_of(static_cast<uint8_t>(next.channel));
    if (!shared_.follow(*connection_, next.channel, next.bytes).ok()) break;
    if (!connection_->publish(topic_of(status_.device, next.channel), next.bytes, up.delivery, up.retain).ok()) break;
    ++status_.messages_up;
    upward_.pop_front();
  }
  if (!has_room()) return;
  connection_->poll(std::chrono::milliseconds(0),
                    {.message =
                         [this](const Message& message) {
                           const std::optional<Channel> channel = channel_down(message.topic, status_.device);
                           if (!channel) return;
                           Bytes payload(1, static_cast<uint8_t>(*channel));
                           append(payload, message.payload);
                           send(FrameType::message, payload);
                           ++status_.messages_down;
                         },
                     .connected = [this] { send(FrameType::welcome, {}); },
                     .disconnected = [this] { send(FrameType::farewell, {}); }});
  status_.connected = connection_->connected();
  status_.trouble = connection_->trouble();
}

// A device must not stand still in the middle of a frame because a broker is away; a busy broker may slow it down.
bool DeviceLink::may_read() const { return upward_.size() < kMaxUpward || !status_.connected; }

bool DeviceLink::has_room() const { return leaving_.size() - left_ < kMaxLeavingBytes; }

void DeviceLink::send(FrameType type, ByteView payload) {
  if (left_ == leaving_.size()) {
    leaving_.clear(), left_ = 0;
    moved_ms_ = clock_.steady_ms();
  }
  const size_t begin = leaving_.size();
  leaving_.resize(begin + frame_bytes_at_most(payload.size()));
  leaving_.resize(begin + frame_encode(type, next_sequence_++, payload.data(), payload.size(), leaving_.data() + begin));
}

void DeviceLink::write() {
  while (left_ < leaving_.size()) {
    size_t count = 0;
    const PortResult result = port_->write(ByteView(leaving_).subspan(left_), &count);
    if (result == PortResult::closed) return close("the link was closed");
    if (result == PortResult::later) {
      if (clock_.steady_ms() - moved_ms_ > kStuckMs) close("the device takes nothing");
      return;
    }
    left_ += count;
    moved_ms_ = clock_.steady_ms();
  }
}

}  // namespace mote
