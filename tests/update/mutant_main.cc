// Runs the sweep over an updater with one mistake in it; succeeds when the sweep notices.
#include <iostream>

#include "tests/update/sweep.h"

int main() {
  using namespace mote;
  KnownCrypto crypto;
  Cast cast;
  Tally tally;
  for (const Scenario& scenario : scenarios())
    sweep(scenario, test_geometry(2048, 8, 0xFF), crypto.port(), cast, Second::none, tally);
  std::cout << "power cuts tried: " << tally.cuts << ", violations: " << tally.violation_count << "\n";
  for (const std::string& violation : tally.violations) std::cout << "  " << violation << "\n";
  if (tally.violation_count == 0) std::cout << "the sweep cannot tell this mistake from the updater as it should be\n";
  return tally.violation_count == 0 ? 1 : 0;
}
