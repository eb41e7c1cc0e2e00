// Arguments over CLI11, for the types that commands take.
#include <CLI/CLI.hpp>
#include <cmath>
#include <optional>

#include "host/cli/commands.h"

namespace mote::cli {
namespace {

// CLI::Range takes it for in range.
std::string not_nan(const std::string& text) {
  double value = 0;
  return CLI::detail::lexical_cast(text, value) && std::isnan(value) ? "Value " + text + " is no number" : "";
}

}  // namespace

template <typename T>
void Arguments::positional(const std::string& name, T& to, const std::string& help) {
  app_.add_option(name, to, help)->required();
}
template <typename T>
void Arguments::optional_positional(const std::string& name, T& to, const std::string& help) {
  app_.add_option(name, to, help);
}
template <typename T>
void Arguments::option(const std::string& name, T& to, const std::string& help) {
  app_.add_option(name, to, help)->capture_default_str();
}
template <typename T>
void Arguments::required(const std::string& name, T& to, const std::string& help) {
  app_.add_option(name, to, help)->required();
}
template <typename T>
void Arguments::ranged(const std::string& name, T& to, T low, T high, const std::string& help) {
  app_.add_option(name, to, help)->capture_default_str()->check(CLI::Range(low, high))->check(not_nan);
}
void Arguments::choice(const std::string& name, std::string& to, const std::vector<std::string>& allowed,
                       const std::string& help) {
  app_.add_option(name, to, help)->capture_default_str()->check(CLI::IsMember(allowed));
}
void Arguments::flag(const std::string& name, bool& to, const std::string& help) { app_.add_flag(name, to, help); }

#define MOTE_TYPE(T)                                                                           \
  template void Arguments::positional<T>(const std::string&, T&, const std::string&);          \
  template void Arguments::optional_positional<T>(const std::string&, T&, const std::string&); \
  template void Arguments::option<T>(const std::string&, T&, const std::string&);              \
  template void Arguments::required<T>(const std::string&, T&, const std::string&);
MOTE_TYPE(std::string)
MOTE_TYPE(Path)
MOTE_TYPE(int)
MOTE_TYPE(int64_t)
MOTE_TYPE(uint32_t)
MOTE_TYPE(uint64_t)
MOTE_TYPE(std::optional<uint32_t>)
MOTE_TYPE(double)
MOTE_TYPE(std::vector<std::string>)
#undef MOTE_TYPE
template void Arguments::ranged<int>(const std::string&, int&, int, int, const std::string&);
template void Arguments::ranged<int64_t>(const std::string&, int64_t&, int64_t, int64_t, const std::string&);
template void Arguments::ranged<uint32_t>(const std::string&, uint32_t&, uint32_t, uint32_t, const std::string&);
template void Arguments::ranged<uint64_t>(const std::string&, uint64_t&, uint64_t, uint64_t, const std::string&);
template void Arguments::ranged<double>(const std::string&, double&, double, double, const std::string&);

}  // namespace mote::cli
