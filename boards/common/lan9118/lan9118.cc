// Start, one frame in, one frame out. Nothing here waits for the network; what the chip itself is asked is answered within
// microseconds.
#include "boards/common/lan9118/lan9118.h"

namespace mote::lan9118 {
namespace {

enum Register : uint32_t {  // DS00002266, 5.3
  receive_data = 0x00,
  send_data = 0x20,
  receive_status = 0x40,
  send_status = 0x48,
  interrupt_status = 0x58,
  interrupt_enable = 0x5C,
  byte_test = 0x64,
  receive_configuration = 0x6C,
  send_configuration = 0x70,
  hardware_configuration = 0x74,
  receive_fifo = 0x7C,
  send_fifo = 0x80,
  mac_command = 0xA4,
  mac_data = 0xA8,
  flow_control = 0xAC,
  eeprom_command = 0xB0,
};
enum MacRegister : uint32_t { mac_control = 1, mac_high = 2, mac_low = 3, phy_access = 6, phy_data = 7 };  // 5.4

constexpr uint32_t kByteOrder = 0x87654321;
constexpr uint32_t kSoftReset = 1, kMustBeOne = 1u << 20, kSendFifo5K = 5u << 16;
constexpr uint32_t kBusy = 1u << 31, kReadMac = 1u << 30;
constexpr uint32_t kFlowControl = 0x006E3740;  // the levels that the data sheet recommends
constexpr uint32_t kFullDuplex = 1u << 20, kSendOn = 1u << 3, kReceiveOn = 1u << 2;
constexpr uint32_t kTransmitterOn = 1u << 1;
constexpr uint32_t kPhyAddress = 1u << 11, kPhyWrite = 1u << 1, kPhyBusy = 1;
constexpr uint32_t kPhyControl = 0, kPhyNegotiate = 0x1200;
constexpr uint32_t kFrameError = 1u << 15;
constexpr uint32_t kFirstAndLast = 3u << 12;
constexpr uint32_t kLongestWait = 1'000'000;  // polls; a chip that is there answers in a few

}  // namespace

void Controller::wait_for_mac() const {
  for (uint32_t i = 0; (at(mac_command) & kBusy) != 0 && i < kLongestWait; ++i) {
  }
}

uint32_t Controller::read_mac(uint32_t index) const {
  wait_for_mac();
  at(mac_command) = kBusy | kReadMac | index;
  wait_for_mac();
  return at(mac_data);
}

void Controller::write_mac(uint32_t index, uint32_t value) const {
  wait_for_mac();
  at(mac_data) = value;
  at(mac_command) = kBusy | index;
  wait_for_mac();
}

void Controller::write_phy(uint32_t index, uint32_t value) const {
  write_mac(phy_data, value);
  write_mac(phy_access, kPhyAddress | index << 6 | kPhyWrite | kPhyBusy);
  for (uint32_t i = 0; (read_mac(phy_access) & kPhyBusy) != 0 && i < kLongestWait; ++i) {
  }
}

bool Controller::start() {
  if (at(byte_test) != kByteOrder) return false;
  at(hardware_configuration) = kSoftReset;
  for (uint32_t i = 0; (at(hardware_configuration) & kSoftReset) != 0; ++i)
    if (i == kLongestWait) return false;
  at(hardware_configuration) = kMustBeOne | kSendFifo5K;
  at(flow_control) = kFlowControl;
  for (uint32_t i = 0; (at(eeprom_command) & kBusy) != 0; ++i)  // it loads the address
    if (i == kLongestWait) return false;
  at(interrupt_enable) = 0;
  at(interrupt_status) = UINT32_MAX;
  at(receive_configuration) = kPadBytes << 8;
  write_phy(kPhyControl, kPhyNegotiate);
  write_mac(mac_control, kFullDuplex | kSendOn | kReceiveOn);
  at(send_configuration) = kTransmitterOn;
  return true;
}

void Controller::address(uint8_t mac[6]) const {
  const uint32_t low = read_mac(mac_low), high = read_mac(mac_high);
  for (uint32_t i = 0; i < 4; ++i) mac[i] = static_cast<uint8_t>(low >> 8 * i);
  for (uint32_t i = 0; i < 2; ++i) mac[4 + i] = static_cast<uint8_t>(high >> 8 * i);
}

uint32_t Controller::waiting() {
  while ((at(receive_fifo) >> 16 & 0xFF) != 0) {
    const uint32_t status = at(receive_status);
    const uint32_t bytes = (status >> 16 & 0x3FFF) + kPadBytes;
    if ((status & kFrameError) == 0) return bytes;
    skip(bytes);
  }
  return 0;
}

void Controller::take(uint32_t* to, uint32_t bytes) {
  for (uint32_t i = 0; i < (bytes + 3) / 4; ++i) to[i] = at(receive_data);
}

void Controller::skip(uint32_t bytes) {
  for (uint32_t i = 0; i < (bytes + 3) / 4; ++i) {
    [[maybe_unused]] const uint32_t word = at(receive_data);
  }
}

bool Controller::begin_send(uint32_t bytes) {
  while ((at(send_fifo) >> 16 & 0xFF) != 0) {
    [[maybe_unused]] const uint32_t earlier = at(send_status);
  }
  constexpr uint32_t kCommands = 8;
  if (bytes > kMaxFrameBytes || (at(send_fifo) & 0xFFFF) < bytes + kCommands + 4) return false;
  at(send_data) = kFirstAndLast | bytes;
  at(send_data) = bytes;
  word_ = bits_ = 0;
  return true;
}

void Controller::send(const uint8_t* bytes, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) {
    word_ |= static_cast<uint32_t>(bytes[i]) << bits_;
    bits_ += 8;
    if (bits_ < 32) continue;
    at(send_data) = word_;
    word_ = bits_ = 0;
  }
}

void Controller::end_send() {
  if (bits_ != 0) at(send_data) = word_;
  word_ = bits_ = 0;
}

}  // namespace mote::lan9118
