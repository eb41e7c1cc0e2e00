// HTML with its style inside and a policy that lets it load nothing.
#include "host/report/page.h"

#include "host/report/svg.h"

namespace mote::report {
namespace {

constexpr const char* kHead = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
.wide, figure { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; }
th, td { text-align: left; padding: .25rem .8rem .25rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent);
         vertical-align: top; }
th { white-space: nowrap; }
td { font-variant-numeric: tabular-nums; }
.good td:first-child::before { content: "\2713\00a0"; color: #009e73; font-weight: bold; }
.bad td:first-child::before { content: "\2717\00a0"; color: #d55e00; font-weight: bold; }
svg { max-width: max(100%, 36rem); height: auto; display: block; }
</style>
)";

constexpr const char* kTones[] = {"plain", "good", "bad"};

}  // namespace

Page::Page(std::string title) : title_(std::move(title)) {}

void Page::heading(const std::string& words) { body_ += "<h2>" + escaped(words) + "</h2>\n"; }
void Page::paragraph(const std::string& words) { body_ += "<p>" + escaped(words) + "</p>\n"; }
void Page::picture(const std::string& svg) { body_ += "<figure>\n" + svg + "</figure>\n"; }

void Page::table(const std::vector<std::string>& columns, const std::vector<Row>& rows) {
  body_ += "<div class=\"wide\"><table>\n<thead><tr>";
  for (const std::string& column : columns) body_ += "<th>" + escaped(column) + "</th>";
  body_ += "</tr></thead>\n<tbody>\n";
  for (const Row& row : rows) {
    body_ += std::string("<tr class=\"") + kTones[static_cast<int>(row.tone)] + "\">";
    for (const std::string& cell : row.cells) body_ += "<td>" + escaped(cell) + "</td>";
    body_ += "</tr>\n";
  }
  body_ += "</tbody>\n</table></div>\n";
}

std::string Page::html() const {
  return std::string(kHead) + "<title>" + escaped(title_) + "</title>\n</head>\n<body>\n<h1>" + escaped(title_) + "</h1>\n" +
         body_ + "</body>\n</html>\n";
}

}  // namespace mote::report
