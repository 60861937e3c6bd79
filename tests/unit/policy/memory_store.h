#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/store.h"

namespace doorward::policy {

// A store without a disk; a failed transaction is undone.
class Memory : public core::Store {
 public:
  class View : public core::Records {
   public:
    std::map<std::pair<std::string, std::string>, std::string> rows;
    std::optional<std::string> get(std::string_view kind, std::string_view key) override {
      const auto at = rows.find({std::string(kind), std::string(key)});
      return at == rows.end() ? std::nullopt : std::optional(at->second);
    }
    void put(std::string_view kind, std::string_view key, std::string_view value) override {
      rows[{std::string(kind), std::string(key)}] = value;
    }
    void erase(std::string_view kind, std::string_view key) override {
      rows.erase({std::string(kind), std::string(key)});
    }
    std::vector<std::pair<std::string, std::string>> all(std::string_view kind) override {
      std::vector<std::pair<std::string, std::string>> out;
      for (const auto& [key, value] : rows)
        if (key.first == kind) out.emplace_back(key.second, value);
      return out;
    }
  };
  void transact(Work work, Done done) override {
    const auto before = view.rows;
    auto ended = work(view);
    if (!ended) view.rows = before;
    done(std::move(ended));
  }
  void stop() override {}
  View view;
};

}  // namespace doorward::policy
