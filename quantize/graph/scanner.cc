// The tokens of the text form of a graph.
#include "quantize/graph/scanner.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <limits>

namespace mote {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

template <typename T, typename... Base>
bool parse_whole(std::string_view text, T* value, Base... base) {
  const char* end = text.data() + text.size();
  const auto [stopped, problem] = std::from_chars(text.data(), end, *value, base...);
  return problem == std::errc() && stopped == end && !text.empty();
}

bool parse_float(std::string_view text, float* value) {
  if (text.starts_with("nan:")) {
    uint32_t bits = 0;
    if (text.size() != 12 || !parse_whole(text.substr(4), &bits, 16)) return false;
    *value = std::bit_cast<float>(bits);
    return std::isnan(*value);
  }
  const bool negative = text.starts_with('-');
  std::string_view magnitude = negative ? text.substr(1) : text;
  if (magnitude.starts_with('-') || magnitude.starts_with('n')) return false;  // "--1", "nan" without its bits
  bool parsed = false;
  if (magnitude == "inf") {
    *value = std::numeric_limits<float>::infinity();
    parsed = true;
  } else if (magnitude.starts_with("0x")) {
    parsed = !magnitude.substr(2).starts_with('-') && parse_whole(magnitude.substr(2), value, std::chars_format::hex);
  } else {
    parsed = parse_whole(magnitude, value, std::chars_format::general);
  }
  parsed = parsed && !(magnitude != "inf" && !std::isfinite(*value));
  if (negative) *value = -*value;
  return parsed;
}

}  // namespace

void Scanner::refuse(const std::string& what, uint32_t line) {
  if (!ok()) return;
  what_ = what;
  line_of_problem_ = line;
}

Error Scanner::error() const {
  return Error{.cause = Cause::usage, .what = what_, .where = where_ + ":" + std::to_string(line_of_problem_), .todo = ""};
}

void Scanner::skip() {
  for (; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (c == '\n') {
      ++line_;
    } else if (c == '#') {
      while (at_ + 1 < text_.size() && text_[at_ + 1] != '\n') ++at_;
    } else if (c != ' ' && c != '\t' && c != '\r') {
      return;
    }
  }
}

bool Scanner::at_end() {
  skip();
  return at_ >= text_.size();
}

bool Scanner::next_is(char c) {
  skip();
  return ok() && at_ < text_.size() && text_[at_] == c;
}

bool Scanner::take(char c) {
  if (!next_is(c)) return false;
  ++at_;
  return true;
}

void Scanner::expect(char c) {
  if (!ok() || take(c)) return;
  refuse(std::string("'") + c + "' is missing" + (at_end() ? " at the end of the file" : ""));
}

std::string_view Scanner::word() {
  skip();
  const size_t begin = at_;
  while (ok() && at_ < text_.size() && is_word(text_[at_])) ++at_;
  if (at_ == begin) refuse("a word is missing");
  return text_.substr(begin, at_ - begin);
}

std::string Scanner::quoted() {
  std::string result;
  expect('"');
  while (ok()) {
    if (at_ >= text_.size() || text_[at_] == '\n') {
      refuse("the name has no closing quotation mark");
    } else if (text_[at_] == '"') {
      ++at_;
      break;
    } else if (text_[at_] == '\\') {
      uint8_t byte = 0;
      if (at_ + 4 > text_.size() || text_[at_ + 1] != 'x' || !parse_whole(text_.substr(at_ + 2, 2), &byte, 16))
        refuse("after a backslash, x and two hexadecimal digits must follow");
      result += static_cast<char>(byte);
      at_ += 4;
    } else {
      result += text_[at_++];
    }
  }
  return result;
}

// As word(), and with the signs that numbers hold.
std::string_view Scanner::numeral() {
  skip();
  const size_t begin = at_;
  while (ok() && at_ < text_.size() && (is_word(text_[at_]) || text_[at_] == '+' || text_[at_] == ':')) ++at_;
  return text_.substr(begin, at_ - begin);
}

uint32_t Scanner::natural(uint32_t most) {
  uint32_t value = 0;
  const std::string_view text = numeral();
  if (ok() && (!parse_whole(text, &value) || value > most))
    refuse("'" + std::string(text.substr(0, 40)) + "' is no whole number from 0 to " + std::to_string(most));
  return ok() ? value : 0;
}

int32_t Scanner::integer() {
  int32_t value = 0;
  const std::string_view text = numeral();
  if (ok() && !parse_whole(text, &value)) refuse("'" + std::string(text.substr(0, 40)) + "' is no 32-bit whole number");
  return ok() ? value : 0;
}

float Scanner::number() {
  float value = 0;
  const std::string_view text = numeral();
  if (ok() && !parse_float(text, &value)) refuse("'" + std::string(text.substr(0, 40)) + "' is no number that a float holds");
  return ok() ? value : 0;
}

}  // namespace mote
