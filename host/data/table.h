// Text tables (CSV): lines of fields, with the line number of each for errors.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace mote {

// Fields lie in the text that was given and must not outlive it.
struct TextTable {
  std::string where;
  std::vector<std::string_view> header;
  std::vector<std::string_view> fields;  // [rows][columns]
  std::vector<uint32_t> lines;           // of each row, counted from 1

  size_t columns() const { return header.size(); }
  size_t rows() const { return lines.size(); }
  std::string_view at(size_t row, size_t column) const { return fields[row * columns() + column]; }

  // The column's place, or an error that names the columns there are.
  Result<size_t> column(std::string_view name) const;
  // A finite number, or an integer in [low, high]; an error names file, line and column.
  Result<double> number(size_t row, size_t column) const;
  Result<int64_t> integer(size_t row, size_t column, int64_t low, int64_t high) const;
  Error refuse(size_t row, size_t column, const std::string& what) const;
};

// Fields are as they stand, without blanks around them; one in double quotes may hold the separator, but no quote and no line
// end. Lines end in LF or CRLF; empty ones are passed over; a byte-order mark is too. Refuses rows of another length than the
// first. Without a header the columns are named "1", "2", ...; `names` keeps them.
Result<TextTable> read_table(std::string_view text, char separator, bool header, const std::string& where,
                             std::vector<std::string>& names);

}  // namespace mote
