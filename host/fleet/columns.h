// Text in columns, for people.
#pragma once

#include <string>
#include <vector>

namespace mote::fleet {

// The first row is the heading. Columns are as wide as their widest cell, two spaces apart; figures stand to the right: a column
// whose heading ends in a space. Lines end in a newline.
std::string in_columns(const std::vector<std::vector<std::string>>& rows);

// Three significant digits: "0.0123", "1.2e-07", "384".
std::string figure(double value);

// "12 s", "3 min", "5 h", "2 d": how long ago.
std::string age(int64_t ms);

}  // namespace mote::fleet
