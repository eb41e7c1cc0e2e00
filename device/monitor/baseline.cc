// Finds the scalars of a baseline section.
#include "device/monitor/baseline.h"

#include "device/format/view.h"
#include "device/model/container.h"

namespace mote {

bool baseline_view(const void* bytes, size_t count, BaselineView* view) {
  *view = BaselineView{nullptr, 0};
  if (bytes == nullptr || count > UINT32_MAX) return false;
  FlatReader reader{static_cast<const uint8_t*>(bytes), static_cast<uint32_t>(count)};
  const FlatVector scalars = flat_vector(flat_root(&reader), 0, sizeof(ScalarRecord), alignof(ScalarRecord));
  if (!reader.ok) return false;
  *view = BaselineView{scalars.data, scalars.count};
  return true;
}

ScalarReference baseline_scalar(const BaselineView& view, uint32_t index) {
  ScalarRecord record;
  memcpy(&record, view.scalars + index * sizeof(ScalarRecord), sizeof record);
  ScalarReference scalar;
  memcpy(scalar.edges, record.edges, sizeof scalar.edges);
  scalar.cusum_slack = record.cusum_slack;
  scalar.cusum_limit = record.cusum_limit;
  return scalar;
}

}  // namespace mote
