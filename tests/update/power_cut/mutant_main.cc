// Runs the sweep over an updater with one mistake in it; succeeds when the sweep notices.
#include <iostream>

#include "tests/update/power_cut/sweep.h"

int main() {
  using namespace mote;
  KnownCrypto crypto;
  Cast cast;
  Tally tally;
  for (const Scenario& scenario : scenarios())
    sweep(scenario, test_geometry(2048, 8, 0xFF), crypto.port(), cast, Second::none, tally);
  std::cout << "power cuts tried: " << tally.cuts << ", violations: " << tally.violation_count
            << ", rules of flash broken: " << tally.broken_rules << "\n";
  for (const std::string& violation : tally.violations) std::cout << "  " << violation << "\n";
  const bool noticed = tally.violation_count + tally.broken_rules != 0;
  if (!noticed) std::cout << "the sweep cannot tell this mistake from the updater as it should be\n";
  return noticed ? 0 : 1;
}
