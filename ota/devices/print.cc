// One line per device, in columns.
#include "ota/devices/print.h"

#include <algorithm>
#include <ctime>

#include "base/json.h"
#include "ota/trust/keys.h"

namespace mote {
namespace {

std::string day_of(int64_t ms) {
  const std::time_t moment = ms / 1000;
  std::tm parts{};
  ::gmtime_r(&moment, &parts);
  char text[16];
  std::strftime(text, sizeof text, "%Y-%m-%d", &parts);
  return text;
}

std::vector<std::string> row_of(const EnrolledDevice& device) {
  return {device.id,
          device.device_class,
          device.cohort.empty() ? "-" : device.cohort,
          key_name(device.report_key),
          day_of(device.enrolled_ms),
          device.retired_ms ? "retired " + day_of(*device.retired_ms) : ""};
}

}  // namespace

std::string to_text(const std::vector<EnrolledDevice>& devices) {
  if (devices.empty()) return "no devices\n";
  std::vector<std::vector<std::string>> rows = {{"device", "class", "cohort", "report key", "enrolled", ""}};
  for (const EnrolledDevice& device : devices) rows.push_back(row_of(device));
  std::vector<size_t> widths(rows[0].size());
  for (const auto& row : rows)
    for (size_t column = 0; column < row.size(); ++column) widths[column] = std::max(widths[column], row[column].size());
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (size_t column = 0; column < row.size(); ++column)
      line += row[column] + std::string(widths[column] - row[column].size() + 2, ' ');
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

Json to_json(const EnrolledDevice& device) {
  Json json{{"id", device.id},
            {"class", device.device_class},
            {"cohort", device.cohort},
            {"report_key", to_hex(device.report_key)},
            {"enrolled_ms", device.enrolled_ms}};
  json["retired_ms"] = device.retired_ms ? Json(*device.retired_ms) : Json(nullptr);
  return json;
}

std::string to_text(const EnrolledDevice& device) { return to_text(std::vector<EnrolledDevice>{device}); }

Json to_json(const std::vector<EnrolledDevice>& devices) {
  Json list = Json::array();
  for (const EnrolledDevice& device : devices) list.push_back(to_json(device));
  return list;
}

}  // namespace mote
