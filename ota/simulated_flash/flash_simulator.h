// Flash on the host that keeps the rules of a real part and can lose its power in any operation (docs/spec/flash-journal.md).
//
//     TRY(auto flash, FlashSimulator::in_memory({.bytes = 65536, .sector_bytes = 4096, .program_bytes = 8}, /*seed=*/1));
//     flash->cut_power_at(7, PowerCut::middle);
//     run(flash->port());       // from its seventh operation on, every operation answers MOTE_FLASH_FAILED and changes nothing
//     flash->restore_power();   // the device starts again with what is left
#pragma once

#include <memory>
#include <vector>

#include "base/file_system.h"
#include "base/random.h"
#include "device/port/flash.h"

namespace mote {

struct FlashGeometry {
  uint32_t bytes = 0;          // a multiple of sector_bytes
  uint32_t sector_bytes = 0;   // a power of two, 256 or more
  uint32_t program_bytes = 1;  // 1, 2, 4 ... 32
  uint8_t erased = 0xFF;       // or 0x00
};

// The operation: not begun; torn; torn with cells that hold half a charge, and read now so, now otherwise; done but not answered.
enum class PowerCut { before, middle, unstable, after };

// The bits that read by chance until their sector is erased, or they are programmed.
struct UnstableBits {
  Bytes bits;                 // of every byte of the flash
  uint32_t from = 0, to = 0;  // all of them lie in [from, to)
};

// All that outlives a loss of power.
struct FlashContent {
  Bytes bytes;
  UnstableBits unstable;
};

class FlashSimulator {
 public:
  // The first content is noise from `seed`: nothing may take it for blank.
  static Result<std::unique_ptr<FlashSimulator>> in_memory(const FlashGeometry& geometry, uint64_t seed);

  // The content lies in a file, which is made where it is missing, and so outlives the process. A file of another size is
  // refused.
  static Result<std::unique_ptr<FlashSimulator>> in_file(const FlashGeometry& geometry, const Path& path);

  ~FlashSimulator();
  FlashSimulator(const FlashSimulator&) = delete;
  FlashSimulator& operator=(const FlashSimulator&) = delete;

  Flash port();  // must not outlive the simulator

  // The `operation`-th erase or program from now on, counted from 1, is the last that has any effect.
  void cut_power_at(uint64_t operation, PowerCut cut);
  void restore_power();
  bool has_power() const { return has_power_; }

  // Erases and programs asked for since the start or the last cut_power_at, answered or not.
  uint64_t operations() const { return operations_; }
  // Operations that broke a rule: outside the flash, misaligned, or programming what was not erased. A good driver makes none.
  uint64_t broken_rules() const { return broken_rules_; }
  uint32_t erase_count(uint32_t sector) const { return erase_counts_[sector]; }
  const FlashGeometry& geometry() const { return geometry_; }

  ByteView content() const { return {memory_, geometry_.bytes}; }
  FlashContent save() const { return {Bytes(memory_, memory_ + geometry_.bytes), unstable_}; }
  void load(const FlashContent& content);  // of a flash of this size
  void flip_bit(uint32_t byte, int bit);   // decay

 private:
  FlashSimulator(const FlashGeometry& geometry, uint8_t* memory, uint64_t seed);
  enum class Effect { none, torn, unstable, whole };
  Effect begin_operation();
  mote_status program(uint32_t offset, const uint8_t* from, uint32_t count);
  mote_status erase(uint32_t offset);
  bool reads_erased(const uint8_t* bytes, uint32_t count) const;
  uint8_t programmed(uint8_t held, uint8_t wanted) const;
  void tear_program(uint8_t* to, const uint8_t* from, uint32_t count);
  void tear_erase(uint8_t* sector);
  void unsettle_program(uint32_t offset, const uint8_t* from, uint32_t count);
  void unsettle_erase(uint32_t offset);
  void unsettle(uint32_t byte, uint8_t bits);
  void settle(uint32_t offset, uint32_t count);
  void flicker(uint32_t offset, uint32_t count);

  FlashGeometry geometry_;
  uint8_t* memory_;
  Random random_;
  bool has_power_ = true;
  uint64_t operations_ = 0;
  uint64_t broken_rules_ = 0;
  uint64_t cut_at_ = 0;  // 0: never
  PowerCut cut_ = PowerCut::before;
  std::vector<uint32_t> erase_counts_;
  UnstableBits unstable_;
};

}  // namespace mote
