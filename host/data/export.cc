// Writes values with all their digits: quanta are powers of two, so a decimal number holds them exactly.
#include "host/data/export.h"

#include <charconv>

#include "base/json.h"

namespace mote {
namespace {

std::string decimal(double value) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  return std::string(digits, end);
}

std::string quoted_list(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "\"" : ", \"") + name + "\"";
  return "[" + text + "]";
}

std::string map_text(const Dataset& dataset) {
  std::string text =
      "# Reads the CSV files of this folder: mote data describe --config mote.toml --data .\n"
      "[data]\nreader = \"csv\"\nlabel = \"condition\"\ngroup = [\"machine\"]\nboundary = [\"window\"]\n";
  text += "window = " + std::to_string(dataset.window_samples) + "\n";
  text += "hop = " + std::to_string(dataset.window_samples) + "\n";
  text += "sample_rate_hz = " + decimal(dataset.sample_rate_hz) + "\n";
  text += "labels = " + quoted_list(dataset.labels) + "\n";
  for (const SensorChannel& channel : dataset.channels) {
    text += "\n[[data.channel]]\ncolumn = \"" + channel.name + "\"\nunit = \"" + channel.unit +
            "\"\nresolution = " + decimal(channel.quantum) + "\n";
  }
  return text;
}

std::string rows_of(const Dataset& dataset, uint32_t group) {
  std::string text = "machine,condition,window";
  for (const SensorChannel& channel : dataset.channels) text.append(1, ',').append(channel.name);
  text += '\n';
  for (uint32_t window = 0; window < dataset.count(); ++window) {
    if (dataset.group_of[window] != group) continue;
    const std::string begin =
        dataset.groups[group] + ',' + dataset.labels[dataset.label_of[window]] + ',' + std::to_string(window);
    const auto raw = dataset.window(window);
    for (size_t at = 0; at < raw.size(); at += dataset.channels.size()) {
      text += begin;
      for (size_t c = 0; c < dataset.channels.size(); ++c)
        text.append(1, ',').append(decimal(raw[at + c] * dataset.channels[c].quantum));
      text += '\n';
    }
  }
  return text;
}

}  // namespace

Result<Exported> export_vibration(FileSystem& files, const vibration::Plan& plan, const Path& folder) {
  const Dataset dataset = vibration::make_dataset(plan);
  Exported exported{.folder = folder, .map = folder / "mote.toml"};
  for (uint32_t group = 0; group < dataset.groups.size(); ++group) {
    TRY_DO(files.write_text(folder / (dataset.groups[group] + ".csv"), rows_of(dataset, group)));
    ++exported.files;
  }
  TRY_DO(files.write_text(exported.map, map_text(dataset)));
  exported.rows = uint64_t{dataset.count()} * dataset.window_samples;
  return exported;
}

Json to_json(const Exported& exported) {
  return {
      {"folder", exported.folder.string()}, {"map", exported.map.string()}, {"files", exported.files}, {"rows", exported.rows}};
}

std::string to_text(const Exported& exported) {
  return std::to_string(exported.files) + " files with " + std::to_string(exported.rows) + " rows in " +
         exported.folder.string() + "\nread them with --config " + exported.map.string() + " --data " + exported.folder.string() +
         "\n";
}

}  // namespace mote
