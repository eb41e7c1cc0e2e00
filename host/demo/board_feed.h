// The emulated board of the demo: its emulator, the gateway that connects it, and the sensor that feeds it.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <thread>

#include "host/firmware/emulator.h"
#include "host/simulate/sensor.h"
#include "ota/gateway/gateway.h"

namespace mote::demo {

struct BoardFeedOptions {
  std::string id;
  Path folder;  // flash and log
  Workspace workspace;
  BrokerAddress broker;
  Path program_folder;
};

class BoardFeed {
 public:
  // Provisions the board with the identity that the workspace has for it, switches it on, and begins to feed windows as fast as
  // the serial link takes them, at most one every 20 ms.
  static Result<std::unique_ptr<BoardFeed>> start(const BoardFeedOptions& options, WindowSource windows,
                                                  std::shared_ptr<Relay> relay, FileSystem& files, const Clock& clock);
  ~BoardFeed();
  BoardFeed(const BoardFeed&) = delete;
  BoardFeed& operator=(const BoardFeed&) = delete;

  void feel(WindowSource windows);  // from the next window on
  Result<void> check();             // an error once the emulator has ended

 private:
  BoardFeed(EmulatedBoard board, WindowSource windows) : board_(std::move(board)), windows_(std::move(windows)) {}
  void feed(const std::string& id);

  EmulatedBoard board_;
  Path link_folder_;  // private: whoever opens the link speaks for the sensor
  std::mutex mutex_;
  WindowSource windows_;
  std::unique_ptr<Gateway> gateway_;
  std::atomic<bool> stop_{false};
  std::thread gateway_thread_, feed_thread_;
};

}  // namespace mote::demo
