// What an agent has room for. A board with little memory sets less (board.toml, [limits]): by definitions with which all sources
// of its program are compiled.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifndef MOTE_LIMIT_SCALARS
#define MOTE_LIMIT_SCALARS 24
#endif
#ifndef MOTE_LIMIT_CLASSES
#define MOTE_LIMIT_CLASSES 32
#endif
#ifndef MOTE_LIMIT_REPORT_BYTES
#define MOTE_LIMIT_REPORT_BYTES 4096
#endif
#ifndef MOTE_LIMIT_HELD_REPORTS
#define MOTE_LIMIT_HELD_REPORTS 3
#endif
#ifndef MOTE_LIMIT_MESSAGE_BYTES
#define MOTE_LIMIT_MESSAGE_BYTES 8192
#endif
#ifndef MOTE_LIMIT_CHUNKS
#define MOTE_LIMIT_CHUNKS 1024
#endif
#ifndef MOTE_LIMIT_CHUNK_BYTES
#define MOTE_LIMIT_CHUNK_BYTES 4096
#endif

namespace mote {

constexpr size_t kMaxScalars = MOTE_LIMIT_SCALARS;  // monitored, of a model that runs here
constexpr size_t kMaxClasses = MOTE_LIMIT_CLASSES;

// Of a signed report, and how many wait at once. One is due to time or windows; a swap of models freezes what the model before it
// has gathered, since sketches of two models never mix; and a trial may swap twice before the first is acknowledged. With less
// than three of them such a swap waits, as AgentConfig::trial_ms says.
constexpr size_t kMaxReportBytes = MOTE_LIMIT_REPORT_BYTES;
constexpr uint32_t kHeldReports = MOTE_LIMIT_HELD_REPORTS;
static_assert(kHeldReports >= 2, "a trial begins when there is room for the report of the model before it and for its own");

// Of what arrives: longer messages are dropped.
constexpr size_t kMessageRoom = MOTE_LIMIT_MESSAGE_BYTES;

// Of a download: an image that has more or larger chunks is refused.
constexpr size_t kMaxChunks = MOTE_LIMIT_CHUNKS;
constexpr uint32_t kMaxChunkRoom = MOTE_LIMIT_CHUNK_BYTES;

}  // namespace mote
