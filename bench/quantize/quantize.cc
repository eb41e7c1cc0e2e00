// What each step of quantization is worth: runs every switch on every set, and writes the table into a page.
//
//     mote train --config examples/har/mote.toml --data DATA/har-hapt --out RUNS/har
//     mote train --config examples/mnist/mote.toml --data DATA/mnist --out RUNS/mnist
//     bench_quantize docs/quantization.md DATA RUNS
#include <cstdio>

#include "bench/page.h"
#include "bench/quantize/sets.h"

namespace mote::bench {
namespace {

struct Row {
  const char* name;
  QuantizeOptions options;
  double budget = 0;  // of the bytes between those of all layers in int4 and in int8
};

std::vector<Row> rows() {
  const QuantizeOptions plain;
  const auto with = [&](auto change) {
    QuantizeOptions options = plain;
    change(options);
    return options;
  };
  const QuantizeOptions four = with([](auto& o) { o.weight_bits = 4; });
  QuantizeOptions four_uncorrected = four, four_tensor = four, four_adaptive = four, four_equalised = four;
  four_uncorrected.bias_correction = false;
  four_tensor.per_channel = false;
  four_equalised.equalise = true;
  four_adaptive.rounding = WeightRounding::adaptive;
  QuantizeOptions tensor_equalised = with([](auto& o) { o.per_channel = false; });
  tensor_equalised.equalise = true;
  const QuantizeOptions adaptive = with([](auto& o) { o.rounding = WeightRounding::adaptive; });
  return {{"int8, as by default", plain},
          {"one scale per tensor", with([](auto& o) { o.per_channel = false; })},
          {"one scale per tensor, equalised", tensor_equalised},
          {"equalised", with([](auto& o) { o.equalise = true; })},
          {"ranges from end to end", with([](auto& o) { o.ranges = Ranges::min_max; })},
          {"ranges of 99.99 %", with([](auto& o) { o.ranges = Ranges::percentile; })},
          {"no bias correction", with([](auto& o) { o.bias_correction = false; })},
          {"adaptive rounding", adaptive},
          {"int4", four},
          {"int4, one scale per tensor", four_tensor},
          {"int4, equalised", four_equalised},
          {"int4, no bias correction", four_uncorrected},
          {"int4, adaptive rounding", four_adaptive},
          {"budget half way, adaptive rounding", adaptive, 0.5}};
}

std::string cell(const Score& score) {
  char text[80];
  std::snprintf(text, sizeof text, " %.4f, %.1f dB, %zu |", score.accuracy, score.sqnr_db, score.bytes);
  return text;
}

Result<std::string> table(const std::vector<Set>& sets) {
  std::string text = "| |", rule = "|---|";
  for (const Set& set : sets) {
    text += " " + set.name + " |";
    rule += "---|";
  }
  text += "\n" + rule + "\n| float |";
  for (const Set& set : sets) {
    char number[32];
    std::snprintf(number, sizeof number, " %.4f |", set.float_accuracy);
    text += number;
  }
  std::vector<size_t> most(sets.size()), least(sets.size());
  for (const Row& row : rows()) {
    text += std::string("\n| ") + row.name + " |";
    for (size_t i = 0; i < sets.size(); ++i) {
      QuantizeOptions options = row.options;
      if (row.budget > 0)
        options.flash_bytes =
            static_cast<uint32_t>(static_cast<double>(least[i]) + row.budget * static_cast<double>(most[i] - least[i]));
      TRY(const Score score, sets[i].measure(options));
      most[i] = std::max(most[i], score.bytes);
      least[i] = least[i] == 0 ? score.bytes : std::min(least[i], score.bytes);
      text += cell(score);
      std::fprintf(stderr, "%s, %s:%s\n", row.name, sets[i].name.c_str(), cell(score).c_str());
    }
  }
  return text + "\n";
}

Result<void> run(const Path& page, const Path& data, const Path& runs) {
  DiskFileSystem files;
  TRY(const std::string text, files.read_text(page));
  TRY_DO(with_text_between_marks(text, "bench_quantize", "", page));  // before the hour that the table takes
  std::vector<Set> sets(4);
  TRY(sets[0], run_set("HAPT", runs / "har", data / "har-hapt"));
  TRY(sets[1], run_set("MNIST", runs / "mnist", data / "mnist"));
  TRY(sets[2], keyword_set(data));
  TRY(sets[3], gesture_set(data));
  TRY(const std::string made, table(sets));
  TRY(const std::string written, with_text_between_marks(text, "bench_quantize", made, page));
  return files.write(page, view_of(written), Access::everyone);
}

}  // namespace
}  // namespace mote::bench

int main(int count, char** words) {
  if (count != 4) {
    std::fprintf(stderr, "usage: bench_quantize PAGE DATA RUNS\n");
    return 2;
  }
  const mote::Result<void> result = mote::bench::run(words[1], words[2], words[3]);
  if (!result.ok()) std::fprintf(stderr, "bench_quantize: %s\n", result.error().line().c_str());
  return result.ok() ? 0 : 1;
}
