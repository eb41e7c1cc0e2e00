// The rules of NOR flash, kept by a program that can also lose its power.
#include "ota/simulated_flash/flash_simulator.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace mote {
namespace {

Error flash_problem(const std::string& what, const std::string& where, const std::string& todo = "") {
  return Error{.cause = Cause::failed, .what = what, .where = where, .todo = todo};
}

bool is_power_of_two(uint32_t number) { return number != 0 && (number & (number - 1)) == 0; }

Result<void> check(const FlashGeometry& geometry) {
  const bool sound = is_power_of_two(geometry.sector_bytes) && geometry.sector_bytes >= 256 &&
                     is_power_of_two(geometry.program_bytes) && geometry.program_bytes <= 32 && geometry.bytes != 0 &&
                     geometry.bytes % geometry.sector_bytes == 0 && (geometry.erased == 0xFF || geometry.erased == 0x00);
  if (!sound) return Error{.cause = Cause::usage, .what = "no flash has such a geometry", .where = "", .todo = ""};
  return {};
}

// A mapping keeps its place when the descriptor is closed.
Result<uint8_t*> map(int descriptor, uint32_t bytes, const std::string& where) {
  const int flags = descriptor < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, flags, descriptor, 0);
  if (memory == MAP_FAILED) return flash_problem(std::string("cannot be mapped: ") + std::strerror(errno), where);
  return static_cast<uint8_t*>(memory);
}

Result<uint8_t*> map_file(const FlashGeometry& geometry, const Path& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) return flash_problem(std::string("cannot be opened: ") + std::strerror(errno), path.string());
  struct stat status {};
  Result<uint8_t*> mapped = flash_problem("cannot be made as large as the flash", path.string(), "check the free space");
  if (::fstat(descriptor, &status) == 0 && status.st_size != 0 && static_cast<uint64_t>(status.st_size) != geometry.bytes)
    mapped = flash_problem("is a flash of another size", path.string(), "remove it, and the device starts with an empty one");
  else if (status.st_size != 0 || ::ftruncate(descriptor, geometry.bytes) == 0)
    mapped = map(descriptor, geometry.bytes, path.string());
  ::close(descriptor);
  return mapped;
}

}  // namespace

FlashSimulator::FlashSimulator(const FlashGeometry& geometry, uint8_t* memory, uint64_t seed)
    : geometry_(geometry), memory_(memory), random_(seed), erase_counts_(geometry.bytes / geometry.sector_bytes) {
  unstable_.bits.resize(geometry.bytes);
}

FlashSimulator::~FlashSimulator() { ::munmap(memory_, geometry_.bytes); }

Result<std::unique_ptr<FlashSimulator>> FlashSimulator::in_memory(const FlashGeometry& geometry, uint64_t seed) {
  TRY_DO(check(geometry));
  TRY(uint8_t * memory, map(-1, geometry.bytes, "simulated flash"));
  std::unique_ptr<FlashSimulator> flash(new FlashSimulator(geometry, memory, seed));
  for (uint32_t i = 0; i < geometry.bytes; ++i) memory[i] = static_cast<uint8_t>(flash->random_.next());
  return flash;
}

Result<std::unique_ptr<FlashSimulator>> FlashSimulator::in_file(const FlashGeometry& geometry, const Path& path) {
  TRY_DO(check(geometry));
  TRY(uint8_t * memory, map_file(geometry, path));
  return std::unique_ptr<FlashSimulator>(new FlashSimulator(geometry, memory, /*seed=*/1));
}

Flash FlashSimulator::port() {
  Flash flash{};
  flash.context = this;
  flash.bytes = geometry_.bytes;
  flash.sector_bytes = geometry_.sector_bytes;
  flash.program_bytes = geometry_.program_bytes;
  flash.erased = geometry_.erased;
  flash.mapped = memory_;
  flash.read = [](void* context, uint32_t offset, void* to, uint32_t count) {
    auto* self = static_cast<FlashSimulator*>(context);
    const uint32_t bytes = self->geometry_.bytes;
    if (offset > bytes || count > bytes - offset) {
      ++self->broken_rules_;
      return;
    }
    self->flicker(offset, count);
    std::memcpy(to, self->memory_ + offset, count);
  };
  flash.program = [](void* context, uint32_t offset, const void* from, uint32_t count) {
    return static_cast<FlashSimulator*>(context)->program(offset, static_cast<const uint8_t*>(from), count);
  };
  flash.erase = [](void* context, uint32_t offset) { return static_cast<FlashSimulator*>(context)->erase(offset); };
  return flash;
}

void FlashSimulator::cut_power_at(uint64_t operation, PowerCut cut) {
  operations_ = 0;
  cut_at_ = operation;
  cut_ = cut;
}

void FlashSimulator::restore_power() {
  cut_at_ = 0;
  has_power_ = true;
}

void FlashSimulator::load(const FlashContent& content) {
  std::copy_n(content.bytes.begin(), std::min<size_t>(content.bytes.size(), geometry_.bytes), memory_);
  unstable_ = content.unstable;
}

void FlashSimulator::flip_bit(uint32_t byte, int bit) { memory_[byte] = static_cast<uint8_t>(memory_[byte] ^ 1 << bit); }

FlashSimulator::Effect FlashSimulator::begin_operation() {
  ++operations_;
  if (!has_power_) return Effect::none;
  if (operations_ != cut_at_) return Effect::whole;
  has_power_ = false;
  switch (cut_) {
    case PowerCut::before:
      return Effect::none;
    case PowerCut::middle:
      return Effect::torn;
    case PowerCut::unstable:
      return Effect::unstable;
    case PowerCut::after:
      break;
  }
  return Effect::whole;
}

// Programming moves bits away from the erased value and never back.
uint8_t FlashSimulator::programmed(uint8_t held, uint8_t wanted) const {
  return static_cast<uint8_t>(geometry_.erased == 0xFF ? held & wanted : held | wanted);
}

bool FlashSimulator::reads_erased(const uint8_t* bytes, uint32_t count) const {
  return std::all_of(bytes, bytes + count, [this](uint8_t byte) { return byte == geometry_.erased; });
}

mote_status FlashSimulator::program(uint32_t offset, const uint8_t* from, uint32_t count) {
  const Effect effect = begin_operation();
  const uint32_t unit = geometry_.program_bytes;
  const bool inside = offset <= geometry_.bytes && count <= geometry_.bytes - offset;
  if (!inside || offset % unit != 0 || count % unit != 0) {
    ++broken_rules_;
    return MOTE_FLASH_FAILED;
  }
  if (effect == Effect::none) return MOTE_FLASH_FAILED;
  uint8_t* to = memory_ + offset;
  flicker(offset, count);
  const bool erased = reads_erased(to, count);
  if (!erased) ++broken_rules_;
  if (effect == Effect::torn)
    tear_program(to, from, count);
  else if (effect == Effect::unstable)
    unsettle_program(offset, from, count);
  else
    for (uint32_t i = 0; i < count; ++i) to[i] = programmed(to[i], from[i]);
  if (effect == Effect::whole)
    for (uint32_t i = 0; i < count; ++i) unstable_.bits[offset + i] &= static_cast<uint8_t>(~(from[i] ^ geometry_.erased));
  return erased && has_power_ ? MOTE_OK : MOTE_FLASH_FAILED;
}

mote_status FlashSimulator::erase(uint32_t offset) {
  const Effect effect = begin_operation();
  if (offset >= geometry_.bytes || offset % geometry_.sector_bytes != 0) {
    ++broken_rules_;
    return MOTE_FLASH_FAILED;
  }
  if (effect == Effect::none) return MOTE_FLASH_FAILED;
  ++erase_counts_[offset / geometry_.sector_bytes];
  if (effect == Effect::torn)
    tear_erase(memory_ + offset);
  else if (effect == Effect::unstable)
    unsettle_erase(offset);
  else
    std::fill_n(memory_ + offset, geometry_.sector_bytes, geometry_.erased);
  if (effect == Effect::whole) settle(offset, geometry_.sector_bytes);
  return has_power_ ? MOTE_OK : MOTE_FLASH_FAILED;
}

// Some units are done, one has only some of its bits, the others were not reached.
void FlashSimulator::tear_program(uint8_t* to, const uint8_t* from, uint32_t count) {
  const uint32_t unit = geometry_.program_bytes;
  const auto done = static_cast<uint32_t>(random_.below(count / unit)) * unit;
  for (uint32_t i = 0; i < done; ++i) to[i] = programmed(to[i], from[i]);
  for (uint32_t i = done; i < done + unit; ++i) {
    const auto reached = static_cast<uint8_t>(random_.next());  // bits that got their charge
    const auto wanted = static_cast<uint8_t>((from[i] & reached) | (geometry_.erased & ~reached));
    to[i] = programmed(to[i], wanted);
  }
}

// An erase that stops early leaves cells anywhere between what they held and erased; what they read as is chance.
void FlashSimulator::tear_erase(uint8_t* sector) {
  const auto kept = random_.below(geometry_.sector_bytes + 1), noisy = random_.below(geometry_.sector_bytes + 1);
  for (uint32_t i = 0; i < geometry_.sector_bytes; ++i) {
    if (i < std::min(kept, noisy)) continue;
    sector[i] = i < std::max(kept, noisy) ? static_cast<uint8_t>(random_.next()) : geometry_.erased;
  }
}

// Some units are done; the bits that one of them was to change hang in the balance.
void FlashSimulator::unsettle_program(uint32_t offset, const uint8_t* from, uint32_t count) {
  const uint32_t unit = geometry_.program_bytes;
  const auto done = static_cast<uint32_t>(random_.below(count / unit)) * unit;
  for (uint32_t i = 0; i < done; ++i) memory_[offset + i] = programmed(memory_[offset + i], from[i]);
  for (uint32_t i = done; i < done + unit; ++i) unsettle(offset + i, static_cast<uint8_t>(from[i] ^ geometry_.erased));
}

// Every bit that was to change hangs in the balance.
void FlashSimulator::unsettle_erase(uint32_t offset) {
  settle(offset, geometry_.sector_bytes);
  for (uint32_t i = offset; i < offset + geometry_.sector_bytes; ++i)
    unsettle(i, static_cast<uint8_t>(memory_[i] ^ geometry_.erased));
}

void FlashSimulator::unsettle(uint32_t byte, uint8_t bits) {
  if (bits == 0) return;
  const bool none = unstable_.from == unstable_.to;
  unstable_.bits[byte] = bits;
  unstable_.from = none ? byte : std::min(unstable_.from, byte);
  unstable_.to = none ? byte + 1 : std::max(unstable_.to, byte + 1);
}

void FlashSimulator::settle(uint32_t offset, uint32_t count) {
  std::fill_n(unstable_.bits.begin() + offset, count, 0);
  if (unstable_.from >= offset) unstable_.from = std::min(std::max(unstable_.from, offset + count), unstable_.to);
  if (unstable_.to <= offset + count) unstable_.to = std::max(std::min(unstable_.to, offset), unstable_.from);
}

// What is unstable reads otherwise each time; often enough it reads as if all were well, one way or the other.
void FlashSimulator::flicker(uint32_t offset, uint32_t count) {
  const uint32_t from = std::max(offset, unstable_.from), to = std::min(offset + count, unstable_.to);
  if (from >= to) return;
  const uint64_t mood = random_.below(4);
  for (uint32_t i = from; i < to; ++i) {
    const uint8_t bits = unstable_.bits[i];
    if (bits == 0) continue;
    const auto charged = static_cast<uint8_t>(mood == 0 ? 0 : mood == 1 ? 0xFF : random_.next());
    memory_[i] = static_cast<uint8_t>((memory_[i] & ~bits) | ((geometry_.erased ^ charged) & bits));
  }
}

}  // namespace mote
