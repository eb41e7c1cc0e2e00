// What the demo claims, what was measured, and whether the one bears out the other.
#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace mote::demo {

struct Claim {
  std::string key;       // in demo.json
  std::string name;      // for people
  Json measured;         // the figure itself
  std::string shown;     // the figure for people
  std::string expected;  // "at least 0.90"; empty for a figure without a bar
  bool holds = true;
};

class Scoreboard {
 public:
  // A figure that is told but not judged.
  void tell(const std::string& key, const std::string& name, Json measured, const std::string& shown);
  // A claim that must hold for the demo to have succeeded.
  void claim(const std::string& key, const std::string& name, Json measured, const std::string& shown,
             const std::string& expected, bool holds);

  const std::vector<Claim>& claims() const { return claims_; }
  bool all_hold() const;
  Result<void> verdict() const;  // an error that names the first claim that does not hold

 private:
  std::vector<Claim> claims_;
};

std::string to_text(const Scoreboard& board);
// 0.934 as "93.4 %".
std::string percent(double share);

Json to_json(const Scoreboard& board);

}  // namespace mote::demo
