// Checks the header and the section table of a .mote file (docs/spec/model-format.md, M1 to M7).
#include "device/model/sections.h"

#include <string.h>

namespace mote {
namespace {

bool all_zero(const uint8_t* bytes, size_t count) {
  for (size_t i = 0; i < count; ++i)
    if (bytes[i] != 0) return false;
  return true;
}

SectionEntry entry_at(const uint8_t* file, uint32_t index) {
  SectionEntry entry;
  memcpy(&entry, file + sizeof(FileHeader) + index * sizeof(SectionEntry), sizeof entry);
  return entry;
}

FileHeader header_of(const uint8_t* file) {
  FileHeader header;
  memcpy(&header, file, sizeof header);
  return header;
}

bool is_read(const SectionEntry& entry) {
  if (entry.version != kSectionVersion) return false;
  switch (static_cast<SectionType>(entry.type)) {
    case SectionType::graph:
    case SectionType::plan:
    case SectionType::weights:
    case SectionType::labels:
    case SectionType::baseline:
    case SectionType::self_test:
      return true;
    default:
      return false;
  }
}

Verdict check_header(const uint8_t* bytes, size_t count) {
  if (reinterpret_cast<uintptr_t>(bytes) % kAlignment != 0) return broken("M1");
  if (count < sizeof(FileHeader)) return refused(MOTE_TRUNCATED);
  const FileHeader header = header_of(bytes);
  if (memcmp(header.magic, kMagic, sizeof kMagic) != 0) return broken("M1");
  if (header.format_version != kFormatVersion) return refused(MOTE_UNSUPPORTED_VERSION);
  if (!is_target_here(static_cast<Target>(header.target))) return refused(MOTE_WRONG_TARGET);
  if (header.file_bytes > count) return refused(MOTE_TRUNCATED);
  if (header.file_bytes != count || header.file_bytes > kMaxFileBytes) return broken("M2");
  if (header.rounding > static_cast<uint8_t>(Rounding::single_rounding)) return broken("M3");
  if (!is_rounding_here(static_cast<Rounding>(header.rounding))) return refused(MOTE_UNSUPPORTED_ROUNDING);
  if (!all_zero(header.reserved, sizeof header.reserved)) return broken("M3");
  const uint64_t table_end = sizeof(FileHeader) + uint64_t{header.section_count} * sizeof(SectionEntry);
  if (header.section_count > kMaxSections || table_end > count) return broken("M4");
  return {};
}

Verdict check_entry(const SectionEntry& entry) {
  if (entry.reserved != 0 || (entry.flags & ~kSectionRequired) != 0) return broken("M5");
  if ((entry.flags & kSectionRequired) != 0 && !is_read(entry)) return refused(MOTE_UNKNOWN_SECTION);
  return {};
}

Verdict check_table(const uint8_t* file) {
  const FileHeader header = header_of(file);
  uint32_t end = static_cast<uint32_t>(sizeof(FileHeader) + header.section_count * sizeof(SectionEntry));
  uint16_t last_type = 0;
  for (uint32_t i = 0; i < header.section_count; ++i) {
    const SectionEntry entry = entry_at(file, i);
    if (entry.type <= last_type) return broken("M5");
    if (const Verdict verdict = check_entry(entry); !verdict.good()) return verdict;
    if (entry.offset % kAlignment != 0 || entry.offset < end) return broken("M6");
    if (entry.offset > header.file_bytes || entry.bytes > header.file_bytes - entry.offset) return broken("M6");
    if (!all_zero(file + end, entry.offset - end)) return broken("M6");
    end = entry.offset + entry.bytes;
    last_type = entry.type;
  }
  return all_zero(file + end, header.file_bytes - end) ? Verdict{} : broken("M6");
}

// Without these three there is nothing to run, so a reader that does not know them must not skip them.
Verdict check_required(const uint8_t* file) {
  uint32_t found = 0;
  for (uint32_t i = 0; i < header_of(file).section_count; ++i) {
    const SectionEntry entry = entry_at(file, i);
    if (entry.type >= 1 && entry.type <= 3 && (entry.flags & kSectionRequired) != 0) ++found;
  }
  return found == 3 ? Verdict{} : broken("M7");
}

}  // namespace

Verdict check_container(const uint8_t* bytes, size_t count) {
  if (const Verdict verdict = check_header(bytes, count); !verdict.good()) return verdict;
  if (const Verdict verdict = check_table(bytes); !verdict.good()) return verdict;
  return check_required(bytes);
}

Section find_section(const uint8_t* file, SectionType type) {
  for (uint32_t i = 0; i < header_of(file).section_count; ++i) {
    const SectionEntry entry = entry_at(file, i);
    if (entry.type == static_cast<uint16_t>(type) && is_read(entry)) return {file + entry.offset, entry.bytes};
  }
  return {};
}

}  // namespace mote
