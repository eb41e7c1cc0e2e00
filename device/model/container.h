// The bytes of a .mote file: header, section table and the structs inside its FlatBuffers (docs/spec/model-format.md).
// The host's writer and the device's verifier both read this file; the FlatBuffers' schema is device/format/model.fbs.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace mote {

constexpr char kMagic[4] = {'M', 'O', 'T', 'E'};
constexpr uint16_t kFormatVersion = 1;
constexpr uint32_t kAlignment = 16;          // of sections, of constants in the weights section, of activations in the arena
constexpr uint16_t kNoTensor = 65535;        // an unused input, an absent raw_input or statistics
constexpr uint32_t kNoOffset = 4294967295u;  // the plan's entry of a constant
constexpr uint32_t kMaxSections = 32;
constexpr uint32_t kMaxNodes = 254;
constexpr uint32_t kMaxTensors = 1024;
constexpr uint32_t kMaxStageNodes = 16;
constexpr uint32_t kMaxRolledRows = 1024;  // of a tensor that the plan rolls through or lays over another
constexpr uint32_t kMaxEnds = 16;          // inputs; outputs
constexpr uint32_t kMaxDimension = 65535;
constexpr uint32_t kMaxArenaBytes = 1u << 28;
constexpr uint32_t kMaxFileBytes = 1u << 28;

constexpr uint32_t round_up(uint32_t bytes) { return (bytes + kAlignment - 1) / kAlignment * kAlignment; }

// The machine whose kernels can read a file's packed nodes. A portable file has none of those and runs everywhere.
enum class Target : uint8_t { portable = 0, armv6_m = 1, armv7_m = 2, armv7e_m = 3, armv8_1_m_mve = 4, rv32 = 5, x86_64 = 6 };
constexpr uint32_t kTargets = 7;

// Whether this build takes files of that target: portable ones, and those of its own machine. Hosts take all.
constexpr bool is_target_here(Target target) {
#ifdef MOTE_EVERY_TARGET
  return static_cast<uint32_t>(target) < kTargets;
#else
#ifdef MOTE_MACHINE
  if (target == Target::MOTE_MACHINE) return true;
#endif
  return target == Target::portable;
#endif
}

// How an int32 accumulator is scaled to its output (docs/spec/operators/arithmetic.md O1 and O2).
enum class Rounding : uint8_t { double_rounding = 0, single_rounding = 1 };

// Firmware may be built for one of them (MOTE_ROUNDING): it refuses files of the other, whose code is not in it.
#ifdef MOTE_ROUNDING
constexpr bool is_rounding_here(Rounding rounding) { return rounding == Rounding::MOTE_ROUNDING; }
constexpr bool rounds_twice(Rounding) { return Rounding::MOTE_ROUNDING == Rounding::double_rounding; }
#else
constexpr bool is_rounding_here(Rounding) { return true; }
constexpr bool rounds_twice(Rounding rounding) { return rounding == Rounding::double_rounding; }
#endif

struct FileHeader {
  char magic[4];
  uint16_t format_version;
  uint8_t target;    // Target
  uint8_t rounding;  // Rounding
  uint32_t file_bytes;
  uint32_t section_count;  // entries follow the header
  uint32_t arena_bytes;    // as in the plan
  uint8_t reserved[12];    // 0
};
static_assert(sizeof(FileHeader) == 32, "on the wire");

enum class SectionType : uint16_t {
  graph = 1,          // FlatBuffer Graph, required
  plan = 2,           // FlatBuffer Plan, required
  weights = 3,        // the constants, each 16-byte aligned, required
  preprocessing = 4,  // reserved id
  labels = 5,         // FlatBuffer Labels
  output_scores = 6,  // reserved id
  baseline = 7,       // FlatBuffer Baseline
  self_test = 8,      // FlatBuffer SelfTest
  state = 9,          // reserved id
  guardrails = 10,    // reserved id
};

constexpr uint8_t kSectionVersion = 1;   // of every section of format 1
constexpr uint8_t kSectionRequired = 1;  // bit 0 of SectionEntry::flags

// Entries stand in ascending order of type, and their sections in the same order in the file.
struct SectionEntry {
  uint16_t type;  // SectionType
  uint8_t version;
  uint8_t flags;
  uint32_t offset;  // from the start of the file
  uint32_t bytes;
  uint32_t reserved;  // 0
};
static_assert(sizeof(SectionEntry) == 16, "on the wire");

enum class TensorType : uint8_t { int8 = 0, int16 = 1, int32 = 2, float32 = 3, int4 = 4 };  // int4: two in a byte, low half first
// A state is an activation that lives from run to run: one node, an assign, writes it, and the next run reads what that wrote.
enum class TensorKind : uint8_t { activation = 0, constant = 1, state = 2 };

// model.fbs: Tensor.
struct TensorRecord {
  uint32_t shape[4];
  float scale;
  int32_t zero_point;
  uint32_t offset;
  uint8_t type;  // TensorType
  uint8_t kind;  // TensorKind
  uint16_t reserved;
};
static_assert(sizeof(TensorRecord) == 32, "as flatc lays it out");

enum class OperatorCode : uint16_t {
#define MOTE_OPERATOR(code, name, inputs, since, access) name = (code),
#include "device/model/operators.def"
#undef MOTE_OPERATOR
};

constexpr uint8_t kOperatorVersion = 1;  // of every operator of format 1

// How a node's constants lie: as docs/spec/operators has them, or as the kernel of the file's target reads them.
enum class Form : uint8_t { portable = 0, packed = 1 };

// model.fbs: Node.
struct NodeRecord {
  uint16_t operator_code;  // OperatorCode
  uint16_t input_count;
  uint16_t inputs[4];
  uint16_t output;
  uint8_t version;
  uint8_t form;  // Form
  int32_t attributes[8];
};
static_assert(sizeof(NodeRecord) == 48, "as flatc lays it out");

// model.fbs: Scalar.
struct ScalarRecord {
  int16_t edges[15];
  uint16_t reserved;
  uint32_t counts[16];
  float mean;
  float deviation;
  int32_t cusum_slack;
  int32_t cusum_limit;
};
static_assert(sizeof(ScalarRecord) == 112, "as flatc lays it out");

// Places in NodeRecord::attributes. What an operator does not name is 0.
namespace attribute {
enum Convolution {
  kStrideHeight = 0,
  kStrideWidth = 1,
  kPadTop = 2,
  kPadLeft = 3,
  kClampMin = 4,
  kClampMax = 5,
  kDilationHeight = 6,
  kDilationWidth = 7
};
// Of packed nodes. Pairs: for the height in the low half, for the width in the high one; clamp: minimum, then maximum, a byte
// each.
enum PackedConvolution {
  kPackedStride = 0,
  kPackedPad = 1,
  kPackedFilter = 2,
  kPackedDilation = 3,
  kPackedClamp = 4,   // also of a packed fully_connected, which has no other
  kPackedColumns = 5  // of armv7e_m and armv7_m: output pixels that a conv_2d computes side by side
};
enum FullyConnected { kFullClampMin = 0, kFullClampMax = 1 };
enum Pool {
  kFilterHeight = 0,
  kFilterWidth = 1,
  kPoolStrideHeight = 2,
  kPoolStrideWidth = 3,
  kPoolPadTop = 4,
  kPoolPadLeft = 5,
  kPoolClampMin = 6,
  kPoolClampMax = 7
};
// A mean has 1/n already folded in, as TensorFlow Lite's QuantizedMeanOrSum does. x is [kMeanOuter, n, kMeanInner].
enum Mean { kMeanMultiplier = 0, kMeanShift = 1, kMeanOuter = 2, kMeanInner = 3 };
enum Along { kAlongOuter = 0, kAlongInner = 1, kAlongLeast = 2 };  // reduce_max, arg_max; kAlongLeast 1: of the least
enum Matmul {
  kMatmulRows = 0,
  kMatmulDepth = 1,
  kMatmulColumns = 2,
  kMatmulTurned = 3,  // 1: the first, 2: the second, 3: both
  kMatmulMultiplier = 4,
  kMatmulShift = 5
};
enum Prelu { kPreluPositiveMultiplier = 0, kPreluPositiveShift = 1, kPreluNegativeMultiplier = 2, kPreluNegativeShift = 3 };
enum Resize { kResizeAlignCorners = 0, kResizeHalfPixel = 1 };
enum Add {  // both inputs and their sum, scaled (operators/arithmetic.md O13); sub and squared_difference alike
  kAddFirstMultiplier = 0,
  kAddFirstShift = 1,
  kAddSecondMultiplier = 2,
  kAddSecondShift = 3,
  kAddSumMultiplier = 4,
  kAddSumShift = 5,
  kAddClampMin = 6,
  kAddClampMax = 7
};
enum Fill { kFillValue = 0 };  // the bits of one element, sign extended
enum Strided {                 // extents of the dense side (the fourth follows from its count), strides and offset of the other
  kStridedExtent = 0,          // three
  kStridedStride = 3,          // four
  kStridedOffset = 7
};
enum Gather { kGatherOuter = 0, kGatherAxis = 1, kGatherInner = 2 };
enum Mul { kMulMultiplier = 0, kMulShift = 1, kMulClampMin = 2, kMulClampMax = 3 };
enum Softmax { kSoftmaxMultiplier = 0, kSoftmaxLeftShift = 1, kSoftmaxDiffMin = 2 };
enum LogMel { kLogMelHop = 0, kLogMelOrder = 1, kLogMelFloor = 2 };  // order: log2 of the transform's points
enum Dct { kDctShift = 0 };
enum LogSoftmax { kLogSoftmaxReverseMultiplier = 3, kLogSoftmaxReverseShift = 4 };  // after those of softmax
}  // namespace attribute

// Places in NodeRecord::inputs of conv_2d, depthwise_conv_2d and fully_connected.
namespace input_place {
enum Weighted { kData = 0, kWeights = 1, kBias = 2, kRequantization = 3 };
enum Packed { kPackedWeights = 1, kPackedConstants = 2 };
enum Standardize { kRaw = 0, kStandardization = 1 };
enum Signal { kSignalWindow = 1, kBandPlaces = 2, kBandWeights = 3 };  // of log_mel
}  // namespace input_place

// Constants are [1, 1, rows, C] int32, row after row:
//   bias             [1, 1, 1, C]
//   requantization   [1, 1, 2, C]  multipliers (0, or 2^30 to 2^31 - 1), shifts (-31 to 30): TensorFlow Lite's QuantizeMultiplier
//   standardization  [1, 1, 3, C]  offsets, multipliers, shifts:
//                                  q = clamp(requantize(raw * 256 - offset, multiplier, shift) + zero point of the output)
// so an offset is the mean in 1/256 raw quanta, and the multiplier stands for 1 / (256 * deviation * scale of the output).
constexpr int32_t kStandardizeUnit = 256;
constexpr int32_t kMaxStandardizeOffset = 1 << 23;
constexpr int32_t kMaxStandardizeShift = 6;  // |raw * 256 - offset| <= 2^24, and shifted left it must stay under 2^31

}  // namespace mote
