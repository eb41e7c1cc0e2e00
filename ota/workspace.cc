// Starting a project: its configuration and the folder for what it must not lose.
#include "ota/workspace.h"

#include "base/json.h"

namespace mote {

std::string to_text(const NewProject& project) {
  return "made " + project.config.string() + ", a configuration to train with, and " + project.workspace.folder.string() +
         "/, which only you can enter\n";
}

Json to_json(const NewProject& project) {
  return {{"config", project.config.string()}, {"workspace", project.workspace.folder.string()}};
}

Result<NewProject> start_project(FileSystem& files, const Path& folder, std::string_view config_text) {
  const NewProject project{.config = folder / "mote.toml", .workspace = Workspace{folder / ".mote"}};
  if (files.exists(project.config))
    return Error{.cause = Cause::failed,
                 .what = "exists already and is not replaced",
                 .where = project.config.string(),
                 .todo = "use it, or move it away first"};
  const Path ignored = project.workspace.folder / ".gitignore";
  TRY_DO(files.make_folder(project.workspace.folder, Access::owner_only));
  if (!files.exists(ignored)) TRY_DO(files.write_text(ignored, "# Keys and certificates: never to be committed.\n*\n"));
  TRY_DO(files.write_text(project.config, config_text));
  return project;
}

}  // namespace mote
