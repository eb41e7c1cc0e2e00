// The switches of quantization, their words and their messages.
#include "quantize/calibrate/options.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

#include "base/json.h"
#include "device/model/container.h"

namespace mote {
namespace {

Error unusable(const std::string& text, const std::string& what, const std::string& where, const std::string& todo) {
  return Error{.cause = Cause::usage, .what = "'" + text + "' is " + what, .where = where, .todo = todo};
}

Result<void> set_switch(bool& to, const std::string& text, const std::string& where) {
  if (text != "on" && text != "off") return unusable(text, "neither on nor off", where, "say on or off");
  to = text == "on";
  return {};
}

Result<void> set_per_channel(QuantizeOptions& options, const std::string& text, const std::string& where) {
  return set_switch(options.per_channel, text, where);
}
Result<void> set_equalise(QuantizeOptions& options, const std::string& text, const std::string& where) {
  return set_switch(options.equalise, text, where);
}
Result<void> set_bias_correction(QuantizeOptions& options, const std::string& text, const std::string& where) {
  return set_switch(options.bias_correction, text, where);
}

constexpr std::string_view kRangeNames[] = {"min-max", "percentile", "mse"};

Result<void> set_ranges(QuantizeOptions& options, const std::string& text, const std::string& where) {
  for (size_t i = 0; i < std::size(kRangeNames); ++i)
    if (text == kRangeNames[i]) {
      options.ranges = static_cast<Ranges>(i);
      return {};
    }
  return unusable(text, "no way to choose ranges", where, "say min-max, percentile or mse");
}

Result<void> set_percentile(QuantizeOptions& options, const std::string& text, const std::string& where) {
  double value = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (problem != std::errc() || end != text.data() + text.size() || !(value >= 50 && value <= 100))
    return unusable(text, "no percentile", where, "say a number from 50 to 100, such as 99.9");
  options.percentile = value;
  return {};
}

Result<void> set_weights(QuantizeOptions& options, const std::string& text, const std::string& where) {
  if (text != "int8" && text != "int4") return unusable(text, "no type for weights", where, "say int8 or int4");
  options.weight_bits = text == "int8" ? 8 : 4;
  return {};
}

Result<void> set_bits(QuantizeOptions& options, const std::string& text, const std::string& where) {
  options.bits.clear();
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(',', at), text.size());
    const std::string part = text.substr(at, end - at);
    const size_t sign = part.rfind('=');
    const std::string bits = sign == std::string::npos ? "" : part.substr(sign + 1);
    if (sign == 0 || (bits != "4" && bits != "8"))
      return unusable(part, "no layer with its bits, 4 or 8", where, "say layer=4, and a comma between two");
    if (!options.bits.emplace(part.substr(0, sign), bits == "4" ? 4 : 8).second)
      return unusable(part.substr(0, sign), "there twice", where, "name each layer once");
    at = end + 1;
  }
  return {};
}

Result<void> set_rounding(QuantizeOptions& options, const std::string& text, const std::string& where) {
  if (text != "nearest" && text != "adaptive") return unusable(text, "no way to round weights", where, "say nearest or adaptive");
  options.rounding = text == "adaptive" ? WeightRounding::adaptive : WeightRounding::nearest;
  return {};
}

Result<void> set_activations(QuantizeOptions& options, const std::string& text, const std::string& where) {
  if (text != "int8" && text != "int16") return unusable(text, "no type for activations", where, "say int8 or int16");
  options.activations = text == "int16" ? Activations::int16 : Activations::int8;
  return {};
}

Result<void> set_flash_budget(QuantizeOptions& options, const std::string& text, const std::string& where) {
  TRY(options.flash_bytes, memory_of(text, where));
  return {};
}

constexpr QuantizeSetting kSettings[] = {
    {QuantizeSetting::Form::on_off, "per_channel", "--per-channel",
     "weights have one scale per output channel: on; or per tensor: off", set_per_channel},
    {QuantizeSetting::Form::words, "ranges", "--ranges", "how ranges of activations are chosen: min-max, percentile or mse",
     set_ranges},
    {QuantizeSetting::Form::number, "percentile", "--percentile",
     "share of the values that a range takes, in percent, with --ranges percentile", set_percentile},
    {QuantizeSetting::Form::on_off, "equalise", "--equalise", "equalise channels across pairs of layers: on or off",
     set_equalise},
    {QuantizeSetting::Form::on_off, "bias_correction", "--bias-correction",
     "take what rounding weights shifts out of the biases: on or off", set_bias_correction},
    {QuantizeSetting::Form::words, "weights", "--weights", "int8, or int4: half the bytes", set_weights},
    {QuantizeSetting::Form::words, "bits", "--bits", "layers with other bits than --weights says: layer=4,layer=8", set_bits},
    {QuantizeSetting::Form::words, "weight_rounding", "--weight-rounding",
     "of weights: nearest, or adaptive to the calibration data", set_rounding},
    {QuantizeSetting::Form::words, "activations", "--activations",
     "int8, or int16: closer to the float graph, for twice the RAM and more time", set_activations},
    {QuantizeSetting::Form::words, "flash_budget", "--flash-budget",
     "most bytes of the file, such as 32K: layers get 4 bits where it costs least", set_flash_budget},
};

}  // namespace

std::span<const QuantizeSetting> quantize_settings() { return kSettings; }

QuantizeOptions read_quantize_options(Toml table) {
  QuantizeOptions options;
  for (const QuantizeSetting& setting : kSettings) {
    if (!table.has(setting.key)) continue;
    std::string text;
    if (setting.form == QuantizeSetting::Form::on_off) {
      text = table.flag(setting.key, false) ? "on" : "off";
    } else if (setting.form == QuantizeSetting::Form::number) {
      char digits[32];
      std::snprintf(digits, sizeof digits, "%.9g", table.number(setting.key, 100, 0, 1e9));
      text = digits;
    } else {
      text = table.text(setting.key, "");
    }
    const Result<void> set = setting.set(options, text, "");
    if (!set.ok()) table.refuse(setting.key, set.error().what + "; " + set.error().todo);
  }
  if (const Result<void> sound = check(options, ""); !sound.ok())
    table.refuse(table.has("flash_budget") ? "flash_budget" : "percentile", sound.error().what);
  return options;
}

Result<void> apply_flags(std::span<const std::string> texts, QuantizeOptions& options) {
  for (size_t i = 0; i < std::size(kSettings); ++i)
    if (!texts[i].empty()) TRY_DO(kSettings[i].set(options, texts[i], kSettings[i].flag));
  return check(options, "the switches of quantization");
}

Result<void> check(const QuantizeOptions& options, const std::string& where) {
  if (options.flash_bytes != 0 && options.weight_bits != 8)
    return Error{.cause = Cause::usage,
                 .what = "a budget chooses which layers get 4 bits, and all have them already",
                 .where = where,
                 .todo = "leave out the budget, or weights int4"};
  const bool four = options.weight_bits == 4 || options.flash_bytes != 0 ||
                    std::any_of(options.bits.begin(), options.bits.end(), [](const auto& layer) { return layer.second == 4; });
  if (options.activations == Activations::int16 && four)
    return Error{.cause = Cause::usage,
                 .what = "activations of int16 go with weights of 8 bits only",
                 .where = where,
                 .todo = "leave out the 4 bits and the budget, or activations int16"};
  return {};
}

Result<uint32_t> memory_of(const std::string& text, const std::string& where) {
  uint64_t bytes = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), bytes);
  const std::string unit(end, text.data() + text.size());
  const uint64_t factor = unit.empty() ? 1 : unit == "K" || unit == "k" ? 1024 : unit == "M" || unit == "m" ? 1024 * 1024 : 0;
  if (problem != std::errc() || factor == 0 || bytes == 0 || bytes > kMaxArenaBytes / factor)
    return Error{
        .cause = Cause::usage, .what = "'" + text + "' is no amount of memory", .where = where, .todo = "say 36K or 36864"};
  return static_cast<uint32_t>(bytes * factor);
}

namespace {

std::string on_or_off(bool on) { return on ? "on" : "off"; }

std::string text_of(const std::map<std::string, uint32_t>& bits) {
  std::string text;
  for (const auto& [layer, count] : bits) text += (text.empty() ? "" : ",") + layer + "=" + std::to_string(count);
  return text;
}

std::string number_of(double value) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "%.9g", value);
  return digits;
}

}  // namespace

std::string to_text(const QuantizeOptions& options) {
  std::string text = "activations int" + std::string(options.activations == Activations::int16 ? "16" : "8") + ", weights int" +
                     std::to_string(options.weight_bits) + (options.per_channel ? " per channel" : " per tensor") +
                     ", rounding " + (options.rounding == WeightRounding::adaptive ? "adaptive" : "nearest") + ", ranges " +
                     std::string(kRangeNames[static_cast<size_t>(options.ranges)]);
  if (options.ranges == Ranges::percentile) text += " " + number_of(options.percentile);
  text += ", equalise " + on_or_off(options.equalise) + ", bias correction " + on_or_off(options.bias_correction);
  if (!options.bits.empty()) text += ", bits " + text_of(options.bits);
  if (options.flash_bytes != 0) text += ", flash budget " + std::to_string(options.flash_bytes) + " bytes";
  return text;
}

Json to_json(const QuantizeOptions& options) {
  Json json = {{"per_channel", options.per_channel},
               {"ranges", kRangeNames[static_cast<size_t>(options.ranges)]},
               {"equalise", options.equalise},
               {"bias_correction", options.bias_correction},
               {"weights", "int" + std::to_string(options.weight_bits)},
               {"bits", options.bits},
               {"weight_rounding", options.rounding == WeightRounding::adaptive ? "adaptive" : "nearest"},
               {"activations", options.activations == Activations::int16 ? "int16" : "int8"},
               {"flash_budget", nullptr}};
  if (options.ranges == Ranges::percentile) json["percentile"] = options.percentile;
  if (options.flash_bytes != 0) json["flash_budget"] = options.flash_bytes;
  return json;
}

}  // namespace mote
