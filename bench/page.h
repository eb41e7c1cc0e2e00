// The places in a page that a benchmark writes its tables into, between two marks.
#pragma once

#include <string>

#include "base/file_system.h"

namespace mote::bench {

// `page` with `text` between "<!-- made by PROGRAM -->" and the next "<!-- until here -->". Cause::usage where they are not.
inline Result<std::string> with_text_between_marks(std::string page, const std::string& program, const std::string& text,
                                                   const Path& where) {
  const std::string mark = "<!-- made by " + program + " -->\n";
  const size_t begin = page.find(mark), end = page.find("<!-- until here -->\n", begin == std::string::npos ? 0 : begin);
  if (begin == std::string::npos || end == std::string::npos)
    return Error{.cause = Cause::usage, .what = "has no two marks to write between", .where = where.string(), .todo = ""};
  const size_t from = begin + mark.size();
  return page.replace(from, end - from, text);
}

}  // namespace mote::bench
