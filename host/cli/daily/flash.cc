// mote flash --board B --device ID: firmware, identity and first model into a board.
#include "host/firmware/flash.h"

#include <optional>

#include "base/json.h"
#include "device/model/container.h"
#include "device/port/identity.h"
#include "device/port/network.h"
#include "host/cli/commands.h"
#include "host/cli/keys/options.h"
#include "host/firmware/private_folder.h"
#include "host/fleet/store.h"
#include "ota/bundle/bundle.h"
#include "ota/devices/enrol.h"
#include "quantize/read/model_file.h"

namespace mote::cli {
namespace {

struct FlashCommandOptions {
  FlashRequest request;
  std::string device, server, mount;
  Path model, bundle, out;
  std::optional<uint32_t> release;
  bool dry_run = false;
  Path dir = ".mote";
  KeyOptions keys;
};

// What the request only points into.
struct FlashFiles {
  Bytes identity, network, bundle, model;
};

Error flash_usage(const std::string& where, const std::string& what, const std::string& todo = "") {
  return {.cause = Cause::usage, .what = what, .where = where, .todo = todo};
}

bool is_agent(const std::string& program) { return program == "agent" || program == "agent_net"; }

Result<void> check_flash_options(const FlashCommandOptions& options) {
  const std::string& program = options.request.program;
  if (!options.model.empty() && !options.bundle.empty())
    return flash_usage("--model, --bundle", "only one of them can be the first model");
  if (is_agent(program) && options.device.empty())
    return flash_usage("--device", "is needed: the program " + program + " is a device of a fleet",
                       "enrol one: mote device enrol");
  if (!is_agent(program) && !options.device.empty())
    return flash_usage("--device", "the program " + program + " has no identity", "leave it out, or take --program agent");
  if (options.release && (options.model.empty() || !is_agent(program)))
    return flash_usage("--release", "is for a model that is signed here: --model, of a device", "leave it out");
  if (options.release && *options.release == 0) return flash_usage("--release", "0 is no release", "they count from 1");
  if (!is_agent(program) && !options.bundle.empty())
    return flash_usage("--bundle", "the program " + program + " takes a model as it is", "give it --model");
  return {};
}

Result<Bytes> bundle_from_model(Context& context, const FlashCommandOptions& options, const EnrolledDevice& device,
                                const Workspace& workspace) {
  TRY(const Bytes model, context.files.read(options.model, kMaxBundleBytes));
  TRY_DO(read_model(model, options.model.string()));  // before a passphrase is asked for
  TRY(const TrustRoot root, read_root(context.files, workspace.root()));
  KeyRing ring = key_ring(context, workspace, options.keys);
  TRY(const Signers signers, ring.enough_signers(kImageRole, root));
  const uint32_t release = options.release.value_or(1);
  return make_bundle(model,
                     {.name = device.device_class + " " + std::to_string(release),
                      .device_class = device.device_class,
                      .release = release,
                      .where = options.model.string()},
                     signers);
}

// A board that is flashed counts its boots from 1 again, and knows nothing of what it was told (docs/known-limits.md).
Result<void> warn_of_history(Context& context, Database& database, const std::string& device) {
  fleet::FleetStore store(database);
  TRY_DO(store.prepare());
  TRY(const uint32_t boot, store.known_boot(device));
  TRY(const int64_t reported_ms, store.last_report_ms(device));
  if (boot != 0 || reported_ms != 0)
    context.say(device +
                " was heard from before: flashed anew its reports are refused, as it counts from 1 again. Rather: mote device "
                "retire " +
                device + ", and mote device enrol under another id");
  return {};
}

// Identity, network and bundle of an enrolled device.
Result<Provision> device_provision(Context& context, const FlashCommandOptions& options, FlashFiles& files) {
  const Workspace workspace{options.dir};
  TRY(Database database, open_devices(workspace, context.files));
  TRY(const EnrolledDevice device, Devices(database).find(options.device));
  if (device.retired_ms)
    return flash_usage(options.device, "has been retired, and its id is not given out again", "enrol another device");
  TRY_DO(warn_of_history(context, database, device.id));
  Provision provision{.identity_name = (workspace.device(device.id) / "identity.bin").string()};
  TRY(files.identity, context.files.read(provision.identity_name, kMaxIdentityBytes));
  provision.identity = files.identity;
  if (options.request.program == "agent_net") {
    const Path path = workspace.device(device.id) / "network.bin";
    if (!context.files.exists(path))
      return Error{.cause = Cause::failed,
                   .what = "is not there: the device would not know its broker",
                   .where = path.string(),
                   .todo = "mote device network " + device.id};
    TRY(files.network, context.files.read(path, kMaxNetworkBytes));
    provision.network = files.network;
  }
  if (!options.bundle.empty()) {
    TRY(files.bundle, context.files.read(options.bundle, kMaxBundleBytes));
    provision.bundle_name = options.bundle.string();
  } else if (!options.model.empty()) {
    TRY(files.bundle, bundle_from_model(context, options, device, workspace));
    provision.bundle_name = options.model.string();
  }
  provision.bundle = files.bundle;
  return provision;
}

Result<void> flash(Context& context, FlashCommandOptions options) {
  TRY_DO(check_flash_options(options));
  TRY_DO(check_output(options.out, {options.model, options.bundle}, Workspace{options.dir}, options.keys));
  FlashRequest& request = options.request;
  request.places = {{"server", options.server}, {"mount", options.mount}};
  TRY_DO(find_board(context.files, context.program_folder, request.board));  // before anything is asked of keys
  FlashFiles files;
  if (!options.device.empty()) {
    TRY(request.provision, device_provision(context, options, files));
  } else if (!options.model.empty()) {
    TRY(files.model, context.files.read(options.model, kMaxFileBytes));
    request.model = files.model;
    request.model_name = options.model.string();
  }
  TRY(const FlashPlan plan, plan_flash(request, context.files, context.program_folder));
  TRY_DO(check_apart(options.out, {plan.program, plan.board.folder / "board.toml"}));

  TRY(const PrivateFolder folder, PrivateFolder::make());  // the image holds the device's report key
  const Path kept = options.out.empty() ? Path(plan.runner.image_name()) : options.out;
  const Path image = options.out.empty() && !options.dry_run ? folder.path() / kept : kept;
  TRY(const std::vector<std::string> command, plan.command(request.places, image));
  if (!options.dry_run || !options.out.empty()) TRY_DO(write_image(plan.runner, plan.image, context.files, image));
  if (!options.dry_run) {
    context.progress.begin("flashing with " + plan.runner.name, 0);
    const Result<void> flashed =
        run_runner(plan.runner, command, context.files, folder.path() / "log", plan.other_runners(), context.stop);
    context.progress.end();
    TRY_DO(flashed);
  }
  context.print(FlashReport{.plan = &plan, .command = command, .done = !options.dry_run});
  return {};
}

}  // namespace

const Command daily_flash = {
    .summary = "write firmware, identity and first model into a board",
    .details =
        "Makes one image of the board's firmware, the device's identity, an empty journal and, with --bundle or --model, the "
        "model\n"
        "that the device starts with, and has the board's tool write it. A bundle must be signed for the root that is in the\n"
        "identity; a model is signed here, with the image keys at hand. Its release is the device's floor from then on. The "
        "image\n"
        "is tried before: this machine starts from it as the device will, and runs the model's self-test.\n"
        "Tools are described in board.toml: gdb for every board (through a gdb server: QEMU's, OpenOCD's, a probe's), others "
        "for\n"
        "some. --dry-run prints what would go where, and the command. The image holds the device's report key: what --out keeps "
        "has\n"
        "mode 0600. Programs that are no device of a fleet (--program minimal) take no --device, and their model as it is.",
    .example = "mote flash --board mps2-an386 --device press-04 --bundle v1.bundle --server localhost:1234",
    .declare = [](Arguments& arguments) -> Action {
      auto options = std::make_shared<FlashCommandOptions>();
      arguments.required("--board", options->request.board, "a board whose firmware was built");
      arguments.option("--device", options->device, "an enrolled device, who this board will be");
      arguments.option("--program", options->request.program, "agent, agent_net, minimal");
      arguments.option("--bundle", options->bundle, "the first model, signed: a file of mote bundle");
      arguments.option("--model", options->model, "the first model, a .mote file that is signed here");
      arguments.option("--release", options->release, "with --model: its release number, from 1; without it, 1");
      arguments.option("--runner", options->request.runner, "which of the board's tools writes");
      arguments.option("--server", options->server, "for gdb: HOST:PORT or the socket of the gdb server");
      arguments.option("--mount", options->mount, "for boards that appear as a drive: where it is mounted");
      arguments.flag("--dry-run", options->dry_run, "flash nothing: print addresses and command");
      arguments.option("--out", options->out, "a file in which the image is kept");
      arguments.option("--dir", options->dir, "the workspace");
      declare(arguments, options->keys);
      return [options](Context& context) { return flash(context, *options); };
    }};

}  // namespace mote::cli
