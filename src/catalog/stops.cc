#include "catalog/stops.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "catalog/whole_file.h"
#include "wire/json.h"

namespace doorward::catalog {

namespace {

std::vector<Stop> read(std::string text, bool& valid) {
  std::vector<Stop> out;
  const auto document = wire::JsonDocument::parse(std::move(text));
  valid = document && document->root()["stops"].is_array();
  if (!valid) return out;
  for (const wire::JsonValue one : document->root()["stops"].items())
    out.push_back({std::string(one["server"].text()), std::string(one["tool"].text()),
                   std::string(one["principal"].text()), std::string(one["by"].text()),
                   std::string(one["at"].text()), std::string(one["why"].text())});
  return out;
}

}  // namespace

bool Stop::covers(std::string_view of_server, std::string_view of_tool,
                  std::string_view of_principal) const {
  if (!server.empty() && server != of_server) return false;
  if (!tool.empty() && tool != of_tool) return false;
  return principal.empty() || principal == of_principal;
}

Stops::Stops(std::string path) : path_(std::move(path)) {
  if (path_.empty()) return;
  std::ifstream file(path_, std::ios::binary);
  if (!file) return;
  std::string text((std::istreambuf_iterator<char>(file)), {});
  bool valid = false;
  std::vector<Stop> known = read(std::move(text), valid);
  if (!valid) known = {{.by = "doorward", .why = "the file of what was stopped can't be read"}};
  any_ = !known.empty();
  stops_.with([&](auto& stops) { stops = std::move(known); });
}

Expected<void> Stops::add(Stop stop) {
  stops_.with([&](auto& stops) {
    std::erase_if(stops, [&](const Stop& old) { return old.same_place(stop); });
    stops.push_back(std::move(stop));
  });
  any_ = true;
  return save();
}

Expected<bool> Stops::lift(const Stop& stop) {
  const bool there = stops_.with([&](auto& stops) {
    const bool found =
        std::erase_if(stops, [&](const Stop& old) { return old.same_place(stop); }) > 0;
    any_ = !stops.empty();
    return found;
  });
  if (there)
    if (auto saved = save(); !saved) return std::unexpected(std::move(saved).error());
  return there;
}

bool Stops::stops(std::string_view server, std::string_view tool,
                  std::string_view principal) const {
  if (!any_.load()) return false;
  return stops_.with([&](const auto& stops) {
    return std::ranges::any_of(
        stops, [&](const Stop& stop) { return stop.covers(server, tool, principal); });
  });
}

std::vector<Stop> Stops::all() const {
  return stops_.with([](const auto& stops) { return stops; });
}

Expected<void> Stops::save() const {
  if (path_.empty()) return {};
  std::string text = R"({"stops":[)";
  bool first = true;
  for (const Stop& stop : all()) {
    text += std::exchange(first, false) ? "{" : ",{";
    text += R"("server":)" + wire::json_quote(stop.server) + R"(,"tool":)" +
            wire::json_quote(stop.tool) + R"(,"principal":)" + wire::json_quote(stop.principal) +
            R"(,"by":)" + wire::json_quote(stop.by) + R"(,"at":)" + wire::json_quote(stop.at) +
            R"(,"why":)" + wire::json_quote(stop.why) + "}";
  }
  return replace_file(path_, text + "]}\n");
}

}  // namespace doorward::catalog
