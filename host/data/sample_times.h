// Times of rows, held against the sample rate that a configuration declares.
#pragma once

#include <string_view>

#include "host/data/source.h"
#include "host/data/table.h"

namespace mote {

// Seconds from any fixed moment: a number of `unit` seconds, or "2020-02-08 13:30:47.25", with a T or a blank before the hour; a
// zone behind it is passed over. None for other text.
std::optional<double> seconds_of(std::string_view text, double unit);

// Refuses a table whose rows follow each other more than a tenth faster or slower than `rate_hz` says: the median of the
// intervals, or their mean where the clock of the times is coarser than the rate.
Result<void> check_times(const TextTable& table, const CsvMap& map, double rate_hz);

}  // namespace mote
