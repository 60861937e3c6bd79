#include "app/merged_naming.h"

#include <set>

#include "catalog/merged_names.h"
#include "catalog/names.h"

namespace doorward::app {

namespace {

class Table : public net::NameTable {
 public:
  explicit Table(const std::vector<net::Address>& known) {
    std::vector<catalog::ToolAddress> tools;
    for (const net::Address& address : known) {
      tools.push_back({address.server, address.name});
      looks_.insert(catalog::skeleton(catalog::merged_name(address.server, address.name)));
    }
    const catalog::MergedNames names(tools);
    for (const auto& [merged, tool] : names.all())
      homes_.emplace(merged, net::Address{tool.server, tool.tool});
  }
  const net::Address* find(std::string_view merged) const override {
    const auto found = homes_.find(merged);
    return found == homes_.end() ? nullptr : &found->second;
  }
  bool is_look_alike(std::string_view merged) const override {
    return !homes_.contains(merged) && looks_.contains(catalog::skeleton(merged));
  }

 private:
  std::map<std::string, net::Address, std::less<>> homes_;
  std::set<std::string> looks_;
};

}  // namespace

net::Naming merged_naming() {
  return {
      .merge = [](std::string_view server,
                  std::string_view name) { return catalog::merged_name(server, name); },
      .table = [](const std::vector<net::Address>& known) -> std::shared_ptr<const net::NameTable> {
        return std::make_shared<Table>(known);
      }};
}

}  // namespace doorward::app
