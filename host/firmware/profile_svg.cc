// Draws a profile: bars of instructions, and under them the arena as rectangles of bytes and stages.
#include <algorithm>
#include <cstdio>

#include "host/firmware/profile.h"
#include "host/report/canvas.h"

namespace mote {
namespace {

using report::Canvas;
using report::Plot;

constexpr double kWidth = 860, kLeft = 190, kRight = 110, kRow = 18, kMapHeight = 320;
constexpr double kLetter = 6.2;  // of the small text, about

// "409,021   11.4 %"
std::string count_text(const OperatorCount& count, uint64_t total) {
  char share[32];
  std::snprintf(share, sizeof share, "   %.1f %%",
                total == 0 ? 0.0 : 100.0 * static_cast<double>(count.instructions) / static_cast<double>(total));
  return report::grouped(count.instructions) + share;
}

// From `top` on; as high as kRow times the operators.
void draw_bars(Canvas* canvas, const Profile& profile, double top) {
  uint64_t most = 1;
  for (const OperatorCount& count : profile.operators) most = std::max(most, count.instructions);
  const double room = kWidth - kLeft - kRight - 60;
  for (size_t i = 0; i < profile.operators.size(); ++i) {
    const OperatorCount& count = profile.operators[i];
    const double y = top + kRow * static_cast<double>(i);
    const double length = room * static_cast<double>(count.instructions) / static_cast<double>(most);
    canvas->text(kLeft - 8, y + 12, std::to_string(count.node) + " " + count.name, "end", "font-size=\"11\"");
    canvas->box(kLeft, y + 2, std::max(length, 1.0), kRow - 4,
                std::string("fill=\"") + report::kPalette[count.packed ? 0 : 1] + "\"",
                std::to_string(count.instructions) + " instructions, " + (count.packed ? "packed" : "portable"));
    canvas->text(kLeft + length + 6, y + 12, count_text(count, profile.counts.instructions), "start", "font-size=\"11\"");
  }
}

// `name`, or its first word, whichever fits, or nothing.
std::string fitting(const std::string& name, double width) {
  const auto letters = static_cast<size_t>(std::max(width / kLetter - 1, 0.0));
  const std::string word = name.substr(0, name.find(' '));
  return name.size() <= letters ? name : word.size() <= letters ? word : "";
}

double kibibytes(uint32_t bytes) { return bytes / 1024.0; }

void draw_piece(Canvas* canvas, const Plot& plot, const ArenaPiece& piece, int colour) {
  const double left = plot.px(piece.first), right = plot.px(piece.last + 1);
  const double low = plot.py(kibibytes(piece.offset)), high = plot.py(kibibytes(piece.offset + piece.bytes));
  canvas->box(left + 1, high, right - left - 2, std::max(low - high, 1.0),
              std::string("fill=\"") + report::kPalette[colour % report::kColours] +
                  "\" fill-opacity=\"0.6\" stroke=\"currentColor\" stroke-opacity=\"0.5\"",
              piece.name + ": bytes " + std::to_string(piece.offset) + " to " + std::to_string(piece.offset + piece.bytes) +
                  ", stages " + std::to_string(piece.first) + " to " + std::to_string(piece.last));
}

// In the stage where it begins, at its upper edge, and after all boxes: where one lies over another, both names can be read.
void draw_name(Canvas* canvas, const Plot& plot, const ArenaPiece& piece) {
  const double left = plot.px(piece.first), low = plot.py(kibibytes(piece.offset)),
               high = plot.py(kibibytes(piece.offset + piece.bytes));
  if (low - high >= 11)
    canvas->text(left + 4, high + 10, fitting(piece.name, plot.px(1) - plot.px(0)), "start", "font-size=\"10\"");
}

void draw_arena(Canvas* canvas, const Profile& profile, double top) {
  const auto stages = static_cast<double>(std::max(profile.stages, 1u));
  const Plot plot{70, top, kWidth - 100, kMapHeight, {0, stages}, {0, kibibytes(std::max(profile.arena_bytes, 1u))}};
  plot.axes(*canvas, "stage", "KiB of the arena", stages <= 8);
  for (double stage = 0; stages > 8 && stage < stages; stage += std::max(1.0, static_cast<double>(static_cast<int>(stages / 16))))
    canvas->text(plot.px(stage + 0.5), plot.top + plot.height + 16, report::number(stage), "middle", "font-size=\"10\"");
  for (size_t i = 0; i < profile.arena.size(); ++i) draw_piece(canvas, plot, profile.arena[i], static_cast<int>(i));
  for (const ArenaPiece& piece : profile.arena) draw_name(canvas, plot, piece);
}

}  // namespace

std::string to_svg(const Profile& profile) {
  const double bars = kRow * static_cast<double>(profile.operators.size()), map = 60 + bars + 50;
  Canvas canvas(profile.model + " on " + profile.board, static_cast<int>(kWidth), static_cast<int>(map + kMapHeight + 50));
  canvas.text(8, 44, "instructions by operator, " + std::to_string(profile.counts.instructions) + " in all");
  canvas.box(kWidth - 180, 35, 10, 10, std::string("fill=\"") + report::kPalette[0] + "\"");
  canvas.text(kWidth - 166, 44, "packed");
  canvas.box(kWidth - 100, 35, 10, 10, std::string("fill=\"") + report::kPalette[1] + "\"");
  canvas.text(kWidth - 86, 44, "portable");
  draw_bars(&canvas, profile, 56);
  draw_arena(&canvas, profile, map);
  return canvas.finish();
}

}  // namespace mote
