// How long work tells where it is; the command line draws it, a test ignores it.
#pragma once

#include <cstdint>
#include <string>

namespace mote {

class Progress {
 public:
  virtual ~Progress() = default;
  virtual void begin(const std::string& label, uint64_t total) = 0;  // total 0: unknown
  virtual void step(uint64_t done, const std::string& note) = 0;     // note: "loss 0.12  accuracy 0.95"
  virtual void end() = 0;
};

class NoProgress final : public Progress {
 public:
  void begin(const std::string&, uint64_t) override {}
  void step(uint64_t, const std::string&) override {}
  void end() override {}
};

}  // namespace mote
