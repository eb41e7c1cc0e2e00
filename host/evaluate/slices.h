// Accuracy by slice: whom the model serves worst.
#pragma once

#include "base/file_system.h"
#include "host/data/dataset.h"
#include "host/evaluate/figures.h"

namespace mote {

constexpr uint32_t kFewestWindows = 30;  // of a slice that may be the worst: in fewer, noise would rule

struct SliceTable {
  std::string by;  // "group", "class", or a column
  std::vector<Slice> slices;
};

// `key` is "group", "class", FILE or FILE:COLUMN: a table (CSV) with a row per group. Its column `group` or `recording` holds
// their names, every other one slices. Refuses a table in which a group of `answers` is missing or stands twice.
Result<std::vector<SliceTable>> slices_by(FileSystem& files, const std::string& key, const Dataset& dataset,
                                          std::span<const Judged> answers);

// The file of a key as above, if it names one.
Path slice_file(FileSystem& files, const std::string& key);

struct WorstSlice {
  std::string by;
  Slice slice;
};

// Of least accuracy among those of at least kFewestWindows; none when all are smaller.
std::optional<WorstSlice> worst_slice(std::span<const SliceTable> tables);

// Cause::gate, naming the slice, when the accuracy of the worst one is below `floor`.
Result<void> check_worst_slice(const std::optional<WorstSlice>& worst, double floor, const std::string& where);

Json to_json(const SliceTable& table);
Json to_json(const WorstSlice& worst);
std::string to_text(std::span<const SliceTable> tables, const std::optional<WorstSlice>& worst);

}  // namespace mote
