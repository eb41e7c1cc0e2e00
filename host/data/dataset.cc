// The canonical digest of a data set, and the natural order of its groups.
#include "host/data/dataset.h"

#include <algorithm>
#include <bit>
#include <numeric>

namespace mote {
namespace {

static_assert(std::endian::native == std::endian::little, "samples are hashed as they lie in memory");

class Hasher {
 public:
  void number(uint64_t value) { sha_.add(bytes_of(std::span<const uint64_t>(&value, 1))); }
  void real(double value) { number(std::bit_cast<uint64_t>(value)); }
  void text(std::string_view value) {
    number(value.size());
    sha_.add(view_of(value));
  }
  template <typename T>
  void list(const std::vector<T>& values) {
    number(values.size());
    sha_.add(bytes_of(std::span<const T>(values)));
  }
  Digest finish() { return sha_.finish(); }

 private:
  Sha256 sha_;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The run of digits at `text`'s start, without its leading zeros.
std::string_view take_digits(std::string_view& text) {
  size_t end = 0;
  while (end < text.size() && is_digit(text[end])) ++end;
  std::string_view digits = text.substr(0, end);
  text.remove_prefix(end);
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  return digits;
}

}  // namespace

Dataset some_of(const Dataset& dataset, std::span<const uint32_t> windows) {
  Dataset some;
  some.channels = dataset.channels, some.labels = dataset.labels, some.groups = dataset.groups;
  some.sample_rate_hz = dataset.sample_rate_hz, some.window_samples = dataset.window_samples, some.height = dataset.height;
  for (const uint32_t window : windows) {
    const std::span<const int16_t> samples = dataset.window(window);
    some.samples.insert(some.samples.end(), samples.begin(), samples.end());
    some.label_of.push_back(dataset.label_of[window]);
    some.group_of.push_back(dataset.group_of[window]);
  }
  return some;
}

Digest digest(const Dataset& dataset) {
  Hasher hasher;
  hasher.text("mote data set 1");
  hasher.number(dataset.channels.size());
  for (const SensorChannel& channel : dataset.channels) {
    hasher.text(channel.name);
    hasher.text(channel.unit);
    hasher.real(channel.quantum);
  }
  for (const auto* names : {&dataset.labels, &dataset.groups}) {
    hasher.number(names->size());
    for (const std::string& name : *names) hasher.text(name);
  }
  hasher.real(dataset.sample_rate_hz);
  hasher.number(dataset.window_samples);
  if (dataset.height != 1) hasher.number(dataset.height);
  hasher.list(dataset.samples);
  hasher.list(dataset.label_of);
  hasher.list(dataset.group_of);
  return hasher.finish();
}

bool natural_less(std::string_view left, std::string_view right) {
  const std::string_view whole_left = left, whole_right = right;
  while (!left.empty() && !right.empty()) {
    if (is_digit(left.front()) && is_digit(right.front())) {
      const std::string_view a = take_digits(left), b = take_digits(right);
      if (a.size() != b.size()) return a.size() < b.size();
      if (a != b) return a < b;
      continue;
    }
    if (left.front() != right.front()) return left.front() < right.front();
    left.remove_prefix(1);
    right.remove_prefix(1);
  }
  if (left.empty() != right.empty()) return left.empty();
  return whole_left < whole_right;  // "user1" and "user01" are different groups
}

void sort_groups(Dataset& dataset) {
  std::vector<uint32_t> order(dataset.groups.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(),
            [&](uint32_t a, uint32_t b) { return natural_less(dataset.groups[a], dataset.groups[b]); });
  std::vector<std::string> names(order.size());
  std::vector<uint32_t> place(order.size());
  for (uint32_t i = 0; i < order.size(); ++i) {
    names[i] = dataset.groups[order[i]];
    place[order[i]] = i;
  }
  dataset.groups = std::move(names);
  for (uint32_t& group : dataset.group_of) group = place[group];
}

}  // namespace mote
