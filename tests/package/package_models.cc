// Writes a small keyword spotter: package_models portable|armv7e-m FILE.
#include <fstream>

#include "quantize/pack/pack.h"
#include "quantize/test/spotter.h"

int main(int count, char** words) {
  const std::optional<mote::Target> target = count == 3 ? mote::find_target(words[1]) : std::nullopt;
  if (!target) return 2;
  const mote::Bytes model = mote::test::Spotter(1).model(*target);
  std::ofstream file(words[2], std::ios::binary);
  file.write(reinterpret_cast<const char*>(model.data()), static_cast<std::streamsize>(model.size()));
  return model.empty() || !file.flush() ? 1 : 0;
}
