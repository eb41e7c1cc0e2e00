// One line, rewritten at most ten times a second: label, bar, share, time left, note.
#include "host/cli/progress_bar.h"

#include <cstdio>
#include <ostream>

namespace mote::cli {

using Steady = std::chrono::steady_clock;

void ProgressBar::begin(const std::string& label, uint64_t total) {
  label_ = label;
  note_.clear();
  total_ = total;
  done_ = 0;
  started_ = Steady::now();
  drawn_ = {};
  draw();
}

void ProgressBar::step(uint64_t done, const std::string& note) {
  done_ = done;
  note_ = note;
  if (done == total_ || Steady::now() - drawn_ >= std::chrono::milliseconds(100)) draw();
}

void ProgressBar::draw() {
  if (!terminal_) return;
  drawn_ = Steady::now();
  constexpr int kCells = 24;
  const double share = total_ == 0 ? 0.0 : static_cast<double>(done_) / static_cast<double>(total_);
  std::string line = "\r\x1b[K" + label_ + " [";
  for (int cell = 0; cell < kCells; ++cell) line += cell < share * kCells ? '#' : '.';
  char figures[64];
  const double elapsed = std::chrono::duration<double>(drawn_ - started_).count();
  if (share > 0) {
    std::snprintf(figures, sizeof figures, "] %3.0f %%  %.0f s left  ", share * 100, elapsed * (1 - share) / share);
  } else {
    std::snprintf(figures, sizeof figures, "] %.0f s  ", elapsed);
  }
  err_ << line << figures << note_ << std::flush;
}

void ProgressBar::end() {
  if (terminal_) err_ << "\r\x1b[K" << std::flush;
}

}  // namespace mote::cli
