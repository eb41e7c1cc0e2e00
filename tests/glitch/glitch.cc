// The updater under attack by faults, on a board. Each start replaces a few of the program's own instructions by no-ops, tries to
// get a forged model to run, and starts the program anew. That start, which nobody disturbs, looks at what is left and says one
// line: number of the attack in hexadecimal, space, letter. tests/glitch/glitch_test.cc writes the attack and reads the lines.
//
// Letters: A accepted, the forged model has run or does at this start; r refused; f the core faulted or the time was up, after
// which the core is reset. A line that begins with "!" says why there is no counting any more: what is kept over starts, in the
// PSRAM behind the flash, is damaged, for one.
#include <mbedtls/ecp.h>
#include <string.h>

#include "board_values.h"
#include "boards/common/board.h"
#include "boards/common/cmsdk/watchdog.h"
#include "boards/common/core.h"
#include "boards/common/mbedtls/pool.h"
#include "boards/common/stack.h"
#include "device/port/identity.h"
#include "device/port/mbedtls/crypto.h"
#include "device/update/updater.h"
#include "tests/glitch/attack.h"

extern "C" {
extern uint32_t board_code_start[], board_data_image[];  // placed by link.ld.in
[[noreturn]] void board_reset();
}

namespace {

using namespace mote;
using namespace mote::glitch;

// Of the core's clock, 40 emulated instructions each: more than any attack takes, big numbers aside; and more than a sum takes.
constexpr uint32_t kAttackTicks = 100'000, kSumTicks = 2'000'000;
constexpr uint32_t kMostSums = 8;  // computed in one start
constexpr uint16_t kNoOperation = 0xBF00;
constexpr uint32_t kKnownSums = 32;
constexpr uint32_t kKeptMagic = 0x4741'4b32;
constexpr uint32_t kYes = 0x5AC3'963C;

// A sum of two points that was computed once, m times the base point and n times (x, y).
struct KnownSum {
  struct Terms {
    uint8_t m[32], n[32], x[32], y[32];
  } terms;
  uint8_t x[32], y[32];
};

// Kept over resets.
struct Kept {
  uint32_t magic;
  uint32_t next;  // number of the attack
  uint32_t code_check;
  uint32_t sums;  // known ones
  KnownSum sum[kKnownSums];
  uint32_t check;
  uint8_t flash[kFlashBytes];  // as it is before each attack
  uint32_t flash_check;
};

// What the attacked start leaves: kYes, or else no.
struct Left {
  uint32_t begun, ran, ended;
};

Kept& kept() { return *reinterpret_cast<Kept*>(kKeptAt); }
Left& left() { return *reinterpret_cast<Left*>(kLeftAt); }
uint8_t* flash_memory() { return reinterpret_cast<uint8_t*>(kFlashAt); }
const Attack& attack() { return *reinterpret_cast<const Attack*>(kAttackAt); }
const uint8_t* bytes_of(Part part) { return reinterpret_cast<const uint8_t*>(kAttackAt) + part.offset; }

// So that stray writes reach neither code, which a part has in flash, nor what the count relies on, and that a jump to where
// there is no memory faults, as on a part (ARM DDI 0403E, B3.5). Of several that cover an address the last one counts.
constexpr uint32_t kReadOnly = 6u << 24, kWritable = 3u << 24, kNoCode = 1u << 28;
struct Region {
  uint32_t address;
  uint32_t log2_bytes;
  uint32_t access;
};
constexpr Region kRegions[] = {{0, 32, kWritable | kNoCode},
                               {0x2000'0000, 25, kWritable},
                               {board::code_origin, 18, kReadOnly},
                               {kKeptAt, 15, kReadOnly},
                               {kAttackAt, 20, kReadOnly}};
static_assert(board::code_bytes == 1u << 18 && sizeof(Kept) <= 1u << 15);

void protect(bool is_on) {
  constexpr uint32_t kControl = 0xE000'ED94, kNumber = 0xE000'ED98, kBase = 0xE000'ED9C, kAttributes = 0xE000'EDA0;
  uint32_t number = 0;
  for (const Region& region : kRegions) {
    core::at(kNumber) = number++;
    core::at(kBase) = region.address;
    core::at(kAttributes) = region.access | (region.log2_bytes - 1) << 1 | 1;
  }
  core::at(kControl) = is_on;
  asm volatile("dsb\n\tisb" ::: "memory");
}

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
bool attacked;

uint32_t check_of(const void* from, uint32_t bytes) {
  const auto* words = static_cast<const uint32_t*>(from);
  uint32_t sum = bytes;
  for (uint32_t i = 0; i < bytes / 4; ++i) sum = (sum << 5 | sum >> 27) ^ words[i];
  return ~sum;
}
uint32_t check_of_count() { return check_of(&kept(), offsetof(Kept, sum) + kept().sums * sizeof(KnownSum)); }

uint32_t check_of_code() {
  return check_of(board_code_start, static_cast<uint32_t>(board_data_image - board_code_start) * sizeof *board_code_start);
}

bool is_whole() {
  const bool sound = kept().magic == kKeptMagic && kept().sums <= kKnownSums;
  return sound && kept().check == check_of_count() && kept().flash_check == check_of(kept().flash, kFlashBytes);
}

void say(const char* text) {
  for (; *text != 0; ++text) board::serial_write(static_cast<uint8_t>(*text));
}

// A line of its own, also after what an attack has made the board say.
void say_verdict(uint32_t number, char letter) {
  char line[] = "\n00000000 x\n";
  for (uint32_t i = 0; i < 8; ++i) line[1 + i] = "0123456789abcdef"[number >> (28 - 4 * i) & 15];
  line[10] = letter;
  say(line);
}

[[noreturn]] void give_up(const char* why) {
  say("\n! ");
  say(why);
  say("\n");
  for (;;) {
  }
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
  if (identity_read(bytes_of(identity), identity.bytes, &device.identity) != MOTE_OK) give_up("identity");
  device.config = {&device.flash,
                   &device.crypto,
                   &device.identity,
                   {kJournalAt, kHalfBytes, {kSlotA, kSlotB}, kSlotBytes},
                   device.arena,
                   sizeof device.arena,
                   0};
}

// memcmp is under attack too.
bool are_equal(const void* a, const void* b, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i)
    if (static_cast<const uint8_t*>(a)[i] != static_cast<const uint8_t*>(b)[i]) return false;
  return true;
}

bool runs(Part model) {
  uint32_t count = 0;
  const uint8_t* running = updater_model(device.updater, &count);
  const bool in_slot = running == flash_memory() + kSlotA || running == flash_memory() + kSlotB;
  return in_slot && are_equal(running, bytes_of(model), model.bytes);
}

void note_what_runs(const Documents& documents) {
  if (runs(documents.model)) left().ran = kYes;
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
  if (documents.root.bytes != 0) (void)updater_take_root(&device.updater, bytes_of(documents.root), documents.root.bytes);
  (void)updater_desire(&device.updater, bytes_of(documents.desired), documents.desired.bytes);
  deliver(documents.chunks);
  (void)updater_stage(&device.updater);
  (void)updater_begin_trial(&device.updater);
  note_what_runs(documents);
  (void)updater_confirm(&device.updater);
  note_what_runs(documents);
}

// It cannot be stopped but here.
void watch(uint32_t ticks) {
  constexpr uint32_t kWatchdog = 0x4000'8000, kLock = 0xC00, kUnlocked = 0x1ACC'E551;
  core::at(kWatchdog + kLock) = kUnlocked;
  reinterpret_cast<cmsdk::Watchdog*>(kWatchdog)->feed(ticks);
  core::at(kWatchdog + kLock) = 0;
}

void begin_anew() {
  memset(&kept(), 0, sizeof(Kept));
  memset(flash_memory(), 0xFF, kFlashBytes);
  kept().magic = kKeptMagic;
  (void)updater_boot(&device.updater, device.config);
  install(attack().first);
  if (!runs(attack().first.model)) give_up("first install");
  memcpy(kept().flash, flash_memory(), kFlashBytes);
  kept().code_check = check_of_code();
  kept().flash_check = check_of(kept().flash, kFlashBytes);
  kept().check = check_of_count();
}

// At a start that nobody disturbs.
void judge() {
  (void)updater_boot(&device.updater, device.config);
  note_what_runs(attack().wanted);
  say_verdict(kept().next, left().ran == kYes ? 'A' : left().ended == kYes ? 'r' : 'f');
  left().begun = 0;
  ++kept().next;
  kept().check = check_of_count();
}

volatile uint16_t& code_at(uint32_t address) { return *reinterpret_cast<volatile uint16_t*>(address); }

// What stood there before.
struct Replaced {
  Place place;
  uint16_t code[2 * kWidest];
};

Replaced replace(Place place) {
  Replaced replaced{place, {}};
  for (uint32_t i = 0; i < place.bytes / 2; ++i) {
    replaced.code[i] = code_at(place.address + 2 * i);
    code_at(place.address + 2 * i) = kNoOperation;
  }
  attacked = true;
  protect(attacked);
  return replaced;
}

void put_back(const Replaced& replaced) {
  attacked = false;
  protect(attacked);
  for (uint32_t i = 0; i < replaced.place.bytes / 2; ++i) code_at(replaced.place.address + 2 * i) = replaced.code[i];
  asm volatile("dsb\n\tisb" ::: "memory");
}

// From the program's first instruction on. A reset of the core reloads its code, which takes ten times as long as all the rest
// under emulation, so it is for code that is not what it was.
[[noreturn]] void start_anew() {
  if (check_of_code() != kept().code_check) board::reset();
  asm volatile("msr msp, %0\n\tbx %1" ::"r"(board_stack_high), "r"(board_reset) : "memory");
  __builtin_unreachable();
}

void run(Place place) {
  memcpy(flash_memory(), kept().flash, kFlashBytes);
  const Documents& wanted = attack().wanted;
  const bool at_start = attack().kind == Kind::slot_changed;
  if (at_start) memcpy(flash_memory() + kSlotA, bytes_of(wanted.model), wanted.model.bytes);
  if (!at_start) (void)updater_boot(&device.updater, device.config);
  computed_sums = 0;
  left().begun = kYes;
  left().ran = left().ended = 0;
  watch(kAttackTicks);
  const Replaced replaced = replace(place);
  if (at_start)
    (void)updater_boot(&device.updater, device.config);
  else
    install(wanted);
  note_what_runs(wanted);
  left().ended = kYes;
  put_back(replaced);
}

bool read_terms(const mbedtls_ecp_group& group, const mbedtls_mpi* m, const mbedtls_ecp_point* p, const mbedtls_mpi* n,
                const mbedtls_ecp_point* q, KnownSum::Terms* terms) {
  return group.id == MBEDTLS_ECP_DP_SECP256R1 && p == &group.G && mbedtls_mpi_cmp_int(&q->Z, 1) == 0 &&
         mbedtls_mpi_write_binary(m, terms->m, 32) == 0 && mbedtls_mpi_write_binary(n, terms->n, 32) == 0 &&
         mbedtls_mpi_write_binary(&q->X, terms->x, 32) == 0 && mbedtls_mpi_write_binary(&q->Y, terms->y, 32) == 0;
}

const KnownSum* known_sum(const KnownSum::Terms& terms) {
  for (uint32_t i = 0; i < kept().sums && i < kKnownSums; ++i)
    if (are_equal(&kept().sum[i].terms, &terms, sizeof terms)) return &kept().sum[i];
  return nullptr;
}

void keep_sum(const KnownSum::Terms& terms, const mbedtls_ecp_point& sum) {
  if (kept().sums >= kKnownSums) return;
  protect(false);
  KnownSum& fresh = kept().sum[kept().sums];
  fresh.terms = terms;
  const bool written = mbedtls_mpi_write_binary(&sum.X, fresh.x, 32) == 0 && mbedtls_mpi_write_binary(&sum.Y, fresh.y, 32) == 0;
  if (written) ++kept().sums;
  kept().check = check_of_count();
  protect(attacked);
}

}  // namespace

// Big-number arithmetic is not attacked, so its result may be remembered: under emulation it takes longer than all the rest.
extern "C" {
int __real_mbedtls_ecp_muladd(mbedtls_ecp_group*, mbedtls_ecp_point*, const mbedtls_mpi*, const mbedtls_ecp_point*,
                              const mbedtls_mpi*, const mbedtls_ecp_point*);

int __wrap_mbedtls_ecp_muladd(mbedtls_ecp_group* group, mbedtls_ecp_point* sum, const mbedtls_mpi* m, const mbedtls_ecp_point* p,
                              const mbedtls_mpi* n, const mbedtls_ecp_point* q) {
  KnownSum::Terms terms;
  const bool usual = read_terms(*group, m, p, n, q, &terms);
  if (const KnownSum* known = usual ? known_sum(terms) : nullptr; known != nullptr) {
    const bool read = mbedtls_mpi_read_binary(&sum->X, known->x, 32) == 0 && mbedtls_mpi_read_binary(&sum->Y, known->y, 32) == 0;
    return read ? mbedtls_mpi_lset(&sum->Z, 1) : -1;
  }
  if (++computed_sums > kMostSums) board::reset();
  watch(kSumTicks);
  const int status = __real_mbedtls_ecp_muladd(group, sum, m, p, n, q);
  watch(kAttackTicks);
  if (status == 0 && usual && mbedtls_mpi_cmp_int(&sum->Z, 1) == 0) keep_sum(terms, *sum);
  return status;
}
}

void mote::board::on_fault() { board::reset(); }

int main() {
  board::start();
  watch(kAttackTicks);
  if (attack().magic != kAttackMagic) give_up("attack");
  set_up();
  if (kept().magic == 0)
    begin_anew();
  else if (!is_whole())
    give_up("kept");
  if (left().begun == kYes) judge();
  if (kept().next >= attack().places.bytes / sizeof(Place)) {
    for (;;) watch(kAttackTicks);
  }
  Place place;
  memcpy(&place, bytes_of(attack().places) + kept().next * sizeof place, sizeof place);
  run(place);
  start_anew();
}
