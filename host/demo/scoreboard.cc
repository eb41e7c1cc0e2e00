// The closing table of the demo.
#include "host/demo/scoreboard.h"

#include <algorithm>
#include <cstdio>

#include "base/json.h"

namespace mote::demo {

void Scoreboard::tell(const std::string& key, const std::string& name, Json measured, const std::string& shown) {
  claims_.push_back({key, name, std::move(measured), shown, "", true});
}

void Scoreboard::claim(const std::string& key, const std::string& name, Json measured, const std::string& shown,
                       const std::string& expected, bool holds) {
  claims_.push_back({key, name, std::move(measured), shown, expected, holds});
}

bool Scoreboard::all_hold() const {
  return std::all_of(claims_.begin(), claims_.end(), [](const Claim& claim) { return claim.holds; });
}

Result<void> Scoreboard::verdict() const {
  for (const Claim& claim : claims_) {
    if (claim.holds) continue;
    return Error{.cause = Cause::failed,
                 .what = claim.name + " is " + claim.shown + ", expected " + claim.expected,
                 .where = "demo",
                 .todo = "demo.json and the logs beside it hold the details"};
  }
  return {};
}

std::string to_text(const Scoreboard& board) {
  size_t name = 0, shown = 0;
  for (const Claim& claim : board.claims()) {
    name = std::max(name, claim.name.size());
    shown = std::max(shown, claim.shown.size());
  }
  std::string text;
  for (const Claim& claim : board.claims()) {
    const char* mark = claim.expected.empty() ? "  " : claim.holds ? "ok" : "NO";
    text += std::string(mark) + "  " + claim.name + std::string(name - claim.name.size() + 2, ' ') + claim.shown;
    if (!claim.expected.empty()) text += std::string(shown - claim.shown.size() + 2, ' ') + "(" + claim.expected + ")";
    text += "\n";
  }
  return text;
}

std::string percent(double share) {
  char text[16];
  std::snprintf(text, sizeof text, "%.1f %%", share * 100);
  return text;
}

Json to_json(const Scoreboard& board) {
  Json json;
  json["ok"] = board.all_hold();
  for (const Claim& claim : board.claims()) json[claim.key] = claim.measured;
  for (const Claim& claim : board.claims()) {
    if (!claim.expected.empty())
      json["claims"].push_back({{"name", claim.name}, {"expected", claim.expected}, {"holds", claim.holds}});
  }
  return json;
}

}  // namespace mote::demo
