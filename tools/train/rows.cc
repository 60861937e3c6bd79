#include "rows.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "wire/json.h"

namespace doorward::train {

namespace {

// What was made from one thing is left out together.
std::string family_of(const std::string& source, const std::string& file) {
  const auto has = [&](const char* part) { return source.find(part) != std::string::npos; };
  if (has("derived from")) return "obfuscated";
  if (has("ASB attacker tools")) return "ASB tools";
  if (has("ASB") || has("own wrappers")) return "ASB";
  if (has("own templates")) return "synthetic tools";
  if (has("CyberSecEval")) return "CyberSecEval";
  if (has("spikee")) return "spikee";
  if (has("BIPIA")) return "BIPIA";
  if (has("cisco")) return "cisco";
  if (file == "tool_attack") return "lab servers";
  if (file == "tool_benign")
    return "registry " + std::to_string(std::hash<std::string>{}(source) % 5);
  if (has("HttpParams")) return "HttpParams";
  if (has("PayloadsAllTheThings docs")) return "PATT docs";
  if (has("PayloadsAllTheThings")) return "PATT";
  if (has("libinjection/false")) return "libinjection fp";
  if (has("libinjection")) return "libinjection";
  if (has("payloadbox")) return "payloadbox";
  if (has("gitleaks")) return "gitleaks";
  if (has("noseyparker")) return "noseyparker";
  if (has("tldr pages.")) return "tldr";
  if (has("awslabs")) return "awslabs";
  if (has("stacklok")) return "stacklok";
  if (has("NeMo")) return "NeMo";
  if (has("LiveMCP")) return "LiveMCP";
  return source;
}

}  // namespace

std::vector<Row> read_rows(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".jsonl") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  std::vector<Row> rows;
  size_t bad = 0;
  for (const auto& path : files) {
    std::ifstream in(path);
    for (std::string line; std::getline(in, line);) {
      auto document = wire::JsonDocument::parse(line);
      if (!document) {
        ++bad;
        continue;
      }
      const auto root = document->root();
      Row row;
      row.id = root["id"].text();
      row.text = root["text"].text();
      row.source = root["source"].text();
      row.kind = root["kind"].text();
      row.planted = root["planted"].text();
      row.form = root["jb"].text();
      row.attack = root["label"].text() == "attack";
      row.family = family_of(row.source, path.stem());
      const auto channel = root["channel"].text();
      if (!detect::channel_from(channel, row.channel))
        row.channel = channel == "tool_args" ? detect::Channel::tool_arguments
                                             : detect::Channel::tool_definition;
      if (row.kind == "benign_sql") row.role = detect::Role::sql;
      if (row.kind == "benign_command") row.role = detect::Role::command;
      if (row.kind == "benign_path") row.role = detect::Role::path;
      if (row.kind == "benign_url") row.role = detect::Role::url;
      rows.push_back(std::move(row));
    }
  }
  if (rows.empty()) {
    std::fprintf(stderr, "no rows in %s\n", folder.c_str());
    std::exit(3);
  }
  std::printf("%zu rows, %zu lines left out\n", rows.size(), bad);
  return rows;
}

}  // namespace doorward::train
