// Semihosting (Arm IHI 0083): a program in an emulator or under a debugger uses the files of its host. For bench.elf only.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "boards/common/core.h"

namespace mote::semihosting {

enum class Mode : uint32_t { read = 1, write = 5 };  // "rb" and "wb"

using core::semihosting_call;

// A handle, or -1.
inline int32_t open(const char* name, Mode mode) {
  const struct {
    const char* name;
    uint32_t mode;
    uint32_t length;
  } block{name, static_cast<uint32_t>(mode), strlen(name)};
  return semihosting_call(0x01, &block);
}

inline bool close(int32_t file) { return semihosting_call(0x02, &file) == 0; }

inline void say(const char* text) { semihosting_call(0x04, text); }

inline bool write(int32_t file, const void* from, uint32_t count) {
  const struct {
    int32_t file;
    const void* from;
    uint32_t count;
  } block{file, from, count};
  return semihosting_call(0x05, &block) == 0;
}

// The bytes read, fewer than `count` only at the end of the file.
inline uint32_t read(int32_t file, void* to, uint32_t count) {
  const struct {
    int32_t file;
    void* to;
    uint32_t count;
  } block{file, to, count};
  const uint32_t missing = static_cast<uint32_t>(semihosting_call(0x06, &block));
  return missing <= count ? count - missing : 0;
}

// The next read begins at byte `at`.
inline bool seek(int32_t file, uint32_t at) {
  const struct {
    int32_t file;
    uint32_t at;
  } block{file, at};
  return semihosting_call(0x0A, &block) == 0;
}

// -1 when it cannot be told.
inline int32_t length(int32_t file) { return semihosting_call(0x0C, &file); }

// The words given to the emulator, separated by spaces. False when they do not fit.
inline bool command_line(char* to, uint32_t room) {
  struct {
    char* to;
    uint32_t room;
  } block{to, room};
  return semihosting_call(0x15, &block) == 0;
}

[[noreturn]] inline void exit(uint32_t code) {
  const uint32_t block[2] = {0x20026, code};  // ADP_Stopped_ApplicationExit
  semihosting_call(0x20, block);
  for (;;) {
  }
}

}  // namespace mote::semihosting
