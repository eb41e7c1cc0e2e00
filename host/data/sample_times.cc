// Reads times, and compares their intervals with a rate.
#include "host/data/sample_times.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>

namespace mote {
namespace {

constexpr double kTolerance = 0.1;

// The number at the head of `text`, which is cut off.
template <typename T>
bool take(std::string_view& text, T& number) {
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc()) return false;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return true;
}

bool take_mark(std::string_view& text, std::string_view any) {
  if (text.empty() || any.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<double> seconds_of_date(std::string_view text) {
  int year = 0;
  unsigned month = 0, day = 0, hour = 0, minute = 0;
  double second = 0;
  const bool reads = take(text, year) && take_mark(text, "-") && take(text, month) && take_mark(text, "-") && take(text, day) &&
                     take_mark(text, "T ") && take(text, hour) && take_mark(text, ":") && take(text, minute) &&
                     take_mark(text, ":") && take(text, second);
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  if (!reads || !date.ok() || hour > 23 || minute > 59 || !(second >= 0 && second < 61)) return std::nullopt;
  const auto days = std::chrono::sys_days(date).time_since_epoch().count();
  return (static_cast<double>(days) * 24 + hour) * 3600 + minute * 60 + second;
}

std::string shown(double hz) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g Hz", hz);
  return text;
}

}  // namespace

std::optional<double> seconds_of(std::string_view text, double unit) {
  double number = 0;
  std::string_view rest = text;
  if (take(rest, number) && rest.empty() && std::isfinite(number)) return number * unit;
  return seconds_of_date(text);
}

Result<void> check_times(const TextTable& table, const CsvMap& map, double rate_hz) {
  TRY(const size_t column, table.column(map.time));
  std::vector<double> intervals;
  double before = 0, sum = 0;
  for (size_t row = 0; row < table.rows(); ++row) {
    const std::optional<double> now = seconds_of(table.at(row, column), map.time_unit);
    if (!now) return table.refuse(row, column, "is neither a number nor a date with a time");
    // Where a recording ends and another begins, times may jump back.
    if (row > 0 && *now >= before) intervals.push_back(*now - before), sum += *now - before;
    before = *now;
  }
  if (intervals.empty()) return {};
  const auto middle = intervals.begin() + static_cast<ptrdiff_t>(intervals.size() / 2);
  std::nth_element(intervals.begin(), middle, intervals.end());
  const double interval = *middle > 0 ? *middle : sum / static_cast<double>(intervals.size());
  if (std::fabs(interval * rate_hz - 1) <= kTolerance) return {};
  return Error{.cause = Cause::usage,
               .what = "has " + (interval > 0 ? shown(1 / interval) : "one time for all rows") + " by its column '" + map.time +
                       "', but data.sample_rate_hz is " + shown(rate_hz),
               .where = table.where,
               .todo = "resample the file, or correct the rate"};
}

}  // namespace mote
