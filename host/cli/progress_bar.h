// A progress bar on a terminal, nothing elsewhere.
#pragma once

#include <chrono>
#include <iosfwd>

#include "base/progress.h"

namespace mote::cli {

class ProgressBar final : public Progress {
 public:
  ProgressBar(std::ostream& err, bool terminal) : err_(err), terminal_(terminal) {}
  void begin(const std::string& label, uint64_t total) override;
  void step(uint64_t done, const std::string& note) override;
  void end() override;

 private:
  void draw();

  std::ostream& err_;
  bool terminal_;
  std::string label_, note_;
  uint64_t total_ = 0, done_ = 0;
  std::chrono::steady_clock::time_point started_, drawn_;
};

}  // namespace mote::cli
