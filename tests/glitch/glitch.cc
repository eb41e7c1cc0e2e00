// The updater under attack by faults, on a board: each start replaces a few of its own instructions by no-ops, tries to get a
// forged model to run, says with one letter how that ended, and starts anew. tests/glitch/glitch_test.cc writes the attack and
// reads the letters.
//
// Letters: r refused, A accepted, f the core faulted or the time was up. The memory of the program is loaded anew at each reset;
// what is kept over resets lies in the PSRAM behind the flash.
#include <mbedtls/ecp.h>
#include <string.h>

#include "boards/common/board.h"
#include "boards/common/core.h"
#include "boards/common/mbedtls/pool.h"
#include "boards/common/semihosting.h"
#include "device/port/identity.h"
#include "device/port/mbedtls/crypto.h"
#include "device/update/updater.h"
#include "tests/glitch/attack.h"

namespace {

using namespace mote;
using namespace mote::glitch;

constexpr uint32_t kWatchTicks =
    250'000;                       // of the core's clock, 40 instructions each: more than any attack takes, big numbers aside
constexpr uint32_t kMostSums = 8;  // computed in one attack
constexpr uint16_t kNoOperation = 0xBF00;
constexpr uint32_t kKnownSums = 8;

// A sum of two points that was computed once: with -icount, seconds for each that is not known.
struct KnownSum {
  uint8_t m[32], n[32], x[32], y[32];
};

// Kept over resets.
struct Kept {
  uint32_t magic;
  uint32_t next, not_next;  // number of the attack, and its complement
  uint32_t prepared;
  uint32_t sums;  // known ones
  KnownSum sum[kKnownSums];
  uint8_t flash[kFlashBytes];  // as it is before each attack
};

Kept& kept() { return *reinterpret_cast<Kept*>(kKeptAt); }
uint8_t* flash_memory() { return reinterpret_cast<uint8_t*>(kFlashAt); }
const Attack& attack() { return *reinterpret_cast<const Attack*>(kAttackAt); }
const uint8_t* bytes_of(Part part) { return reinterpret_cast<const uint8_t*>(kAttackAt) + part.offset; }

struct Device {
  Updater updater;
  Identity identity;
  Crypto crypto;
  Flash flash;
  UpdaterConfig config;
  uint32_t crypto_memory[1536];
  MOTE_ALIGNED uint8_t arena[kArenaBytes];
};
Device device;
uint32_t computed_sums;

[[noreturn]] void end(const char* letter) {
  semihosting::say(letter);
  kept().next += 1;
  kept().not_next = ~kept().next;
  board::reset();
}

mote_status program(void*, uint32_t offset, const void* from, uint32_t count) {
  memcpy(flash_memory() + offset, from, count);
  return MOTE_OK;
}

mote_status erase(void*, uint32_t offset) {
  memset(flash_memory() + offset, 0xFF, kSectorBytes);
  return MOTE_OK;
}

void set_up() {
  app::give_crypto_memory(device.crypto_memory, sizeof device.crypto_memory);
  device.crypto = mbedtls_crypto();
  device.flash = {nullptr,
                  kFlashBytes,
                  kSectorBytes,
                  1,
                  0xFF,
                  flash_memory(),
                  [](void*, uint32_t offset, void* to, uint32_t count) { memcpy(to, flash_memory() + offset, count); },
                  program,
                  erase};
  const Part identity = attack().identity;
  if (identity_read(bytes_of(identity), identity.bytes, &device.identity) != MOTE_OK) semihosting::exit(2);
  device.config = {&device.flash,
                   &device.crypto,
                   &device.identity,
                   {kJournalAt, kHalfBytes, {kSlotA, kSlotB}, kSlotBytes},
                   device.arena,
                   sizeof device.arena,
                   0};
}

void deliver(Part part) {
  const uint8_t *at = bytes_of(part), *stop = at + part.bytes;
  while (at < stop) {
    Chunk chunk;
    memcpy(&chunk, at, sizeof chunk);
    at += sizeof chunk;
    (void)updater_take_chunk(&device.updater, chunk.digest, chunk.index, at, chunk.proof_bytes, at + chunk.proof_bytes,
                             chunk.data_bytes);
    at += (chunk.proof_bytes + chunk.data_bytes + 3) / 4 * 4;
  }
}

// An attacker goes on, whatever the updater answers.
void install(const Documents& documents) {
  (void)updater_desire(&device.updater, bytes_of(documents.desired), documents.desired.bytes);
  deliver(documents.chunks);
  (void)updater_stage(&device.updater);
  (void)updater_begin_trial(&device.updater);
  (void)updater_confirm(&device.updater);
}

bool runs(Part model) {
  uint32_t count = 0;
  const uint8_t* running = updater_model(device.updater, &count);
  const bool in_slot = running == flash_memory() + kSlotA || running == flash_memory() + kSlotB;
  return in_slot && memcmp(running, bytes_of(model), model.bytes) == 0;
}

void prepare() {
  memset(flash_memory(), 0xFF, kFlashBytes);
  (void)updater_boot(&device.updater, device.config);
  install(attack().first);
  if (!runs(attack().first.model)) semihosting::exit(3);
  memcpy(kept().flash, flash_memory(), kFlashBytes);
  kept().prepared = 1;
}

void replace(Place place) {
  for (uint32_t at = 0; at < place.bytes; at += 2) *reinterpret_cast<volatile uint16_t*>(place.address + at) = kNoOperation;
  asm volatile("dsb\n\tisb" ::: "memory");
}

// Faults and the end of the time come to on_fault.
void watch() {
  core::systick_reload() = kWatchTicks;
  core::systick_current() = 0;
  core::systick_control() = core::kSystickRun;
  asm volatile("cpsie i" ::: "memory");
}

[[noreturn]] void run(Place place) {
  memcpy(flash_memory(), kept().flash, kFlashBytes);
  const Documents& wanted = attack().wanted;
  const bool at_start = attack().kind == Kind::slot_changed;
  if (at_start) memcpy(flash_memory() + kSlotA, bytes_of(wanted.model), wanted.model.bytes);
  if (!at_start) (void)updater_boot(&device.updater, device.config);
  watch();
  replace(place);
  if (at_start)
    (void)updater_boot(&device.updater, device.config);
  else
    install(wanted);
  end(runs(wanted.model) ? "A" : "r");
}

}  // namespace

// Big-number arithmetic is not attacked, so its result may be remembered.
extern "C" {
int __real_mbedtls_ecp_muladd(mbedtls_ecp_group*, mbedtls_ecp_point*, const mbedtls_mpi*, const mbedtls_ecp_point*,
                              const mbedtls_mpi*, const mbedtls_ecp_point*);

int __wrap_mbedtls_ecp_muladd(mbedtls_ecp_group* group, mbedtls_ecp_point* sum, const mbedtls_mpi* m, const mbedtls_ecp_point* p,
                              const mbedtls_mpi* n, const mbedtls_ecp_point* q) {
  KnownSum wanted;
  if (mbedtls_mpi_write_binary(m, wanted.m, 32) != 0 || mbedtls_mpi_write_binary(n, wanted.n, 32) != 0) return -1;
  for (uint32_t i = 0; i < kept().sums && i < kKnownSums; ++i) {
    const KnownSum& known = kept().sum[i];
    if (memcmp(&known, &wanted, 64) != 0) continue;
    const bool read = mbedtls_mpi_read_binary(&sum->X, known.x, 32) == 0 && mbedtls_mpi_read_binary(&sum->Y, known.y, 32) == 0;
    return read ? mbedtls_mpi_lset(&sum->Z, 1) : -1;
  }
  if (++computed_sums > kMostSums) end("f");
  const uint32_t watched = core::systick_control();
  core::systick_control() = watched & ~1u;  // stands still
  const int status = __real_mbedtls_ecp_muladd(group, sum, m, p, n, q);
  core::systick_control() = watched;
  if (status != 0 || kept().sums >= kKnownSums) return status;
  KnownSum& fresh = kept().sum[kept().sums];
  fresh = wanted;
  if (mbedtls_mpi_write_binary(&sum->X, fresh.x, 32) == 0 && mbedtls_mpi_write_binary(&sum->Y, fresh.y, 32) == 0) ++kept().sums;
  return 0;
}
}

void mote::board::on_fault() { end("f"); }

int main() {
  if (kept().magic != kKeptMagic) {
    memset(&kept(), 0, sizeof(Kept));
    kept().magic = kKeptMagic;
    kept().not_next = ~0u;
  }
  if (attack().magic != kAttackMagic || kept().next != ~kept().not_next) semihosting::exit(4);
  set_up();
  if (kept().prepared == 0) prepare();
  const uint32_t places = attack().places.bytes / sizeof(Place);
  if (kept().next >= places) semihosting::exit(0);
  Place place;
  memcpy(&place, bytes_of(attack().places) + kept().next * sizeof place, sizeof place);
  run(place);
}
