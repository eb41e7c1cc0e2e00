// Reads the tokens of the text form. The first problem sticks: later reads do nothing, and one check at the end is enough.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace mote {

class Scanner {
 public:
  Scanner(std::string_view text, std::string where) : text_(text), where_(std::move(where)) {}

  bool ok() const { return what_.empty(); }
  bool at_end();            // after white space and comments (# to the end of the line)
  bool take(char c);        // c is next: goes past it
  void expect(char c);      // c must be next
  bool next_is(char c);     // looks only
  std::string_view word();  // letters, digits, '_', '-', '.'; an error when there is none
  std::string quoted();     // "text", with \xNN for bytes
  uint32_t natural(uint32_t most);
  int32_t integer();
  float number();  // decimal, C99 hexadecimal, inf, -inf, nan:<8 hexadecimal digits>

  uint32_t line() const { return line_; }
  void refuse(const std::string& what) { refuse(what, line_); }  // keeps the first
  void refuse(const std::string& what, uint32_t line);
  Error error() const;  // only when !ok()

 private:
  void skip();
  std::string_view numeral();

  std::string_view text_;
  std::string where_;
  std::string what_;
  size_t at_ = 0;
  uint32_t line_ = 1;
  uint32_t line_of_problem_ = 0;
};

}  // namespace mote
