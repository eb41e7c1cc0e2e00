// Checks what travels with a model beside its graph: labels, drift baseline, self-test vectors (M35 to M37).
#include "device/format/view.h"
#include "device/model/check.h"
#include "device/model/number.h"
#include "device/model/sections.h"

namespace mote {
namespace {

constexpr uint32_t kMaxNameBytes = 63;
constexpr int32_t kMaxCusum = 1 << 30;  // sums of CUSUM, which grow by less than 2^25 a window, stay in int32

// Fields in model.fbs.
enum BaselineField { kScalars, kNames, kUnits, kQuanta };
enum SelfTestField { kCount, kInputs, kOutputs };

// A vector of `count` strings of `shortest` to kMaxNameBytes bytes.
bool are_names(const FlatTable& table, uint32_t field, uint32_t count, uint32_t shortest) {
  const FlatVector names = flat_vector(table, field, 4, 4);
  if (names.count != count) return false;
  for (uint32_t i = 0; i < count; ++i) {
    const FlatVector name = flat_vector_at(table.reader, flat_follow(table.reader, names.at + 4 * i), 1, 1);
    if (!table.reader->ok || name.count < shortest || name.count > kMaxNameBytes) return false;
  }
  return true;
}

bool are_positive(const FlatVector& floats) {
  for (uint32_t i = 0; i < floats.count; ++i) {
    float value;
    memcpy(&value, floats.data + 4 * i, sizeof value);
    if (!is_positive(value)) return false;
  }
  return true;
}

bool is_scalar_right(const ScalarRecord& scalar) {
  for (uint32_t i = 1; i < 15; ++i)
    if (scalar.edges[i] < scalar.edges[i - 1]) return false;
  if (scalar.reserved != 0 || !is_finite(scalar.mean) || !is_positive(scalar.deviation)) return false;
  if (scalar.mean < INT16_MIN || scalar.mean > INT16_MAX) return false;
  return scalar.cusum_slack >= 0 && scalar.cusum_slack <= kMaxCusum && scalar.cusum_limit >= 1 && scalar.cusum_limit <= kMaxCusum;
}

// With a front end: its statistics, then the confidence of the answer. Without one the file says how many there are.
bool is_scalar_count_right(const Model& model, uint32_t count) {
  if (!has_front_end(model)) return count >= 1;
  return count == 1 + (model.statistics == kNoTensor ? 0 : element_count(model.tensors[model.statistics]));
}

uint64_t bytes_of(const Model& model, const uint16_t* tensors, uint32_t count) {
  uint64_t bytes = 0;
  for (uint32_t i = 0; i < count; ++i) bytes += byte_count(model.tensors[tensors[i]]);
  return bytes;
}

}  // namespace

Verdict check_labels(const Model& model) {
  if (!kReadsReports) return {};
  const Section section = find_section(model.file, SectionType::labels);
  if (section.data == nullptr) return {};
  FlatReader reader{section.data, section.bytes};
  const FlatTable labels = flat_root(&reader);
  return are_names(labels, 0, element_count(model.tensors[model.outputs[0]]), 1) ? Verdict{} : broken("M35");
}

Verdict check_baseline(const Model& model) {
  if (!kReadsReports) return {};
  const Section section = find_section(model.file, SectionType::baseline);
  if (section.data == nullptr) return {};
  FlatReader reader{section.data, section.bytes};
  const FlatTable baseline = flat_root(&reader);
  const FlatVector scalars = flat_vector(baseline, kScalars, sizeof(ScalarRecord), alignof(ScalarRecord));
  const FlatVector quanta = flat_vector(baseline, kQuanta, sizeof(float), alignof(float));
  if (!reader.ok || !is_scalar_count_right(model, scalars.count)) return broken("M36");
  if (!are_names(baseline, kNames, scalars.count, 1) || !are_names(baseline, kUnits, scalars.count, 0)) return broken("M36");
  if (quanta.count != scalars.count || !are_positive(quanta)) return broken("M36");
  const ScalarRecord* records = reinterpret_cast<const ScalarRecord*>(scalars.data);
  for (uint32_t i = 0; i < scalars.count; ++i)
    if (!is_scalar_right(records[i])) return broken("M36");
  return {};
}

Verdict check_self_test(const Model& model) {
  const Section section = find_section(model.file, SectionType::self_test);
  if (section.data == nullptr) return {};
  FlatReader reader{section.data, section.bytes};
  const FlatTable test = flat_root(&reader);
  const uint32_t count = flat_scalar<uint32_t>(test, kCount, 0);
  const FlatVector inputs = flat_vector(test, kInputs, 1, 1);
  const FlatVector outputs = flat_vector(test, kOutputs, 1, 1);
  if (!reader.ok) return broken("M37");
  const bool whole = inputs.count == count * bytes_of(model, model.inputs, model.input_count) &&
                     outputs.count == count * bytes_of(model, model.outputs, model.output_count);
  return whole ? Verdict{} : broken("M37");
}

}  // namespace mote
