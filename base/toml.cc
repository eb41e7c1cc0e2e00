// Strict reading of TOML over toml++.
#include "base/toml.h"

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
// Its assertions end the process on some damaged keys, which its parser then refuses by itself.
#define TOML_ASSERT(condition) static_cast<void>(0)
#include <toml++/toml.h>

#include <set>
#include <sstream>

namespace mote {

struct Toml::Document {
  std::string where;
  toml::table root;
  std::optional<Error> error;  // the first one

  void refuse(std::string what, uint32_t line, std::string todo) {
    if (error) return;
    const std::string place = line > 0 ? where + ":" + std::to_string(line) : where;
    error = Error{.cause = Cause::usage, .what = std::move(what), .where = place, .todo = std::move(todo)};
  }
};

struct Toml::Node {
  std::string name;                    // "train.optimizer", empty for the root
  const toml::table* table = nullptr;  // null when absent
  std::set<std::string, std::less<>> asked;
  std::vector<std::shared_ptr<Node>> children;

  std::string full(std::string_view key) const { return name.empty() ? std::string(key) : name + "." + std::string(key); }
};

namespace {

template <typename T>
constexpr const char* kind_of() {
  if constexpr (std::is_same_v<T, std::string>) return "a text in quotes";
  if constexpr (std::is_same_v<T, int64_t>) return "a whole number";
  if constexpr (std::is_same_v<T, double>) return "a number";
  return "true or false";
}

template <typename T>
std::optional<T> read_as(const toml::node& value) {
  if constexpr (std::is_same_v<T, double>) {
    if (const auto integer = value.as_integer()) return static_cast<double>(integer->get());
    if (const auto number = value.as_floating_point()) return number->get();
  } else if (const auto typed = value.as<T>()) {
    return typed->get();
  }
  return std::nullopt;
}

std::string shown(double number) {
  std::ostringstream text;
  text << number;
  return text.str();
}

}  // namespace

Toml::Toml(std::shared_ptr<Document> document, std::shared_ptr<Node> node)
    : document_(std::move(document)), node_(std::move(node)) {}

namespace {

// What every getter does first: mark the key, find it.
template <typename NodePointer>
const toml::node* ask(const NodePointer& node, std::string_view key) {
  node->asked.emplace(key);
  return node->table == nullptr ? nullptr : node->table->get(key);
}

template <typename T, typename NodePointer, typename DocumentPointer>
T get(const NodePointer& node, const DocumentPointer& document, std::string_view key, T fallback, bool required) {
  const toml::node* value = ask(node, key);
  if (value == nullptr) {
    if (required) document->refuse("'" + node->full(key) + "' is missing", 0, std::string("add it: it is ") + kind_of<T>());
    return fallback;
  }
  if (auto typed = read_as<T>(*value)) return *typed;
  document->refuse("'" + node->full(key) + "' is not " + kind_of<T>(), value->source().begin.line, "");
  return fallback;
}

template <typename T, typename NodePointer, typename DocumentPointer>
std::vector<T> get_list(const NodePointer& node, const DocumentPointer& document, std::string_view key, std::vector<T> fallback) {
  const toml::node* value = ask(node, key);
  if (value == nullptr) return fallback;
  std::vector<T> list;
  if (const toml::array* array = value->as_array()) {
    for (const toml::node& element : *array) {
      const auto typed = read_as<T>(element);
      if (!typed) break;
      list.push_back(*typed);
    }
    if (list.size() == array->size()) return list;
  }
  document->refuse("'" + node->full(key) + "' is not a list of which each element is " + kind_of<T>(), value->source().begin.line,
                   "");
  return fallback;
}

}  // namespace

bool Toml::has(std::string_view key) const { return node_->table != nullptr && node_->table->contains(key); }

Toml Toml::table(std::string_view key) {
  const toml::node* value = ask(node_, key);
  auto child = std::make_shared<Node>();
  child->name = node_->full(key);
  if (value != nullptr) {
    child->table = value->as_table();
    if (child->table == nullptr) document_->refuse("'" + child->name + "' is not a table", value->source().begin.line, "");
  }
  node_->children.push_back(child);
  return Toml(document_, child);
}

std::vector<Toml> Toml::tables(std::string_view key) {
  const toml::node* value = ask(node_, key);
  std::vector<Toml> list;
  if (value == nullptr) return list;
  const toml::array* array = value->as_array();
  if (array == nullptr || !array->is_homogeneous(toml::node_type::table)) {
    document_->refuse("'" + node_->full(key) + "' is not a list of tables", value->source().begin.line,
                      "write each as [[" + node_->full(key) + "]]");
    return list;
  }
  for (const toml::node& element : *array) {
    auto child = std::make_shared<Node>();
    child->name = node_->full(key) + "[" + std::to_string(list.size()) + "]";
    child->table = element.as_table();
    node_->children.push_back(child);
    list.push_back(Toml(document_, child));
  }
  return list;
}

std::vector<std::string> Toml::keys() const {
  std::vector<std::string> names;
  if (node_->table != nullptr)
    for (const auto& [key, value] : *node_->table) names.emplace_back(key.str());
  return names;
}

std::string Toml::text(std::string_view key, std::string_view fallback) {
  return get<std::string>(node_, document_, key, std::string(fallback), false);
}
std::string Toml::required_text(std::string_view key) { return get<std::string>(node_, document_, key, "", true); }
bool Toml::flag(std::string_view key, bool fallback) { return get<bool>(node_, document_, key, fallback, false); }

namespace {

template <typename T, typename Refuse>
T in_range(T value, T low, T high, Refuse refuse) {
  if (value >= low && value <= high) return value;
  refuse("is " + shown(static_cast<double>(value)) + ", outside " + shown(static_cast<double>(low)) + " to " +
         shown(static_cast<double>(high)));
  return low;
}

}  // namespace

int64_t Toml::integer(std::string_view key, int64_t fallback, int64_t low, int64_t high) {
  return in_range(get<int64_t>(node_, document_, key, fallback, false), low, high,
                  [&](const std::string& why) { refuse(key, why); });
}
int64_t Toml::required_integer(std::string_view key, int64_t low, int64_t high) {
  return in_range(get<int64_t>(node_, document_, key, low, true), low, high, [&](const std::string& why) { refuse(key, why); });
}
double Toml::number(std::string_view key, double fallback, double low, double high) {
  return in_range(get<double>(node_, document_, key, fallback, false), low, high,
                  [&](const std::string& why) { refuse(key, why); });
}
double Toml::required_number(std::string_view key, double low, double high) {
  return in_range(get<double>(node_, document_, key, low, true), low, high, [&](const std::string& why) { refuse(key, why); });
}

std::vector<std::string> Toml::texts(std::string_view key, std::vector<std::string> fallback) {
  return get_list(node_, document_, key, std::move(fallback));
}
std::vector<int64_t> Toml::integers(std::string_view key, std::vector<int64_t> fallback) {
  return get_list(node_, document_, key, std::move(fallback));
}
std::vector<double> Toml::numbers(std::string_view key, std::vector<double> fallback) {
  return get_list(node_, document_, key, std::move(fallback));
}

void Toml::refuse(std::string_view key, const std::string& why) {
  const toml::node* value = node_->table == nullptr ? nullptr : node_->table->get(key);
  document_->refuse("'" + node_->full(key) + "' " + why, value == nullptr ? 0 : value->source().begin.line, "");
}

std::string Toml::where(std::string_view key) const {
  const toml::node* value = node_->table == nullptr ? nullptr : node_->table->get(key);
  return value == nullptr ? document_->where : document_->where + ":" + std::to_string(value->source().begin.line);
}

namespace {

template <typename Node, typename Document>
void refuse_unknown(const Node& node, Document& document) {
  if (node.table != nullptr) {
    for (const auto& [key, value] : *node.table) {
      if (node.asked.contains(key.str())) continue;
      std::string known;
      for (const std::string& name : node.asked) known += (known.empty() ? "" : ", ") + name;
      document.refuse("'" + node.full(key.str()) + "' is not a key that is known here", key.source().begin.line,
                      "known are: " + known);
    }
  }
  for (const auto& child : node.children) refuse_unknown(*child, document);
}

}  // namespace

Result<void> Toml::finish() const {
  refuse_unknown(*node_, *document_);
  if (document_->error) return *document_->error;
  return {};
}

Result<Toml> parse_toml(std::string_view text, const std::string& where) {
  toml::parse_result parsed = toml::parse(text);
  if (!parsed) {
    return Error{.cause = Cause::usage,
                 .what = "is not TOML: " + std::string(parsed.error().description()),
                 .where = where + ":" + std::to_string(parsed.error().source().begin.line),
                 .todo = ""};
  }
  auto document = std::make_shared<Toml::Document>();
  document->where = where;
  document->root = std::move(parsed).table();
  auto root = std::make_shared<Toml::Node>();
  root->table = &document->root;
  return Toml(document, root);
}

Result<Toml> read_toml(FileSystem& files, const Path& path) {
  TRY(std::string text, files.read_text(path));
  return parse_toml(text, path.string());
}

}  // namespace mote
