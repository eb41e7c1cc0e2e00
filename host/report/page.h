// One self-contained HTML page: text, tables and pictures, no script and nothing fetched.
#pragma once

#include <string>
#include <vector>

namespace mote::report {

struct Row {
  std::vector<std::string> cells;
  enum class Tone { plain, good, bad } tone = Tone::plain;
};

class Page {
 public:
  explicit Page(std::string title);

  void heading(const std::string& words);
  void paragraph(const std::string& words);
  void table(const std::vector<std::string>& columns, const std::vector<Row>& rows);
  void picture(const std::string& svg);  // of host/report/svg.h: put in as it is

  std::string html() const;

 private:
  std::string title_, body_;
};

}  // namespace mote::report
