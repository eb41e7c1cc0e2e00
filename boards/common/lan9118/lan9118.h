// The LAN9118 Ethernet controller (Microchip DS00002266; LAN9220 is compatible) on a 32-bit bus, polled.
#pragma once

#include <stdint.h>

namespace mote::lan9118 {

constexpr uint32_t kMaxFrameBytes = 1514;  // without its checksum
constexpr uint32_t kPadBytes = 2;          // before a received frame, so that what follows the Ethernet header lies at a word

class Controller {
 public:
  explicit constexpr Controller(uintptr_t base) : base_(base) {}

  // Resets it and switches it on. False when no controller of the family answers.
  bool start();
  void address(uint8_t mac[6]) const;  // from its EEPROM

  // The bytes of the next frame with pad and checksum, 0: none is waiting. Damaged ones are skipped.
  uint32_t waiting();
  // Takes that frame: as many bytes, rounded up to whole words.
  void take(uint32_t* to, uint32_t bytes);
  void skip(uint32_t bytes);

  // A frame goes out as begin_send, its bytes in pieces, end_send. False: there is no room for it now.
  bool begin_send(uint32_t bytes);
  void send(const uint8_t* bytes, uint32_t count);
  void end_send();

 private:
  volatile uint32_t& at(uint32_t offset) const { return *reinterpret_cast<volatile uint32_t*>(base_ + offset); }
  uint32_t read_mac(uint32_t index) const;
  void write_mac(uint32_t index, uint32_t value) const;
  void wait_for_mac() const;
  void write_phy(uint32_t index, uint32_t value) const;

  uintptr_t base_;
  uint32_t word_ = 0;  // of the frame that goes out, as far as its bytes are known
  uint32_t bits_ = 0;
};

}  // namespace mote::lan9118
