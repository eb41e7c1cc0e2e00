// Receives what devices say, and acknowledges a report when it is on the disk, not before.
//
//     Collector collector(store, devices, connection, clock);
//     TRY_DO(collector.begin());
//     while (!stop) TRY_DO(collector.step(std::chrono::milliseconds(100)));
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json_fwd.h"
#include "base/result.h"
#include "host/fleet/store.h"
#include "ota/devices/devices.h"
#include "ota/rollout/roots.h"
#include "ota/transport/connection.h"
#include "ota/trust/keys.h"

namespace mote::fleet {

// Why a message was not believed; the names are in --json.
#define MOTE_REFUSALS(X)                                                      \
  X(unknown_device) /* not enrolled, or retired */                            \
  X(not_signed)     /* no envelope of the right type, or bytes outside it */  \
  X(bad_signature)  /* of another key, or of other bytes */                   \
  X(malformed)      /* signed, but breaks a rule of docs/spec/telemetry.md */ \
  X(wrong_device)   /* signed by the device, but speaks for another one */    \
  X(conflicting)    /* a report's number came before, with other content */

enum class Refusal {
#define X(name) name,
  MOTE_REFUSALS(X)
#undef X
};
const char* name_of(Refusal refusal);

struct Collected {
  uint64_t stored = 0;  // reports
  uint64_t known = 0;   // reports that came again: acknowledged again, counted once
  uint64_t states = 0;
  uint64_t windows = 0;  // in the stored reports
  std::map<Refusal, uint64_t> refused;
};
std::string to_text(const Collected& collected);
Json to_json(const Collected& collected);

class Collector {
 public:
  Collector(FleetStore& store, Devices& devices, Connection& connection, const Clock& clock)
      : store_(store), devices_(devices), connection_(connection), clock_(clock) {}

  Result<void> begin();  // subscribes

  // Waits for messages at most `patience`, stores what came in one transaction, then acknowledges. An error is of the store: what
  // came with it is not acknowledged, so that the devices send it again.
  Result<void> step(std::chrono::milliseconds patience);

  const Collected& collected() const { return collected_; }

  RootCourier* roots = nullptr;  // told of each state

  // Told of each refusal, for a person: "press-04: report refused: bad_signature".
  std::function<void(const std::string&)> tell;

 private:
  struct Answer {
    std::string device;
    uint32_t boot, counter;
  };

  Result<void> take(const Message& message, std::vector<Answer>& answers, Collected& collected);
  Result<void> take_report(const std::string& device, ByteView payload, std::vector<Answer>& answers, Collected& collected);
  Result<void> take_state(const std::string& device, ByteView payload, bool retained, Collected& collected);
  Result<void> store_report(const Report& report, std::vector<Answer>& answers, Collected& collected);
  Result<void> read_keys();
  Result<void> refuse(const std::string& device, const char* what, Refusal why, Collected& collected) const;
  void acknowledge(const Answer& answer);

  FleetStore& store_;
  Devices& devices_;
  Connection& connection_;
  const Clock& clock_;
  std::map<std::string, PublicKey> report_keys_;  // of the devices that are enrolled now
  Collected collected_;
};

}  // namespace mote::fleet
