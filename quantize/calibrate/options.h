// What post-training quantization does, step by step: each has a switch, in a configuration's [quantize] and as a flag.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"
#include "base/toml.h"

namespace mote {

enum class Ranges : uint8_t { min_max, percentile, mse };
// int16 ones are symmetric, and stand on the device's operators of that name (Rules::int16).
enum class Activations : uint8_t { int8, int16 };
enum class WeightRounding : uint8_t { nearest, adaptive };

struct QuantizeOptions {
  bool per_channel = true;      // weights: one scale per output channel; else one per tensor
  Ranges ranges = Ranges::mse;  // of activations
  double percentile = 99.99;    // of a value's elements that lie in its range, when `ranges` says so
  bool equalise = false;        // cross-layer equalisation
  bool bias_correction = true;
  uint32_t weight_bits = 8;              // 8 or 4, of every layer that `bits` does not name
  std::map<std::string, uint32_t> bits;  // by the name of a layer in the report
  WeightRounding rounding = WeightRounding::nearest;
  Activations activations = Activations::int8;
  uint32_t flash_bytes = 0;  // the whole file takes no more: layers get 4 bits where that costs least; 0: no matter
};

// One switch: `flag` without its dashes is `key` with hyphens.
struct QuantizeSetting {
  enum class Form : uint8_t { on_off, number, words } form;
  std::string_view key;
  const char* flag;
  const char* help;
  Result<void> (*set)(QuantizeOptions& options, const std::string& text, const std::string& where);
};

std::span<const QuantizeSetting> quantize_settings();

// The table [quantize]: on_off are booleans there, numbers are numbers.
QuantizeOptions read_quantize_options(Toml table);

// Flags over what a configuration says: `texts` in the order of the settings, empty where a flag is absent.
Result<void> apply_flags(std::span<const std::string> texts, QuantizeOptions& options);

// What contradicts itself.
Result<void> check(const QuantizeOptions& options, const std::string& where);

// "36K": bytes, kibibytes or mebibytes.
Result<uint32_t> memory_of(const std::string& text, const std::string& where);

std::string to_text(const QuantizeOptions& options);  // one line
Json to_json(const QuantizeOptions& options);

}  // namespace mote
