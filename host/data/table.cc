// One pass over the text; nothing is copied.
#include "host/data/table.h"

#include <charconv>
#include <cmath>

namespace mote {
namespace {

constexpr size_t kMostColumns = 4096;

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

std::string place(const std::string& where, size_t line) { return where + ":" + std::to_string(line); }

// Takes the first field off `line`; `more` says whether another follows.
Result<std::string_view> take_field(std::string_view& line, char separator, bool& more, const std::string& where) {
  const size_t start = line.find_first_not_of(" \t");
  if (start != std::string_view::npos && line[start] == '"') {
    const size_t end = line.find('"', start + 1);
    const size_t next = end == std::string_view::npos ? end : line.find_first_not_of(" \t\r", end + 1);
    if (end == std::string_view::npos || (next != std::string_view::npos && line[next] != separator))
      return Error{.cause = Cause::usage, .what = "a quoted field does not end before the separator", .where = where, .todo = ""};
    const std::string_view field = line.substr(start + 1, end - start - 1);
    more = next != std::string_view::npos;
    line.remove_prefix(more ? next + 1 : line.size());
    return field;
  }
  const size_t end = line.find(separator);
  const std::string_view field = trim(line.substr(0, end));
  more = end != std::string_view::npos;
  line.remove_prefix(more ? end + 1 : line.size());
  return field;
}

std::string shown(std::string_view field) {
  constexpr size_t kMost = 40;
  std::string text;
  for (const char c : field.substr(0, kMost)) text += c >= 0x20 && c < 0x7f ? c : '?';
  return "'" + text + (field.size() > kMost ? "...'" : "'");
}

}  // namespace

Result<TextTable> read_table(std::string_view text, char separator, bool header, const std::string& where,
                             std::vector<std::string>& names) {
  TextTable table;
  table.where = where;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  bool first = true;
  for (uint32_t number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (trim(line).empty()) continue;
    std::vector<std::string_view>& to = first && header ? table.header : table.fields;
    const size_t before = to.size();
    for (bool more = true; more;) {
      TRY(std::string_view field, take_field(line, separator, more, place(where, number)));
      to.push_back(field);
      if (to.size() - before > kMostColumns)
        return Error{.cause = Cause::usage, .what = "has too many columns", .where = place(where, number), .todo = ""};
    }
    const size_t count = to.size() - before;
    if (first && !header) {
      names.clear();
      for (size_t column = 1; column <= count; ++column) names.push_back(std::to_string(column));
      table.header.assign(names.begin(), names.end());
    }
    if (count != table.columns()) {
      return Error{.cause = Cause::usage,
                   .what = "has " + std::to_string(count) + " fields, the first row has " + std::to_string(table.columns()),
                   .where = place(where, number),
                   .todo = "check the separator and the row"};
    }
    if (!first || !header) table.lines.push_back(number);
    first = false;
  }
  if (first) return Error{.cause = Cause::usage, .what = "is empty", .where = where, .todo = ""};
  return table;
}

Result<size_t> TextTable::column(std::string_view name) const {
  std::string known;
  for (size_t i = 0; i < header.size(); ++i) {
    if (header[i] == name) return i;
    if (i < 24) known += (i == 0 ? "" : ", ") + std::string(header[i]);
  }
  return Error{
      .cause = Cause::usage, .what = "has no column " + shown(name), .where = where, .todo = "its columns are: " + known};
}

Error TextTable::refuse(size_t row, size_t column, const std::string& what) const {
  return Error{.cause = Cause::usage,
               .what = "column '" + std::string(header[column]) + "': " + shown(at(row, column)) + " " + what,
               .where = place(where, lines[row]),
               .todo = ""};
}

Result<double> TextTable::number(size_t row, size_t column) const {
  const std::string_view field = at(row, column);
  const std::string_view digits = field.starts_with('+') ? field.substr(1) : field;
  double value = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (problem != std::errc() || end != digits.data() + digits.size()) return refuse(row, column, "is not a number");
  if (!std::isfinite(value)) return refuse(row, column, "is not a finite number");
  return value;
}

Result<int64_t> TextTable::integer(size_t row, size_t column, int64_t low, int64_t high) const {
  const std::string_view field = at(row, column);
  int64_t value = 0;
  const auto [end, problem] = std::from_chars(field.data(), field.data() + field.size(), value);
  if (problem != std::errc() || end != field.data() + field.size()) return refuse(row, column, "is not a whole number");
  if (value < low || value > high)
    return refuse(row, column, "is outside " + std::to_string(low) + " to " + std::to_string(high));
  return value;
}

}  // namespace mote
