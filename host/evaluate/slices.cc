// Groups to the values of a table's columns, and windows with them.
#include "host/evaluate/slices.h"

#include <algorithm>
#include <cstdio>
#include <map>

#include "base/json.h"
#include "host/data/table.h"

namespace mote {
namespace {

// FILE:COLUMN; the column is empty when there is none.
struct TableKey {
  Path file;
  std::string column;
};

TableKey table_key(FileSystem& files, const std::string& key) {
  if (files.exists(key)) return {.file = key, .column = ""};
  const size_t colon = key.rfind(':');
  if (colon == std::string::npos || !files.exists(key.substr(0, colon))) return {};
  return {.file = key.substr(0, colon), .column = key.substr(colon + 1)};
}

Result<size_t> group_column(const TextTable& table) {
  for (size_t i = 0; i < table.columns(); ++i)
    if (table.header[i] == "group" || table.header[i] == "recording") return i;
  return Error{.cause = Cause::usage,
               .what = "has no column 'group' or 'recording'",
               .where = table.where,
               .todo = "say in it which group each row is of"};
}

// Per group of the data that is evaluated: its row.
Result<std::vector<size_t>> rows_of_groups(const TextTable& table, size_t names, const Dataset& dataset,
                                           std::span<const Judged> answers) {
  std::map<std::string_view, size_t> row_of;
  for (size_t row = 0; row < table.rows(); ++row)
    if (!row_of.emplace(table.at(row, names), row).second) return table.refuse(row, names, "this group stands there twice");
  std::vector<size_t> rows(dataset.groups.size());
  for (const Judged& one : answers) {
    const auto found = row_of.find(dataset.groups[one.group]);
    if (found == row_of.end())
      return Error{.cause = Cause::usage,
                   .what = "has no row for the group '" + dataset.groups[one.group] + "', which is evaluated",
                   .where = table.where,
                   .todo = "add one"};
    rows[one.group] = found->second;
  }
  return rows;
}

SliceTable by_column(const TextTable& table, size_t column, const std::vector<size_t>& row_of, std::span<const Judged> answers) {
  std::map<std::string, Slice> found;
  for (const Judged& one : answers) {
    std::string value(table.at(row_of[one.group], column));
    if (value.empty()) value = "(empty)";
    Slice& slice = found.emplace(value, Slice{.name = value}).first->second;
    ++slice.windows;
    slice.right += one.right();
  }
  SliceTable result{.by = std::string(table.header[column]), .slices = {}};
  for (const auto& [value, slice] : found) result.slices.push_back(slice);
  std::sort(result.slices.begin(), result.slices.end(),
            [](const Slice& a, const Slice& b) { return natural_less(a.name, b.name); });
  return result;
}

Result<std::vector<SliceTable>> by_table(FileSystem& files, const TableKey& key, const Dataset& dataset,
                                         std::span<const Judged> answers) {
  TRY(const std::string text, files.read_text(key.file));
  std::vector<std::string> names;
  TRY(const TextTable table, read_table(text, ',', /*header=*/true, key.file.string(), names));
  TRY(const size_t groups, group_column(table));
  TRY(const std::vector<size_t> rows, rows_of_groups(table, groups, dataset, answers));
  std::vector<SliceTable> tables;
  if (!key.column.empty()) {
    TRY(const size_t column, table.column(key.column));
    tables.push_back(by_column(table, column, rows, answers));
    return tables;
  }
  for (size_t column = 0; column < table.columns(); ++column)
    if (column != groups) tables.push_back(by_column(table, column, rows, answers));
  if (!tables.empty()) return tables;
  return Error{.cause = Cause::usage,
               .what = "has no column but that of the groups",
               .where = key.file.string(),
               .todo = "add what to slice by, or say --slices group"};
}

std::string described(const WorstSlice& worst) {
  char line[256];
  std::snprintf(line, sizeof line, "%s '%.80s', accuracy %.4f in %u windows (lower bound %.4f)", worst.by.c_str(),
                worst.slice.name.c_str(), worst.slice.accuracy(), worst.slice.windows, worst.slice.interval().low);
  return line;
}

}  // namespace

Path slice_file(FileSystem& files, const std::string& key) { return table_key(files, key).file; }

Result<std::vector<SliceTable>> slices_by(FileSystem& files, const std::string& key, const Dataset& dataset,
                                          std::span<const Judged> answers) {
  if (key == "group") return std::vector<SliceTable>{{.by = key, .slices = tally(dataset.groups, answers, &Judged::group)}};
  if (key == "class") return std::vector<SliceTable>{{.by = key, .slices = tally(dataset.labels, answers, &Judged::truth)}};
  const TableKey table = table_key(files, key);
  if (!table.file.empty()) return by_table(files, table, dataset, answers);
  return Error{.cause = Cause::usage,
               .what = "there is no slice key '" + key + "' and no such file",
               .where = "--slices",
               .todo = "say group, class, FILE.csv or FILE.csv:COLUMN"};
}

std::optional<WorstSlice> worst_slice(std::span<const SliceTable> tables) {
  std::optional<WorstSlice> worst;
  for (const SliceTable& table : tables)
    for (const Slice& slice : table.slices)
      if (slice.windows >= kFewestWindows && (!worst || slice.accuracy() < worst->slice.accuracy()))
        worst = WorstSlice{.by = table.by, .slice = slice};
  return worst;
}

Result<void> check_worst_slice(const std::optional<WorstSlice>& worst, double floor, const std::string& where) {
  if (!worst)
    return Error{.cause = Cause::usage,
                 .what = "no slice has " + std::to_string(kFewestWindows) + " windows, so that none can be the worst",
                 .where = where,
                 .todo = "evaluate more windows, or cut coarser slices"};
  if (worst->slice.accuracy() >= floor) return {};
  char wanted[64];
  std::snprintf(wanted, sizeof wanted, " is below %.4g", floor);
  return Error{.cause = Cause::gate,
               .what = "the worst slice, " + described(*worst) + ", is refused: its accuracy" + wanted,
               .where = where,
               .todo = "record and train on more of it"};
}

Json to_json(const SliceTable& table) {
  Json slices = Json::array();
  for (const Slice& slice : table.slices) slices.push_back(to_json(slice));
  return {{"by", table.by}, {"slices", slices}};
}

Json to_json(const WorstSlice& worst) {
  Json json = {{"by", worst.by}};
  json.update(to_json(worst.slice));
  return json;
}

std::string to_text(std::span<const SliceTable> tables, const std::optional<WorstSlice>& worst) {
  std::string text;
  for (const SliceTable& table : tables) text += to_text("by " + table.by, table.slices);
  return text + "\n" + (worst ? "worst slice: " + described(*worst) : std::string("no slice has 30 windows")) + "\n";
}

}  // namespace mote
