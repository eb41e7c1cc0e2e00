// Counts, and prints tables of them.
#include "host/data/describe.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

#include "base/json.h"

namespace mote {
namespace {

ChannelRange measure(const Dataset& dataset, size_t channel) {
  ChannelRange range{.channel = dataset.channels[channel]};
  if (dataset.samples.empty()) return range;
  range.least = INT16_MAX, range.most = INT16_MIN;
  double sum = 0, squares = 0;
  uint64_t n = 0;
  for (size_t i = channel; i < dataset.samples.size(); i += dataset.channels.size(), ++n) {
    const int16_t value = dataset.samples[i];
    range.least = std::min(range.least, value);
    range.most = std::max(range.most, value);
    range.clipped += value == INT16_MIN || value == INT16_MAX;
    sum += value;
    squares += static_cast<double>(value) * value;
  }
  const double mean = sum / static_cast<double>(n);
  range.mean = mean * range.channel.quantum;
  range.deviation = std::sqrt(std::max(0.0, squares / static_cast<double>(n) - mean * mean)) * range.channel.quantum;
  return range;
}

std::string padded(const std::string& text, size_t width) {
  return text.size() >= width ? text : text + std::string(width - text.size(), ' ');
}

std::string number(uint64_t value) {
  char text[24];
  std::snprintf(text, sizeof text, " %9llu", static_cast<unsigned long long>(value));
  return text;
}

size_t widest(const std::vector<std::string>& names, size_t least) {
  for (const std::string& name : names) least = std::max(least, name.size());
  return least;
}

// "1 NAME, 2 NAME ...": the columns of a table of counts.
std::string legend(const std::vector<std::string>& labels) {
  std::string text = "classes:";
  for (size_t i = 0; i < labels.size(); ++i) text += (i == 0 ? " " : ", ") + std::to_string(i + 1) + " " + labels[i];
  return text + "\n";
}

std::string heading(const std::string& first, size_t width, size_t labels) {
  std::string text = padded(first, width);
  for (size_t i = 1; i <= labels; ++i) text += number(i);
  return text + "       all\n";
}

std::string row(const std::string& name, size_t width, const std::vector<uint32_t>& counts) {
  std::string text = padded(name, width);
  for (const uint32_t count : counts) text += number(count);
  return text + number(std::accumulate(counts.begin(), counts.end(), uint64_t{0})) + "\n";
}

}  // namespace

Description describe(const Dataset& dataset) {
  Description description;
  description.hash = to_hex(digest(dataset));
  description.windows = dataset.count();
  description.window_samples = dataset.window_samples;
  description.sample_rate_hz = dataset.sample_rate_hz;
  description.labels = dataset.labels;
  description.groups = dataset.groups;
  description.counts.assign(dataset.groups.size(), std::vector<uint32_t>(dataset.labels.size(), 0));
  for (uint32_t i = 0; i < dataset.count(); ++i) ++description.counts[dataset.group_of[i]][dataset.label_of[i]];
  for (size_t channel = 0; channel < dataset.channels.size(); ++channel)
    description.channels.push_back(measure(dataset, channel));
  return description;
}

Json to_json(const Description& description) {
  Json groups = Json::object();
  for (size_t group = 0; group < description.groups.size(); ++group) {
    for (size_t label = 0; label < description.labels.size(); ++label)
      groups[description.groups[group]][description.labels[label]] = description.counts[group][label];
  }
  Json channels = Json::array();
  for (const ChannelRange& range : description.channels) {
    channels.push_back({{"name", range.channel.name},
                        {"unit", range.channel.unit},
                        {"quantum", range.channel.quantum},
                        {"least", range.least * range.channel.quantum},
                        {"most", range.most * range.channel.quantum},
                        {"mean", range.mean},
                        {"deviation", range.deviation},
                        {"clipped", range.clipped}});
  }
  return {{"hash", description.hash},
          {"windows", description.windows},
          {"window_samples", description.window_samples},
          {"sample_rate_hz", description.sample_rate_hz},
          {"labels", description.labels},
          {"groups", groups},
          {"channels", channels}};
}

std::string to_text(const Description& description) {
  char line[256];
  std::snprintf(line, sizeof line, "%u windows of %u samples", description.windows, description.window_samples);
  std::string text = line;
  if (description.sample_rate_hz > 0) {
    std::snprintf(line, sizeof line, " at %g Hz", description.sample_rate_hz);
    text += line;
  }
  text += ", hash " + description.hash + "\n\n";
  text += "channel       unit      least       most       mean  deviation  clipped\n";
  for (const ChannelRange& range : description.channels) {
    const double q = range.channel.quantum;
    std::snprintf(line, sizeof line, "%-12s  %-6s %9.4g  %9.4g  %9.4g  %9.4g  %7llu\n", range.channel.name.c_str(),
                  range.channel.unit.c_str(), range.least * q, range.most * q, range.mean, range.deviation,
                  static_cast<unsigned long long>(range.clipped));
    text += line;
  }
  const size_t width = widest(description.groups, 8);
  text += "\n" + legend(description.labels) + heading("group", width, description.labels.size());
  std::vector<uint32_t> total(description.labels.size(), 0);
  for (size_t group = 0; group < description.groups.size(); ++group) {
    text += row(description.groups[group], width, description.counts[group]);
    for (size_t label = 0; label < total.size(); ++label) total[label] += description.counts[group][label];
  }
  return text + row("all", width, total);
}

SplitDescription describe(const Dataset& dataset, const Split& split) {
  SplitDescription description{.labels = dataset.labels, .parts = {}};
  const std::pair<const char*, const std::vector<uint32_t>*> parts[] = {
      {"train", &split.train}, {"validation", &split.validation}, {"test", &split.test}};
  for (const auto& [name, groups] : parts) {
    SplitDescription::Part part{.name = name, .groups = names_of(dataset, *groups), .counts = {}};
    part.counts.assign(dataset.labels.size(), 0);
    for (const uint32_t window : windows_of(dataset, *groups)) ++part.counts[dataset.label_of[window]];
    description.parts.push_back(std::move(part));
  }
  return description;
}

Json to_json(const SplitDescription& description) {
  Json json = Json::object();
  for (const SplitDescription::Part& part : description.parts) {
    Json windows = Json::object();
    for (size_t label = 0; label < description.labels.size(); ++label) windows[description.labels[label]] = part.counts[label];
    json[part.name] = {{"groups", part.groups}, {"windows", windows}};
  }
  return json;
}

std::string to_text(const SplitDescription& description) {
  std::string text = legend(description.labels) + heading("part", 12, description.labels.size());
  for (const SplitDescription::Part& part : description.parts) text += row(part.name, 12, part.counts);
  for (const SplitDescription::Part& part : description.parts) {
    text += "\n" + part.name + ":";
    for (const std::string& group : part.groups) text += " " + group;
  }
  return text + "\n";
}

}  // namespace mote
