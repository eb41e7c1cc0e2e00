// Two threads beside the emulator: one carries frames, one makes windows.
#include "host/demo/board_feed.h"

#include <cstdlib>

#include "device/port/identity.h"

namespace mote::demo {
namespace {

constexpr int kBaud = 115200;  // of no meaning on a socket
constexpr std::chrono::milliseconds kPeriod{20};

// Socket paths are short, whatever the demo's folder is called.
Result<Path> private_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "mote-board-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) return Error{.what = "no folder can be made for the serial link", .where = name};
  return Path(name);
}

}  // namespace

Result<std::unique_ptr<BoardFeed>> BoardFeed::start(const BoardFeedOptions& options, WindowSource windows,
                                                    std::shared_ptr<Relay> relay, FileSystem& files, const Clock& clock) {
  TRY_DO(files.make_folder(options.folder, Access::owner_only));
  TRY(const Path link_folder, private_folder());
  const EmulatedBoard::Options emulated = {
      .flash = options.folder / "flash.bin", .socket = link_folder / "uart", .log = options.folder / "emulator.log"};
  TRY(EmulatedBoard board, EmulatedBoard::prepare(emulated, files, options.program_folder));
  std::unique_ptr<BoardFeed> feed(new BoardFeed(std::move(board), std::move(windows)));
  feed->link_folder_ = link_folder;
  TRY(const Bytes identity, files.read(options.workspace.device(options.id) / "identity.bin", kMaxIdentityBytes));
  TRY_DO(feed->board_.provision(identity));
  TRY_DO(feed->board_.start());
  feed->gateway_ = std::make_unique<Gateway>(std::vector<Path>{emulated.socket}, kBaud,
                                             connect_over_mqtt(options.workspace, files, options.broker, std::move(relay), clock),
                                             Gateway::Log(), clock);
  feed->gateway_thread_ = std::thread([one = feed.get()] { one->gateway_->run(one->stop_); });
  feed->feed_thread_ = std::thread([one = feed.get(), id = options.id] { one->feed(id); });
  return feed;
}

BoardFeed::~BoardFeed() {
  stop_ = true;
  if (feed_thread_.joinable()) feed_thread_.join();
  if (gateway_thread_.joinable()) gateway_thread_.join();
  gateway_.reset();
  board_.stop();
  std::error_code ignored;
  std::filesystem::remove_all(link_folder_, ignored);
}

void BoardFeed::feed(const std::string& id) {
  for (uint64_t n = 0; !stop_; ++n) {
    WindowSource source;
    {
      const std::lock_guard lock(mutex_);
      source = windows_;
    }
    const std::vector<int16_t> window = source(n);
    do {
      std::this_thread::sleep_for(kPeriod);
    } while (!stop_ && !gateway_->feed(id, bytes_of(std::span<const int16_t>(window))));
  }
}

void BoardFeed::feel(WindowSource windows) {
  const std::lock_guard lock(mutex_);
  windows_ = std::move(windows);
}

Result<void> BoardFeed::check() {
  if (board_.running()) return {};
  return Error{.what = "the emulator has ended", .where = board_.board().name, .todo = "see " + board_.options().log.string()};
}

}  // namespace mote::demo
