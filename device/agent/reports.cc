// Reports: exactly one is on its way; it stays until the collector says that it is stored, while the next one gathers.
#include "device/agent/parts.h"
#include "device/format/messages.h"
#include "device/update/envelope.h"

namespace mote {
namespace {

// Envelope, header and names; what a metric and its place take; windows counted, classes, latency, time; sketches and alarms.
constexpr size_t kLargestReport = kEnvelopeOverhead + 176 + 4 * kMaxReportMetrics + 16 * (5 + 2 * kMaxScalars) + 12 +
                                  4 * kMaxClasses + 4 * kLatencyBins + (kSketchWireBytes + 4) * kMaxScalars;
static_assert(kLargestReport <= kMaxReportBytes, "a report of as many scalars and classes as are watched has room");

HeldReport* oldest(ReportQueue* queue) { return &queue->held[queue->first]; }

bool is_due(const Agent& agent) {
  return agent.gathering && (agent.monitor.windows >= agent.config.report_windows ||
                             has_passed(agent.now_ms, agent.gathered_ms, agent.config.report_ms));
}

// Writes and signs into a free place. The counter is only spent on a report that came to be.
bool write_report(Agent* agent, HeldReport* report) {
  const uint32_t windows = agent->monitor.windows;
  const Identity& identity = *agent->config.update.identity;
  const ReportHeader header = {identity.device,  agent->updater.state.boot, agent->reports.counter + 1,
                               agent->uptime_ms, agent->running.release,    agent->running.model_id};
  ReportWriter writer;
  report_begin(&writer, report->bytes + kEnvelopeHeaderBytes, kMaxReportBytes - kEnvelopeOverhead, header);
  monitor_cut(&agent->monitor, &writer);
  if (const uint32_t heard = agent->updater.state.time_floor; heard != 0) report_u32(&writer, metric_id::time_floor, 0, heard);
  const uint32_t payload = report_finish(&writer);
  if (payload == 0) return false;
  report->counter = agent->reports.counter + 1;
  report->windows = windows;
  report->count = payload + kEnvelopeOverhead;
  return seal_envelope(*agent->config.update.crypto, EnvelopeType::report, identity.report_private_key,
                       identity.report_public_key, report->bytes, payload);
}

}  // namespace

bool has_room_for_report(const Agent& agent, uint32_t count) { return agent.reports.count + count <= kHeldReports; }

void hold_report(Agent* agent) {
  if (!agent->gathering) return;
  agent->gathering = false;
  ReportQueue* queue = &agent->reports;
  const uint32_t windows = agent->monitor.windows;
  HeldReport* place = &queue->held[(queue->first + queue->count) % kHeldReports];
  if (has_room_for_report(*agent, 1) && write_report(agent, place)) {
    ++queue->counter;
    ++queue->count;
  } else {
    agent->lost += windows;
  }
}

void cut_report_when_due(Agent* agent) {
  if (agent->reports.count == 0 && is_due(*agent)) hold_report(agent);
}

void send_report(Agent* agent) {
  ReportQueue* queue = &agent->reports;
  if (queue->count == 0) return;
  if (queue->sent && !has_passed(agent->now_ms, queue->sent_ms, agent->config.resend_ms)) return;
  const AgentPorts& ports = agent->config.ports;
  const HeldReport& report = *oldest(queue);
  if (!ports.publish(ports.context, Channel::report, report.bytes, report.count)) return;
  queue->sent = true;
  queue->sent_ms = agent->now_ms;
}

void take_acknowledge(Agent* agent, const uint8_t* bytes, size_t count) {
  ReportQueue* queue = &agent->reports;
  AcknowledgeMessage acknowledge;
  if (queue->count == 0 || !read_acknowledge(bytes, count, &acknowledge)) return;
  if (acknowledge.boot != agent->updater.state.boot || acknowledge.counter != oldest(queue)->counter) return;
  queue->first = (queue->first + 1) % kHeldReports;
  --queue->count;
  queue->sent = false;
}

}  // namespace mote
