#include "audit/tree.h"

#include <gtest/gtest.h>

#include <random>

namespace doorward::audit {
namespace {

// The leaves and roots that Certificate Transparency implementations test themselves with.
std::vector<Hash> known_leaves() {
  std::vector<Hash> out;
  for (const char* entry : {"", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                            "606162636465666768696a6b6c6d6e6f"})
    out.push_back(leaf_hash(*from_hex(entry)));
  return out;
}

std::vector<Hash> many_leaves(size_t count) {
  std::vector<Hash> out;
  for (size_t i = 0; i < count; ++i) out.push_back(leaf_hash("leaf " + std::to_string(i)));
  return out;
}

SubtreeHash over(const std::vector<Hash>& leaves) {
  return [&leaves](uint64_t begin, uint64_t end) {
    return root_of(std::span(leaves).subspan(begin, end - begin));
  };
}

void ignore(unsigned, uint64_t, std::span<const Hash>) {}

TEST(Tree, GivesThePublishedRoots) {
  const std::vector<std::string> roots = {
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
      "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
      "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  const auto leaves = known_leaves();
  TreeEdge edge;
  EXPECT_EQ(hex(edge.root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (size_t i = 0; i < leaves.size(); ++i) {
    edge.add(leaves[i], ignore);
    EXPECT_EQ(hex(edge.root()), roots[i]) << i + 1;
    EXPECT_EQ(hex(root_of(std::span(leaves).first(i + 1))), roots[i]);
  }
}

TEST(Tree, EdgeAgreesWithTheWholeTreeAcrossTileBorders) {
  const auto leaves = many_leaves(256 * 256 + 700);
  TreeEdge edge;
  size_t full[3] = {};
  for (size_t i = 0; i < leaves.size(); ++i) {
    edge.add(leaves[i], [&](unsigned level, uint64_t index, std::span<const Hash> hashes) {
      EXPECT_EQ(index, full[level]++);
      EXPECT_EQ(hashes.size(), kTileWidth);
    });
    if (i % 4096 == 77 || i == 255 || i == 256 || i == 65535 || i == 65536) {
      EXPECT_EQ(edge.root(), root_of(std::span(leaves).first(i + 1))) << i;
    }
  }
  EXPECT_EQ(full[0], 258U);
  EXPECT_EQ(full[1], 1U);
  EXPECT_EQ(full[2], 0U);
}

TEST(Tree, EveryInclusionPathHoldsAndNoOtherDoes) {
  const auto leaves = many_leaves(40);
  for (uint64_t size = 1; size <= leaves.size(); ++size) {
    const Hash root = root_of(std::span(leaves).first(size));
    for (uint64_t index = 0; index < size; ++index) {
      auto path = inclusion_path(index, size, over(leaves));
      EXPECT_TRUE(inclusion_holds(leaves[index], index, size, path, root));
      EXPECT_FALSE(inclusion_holds(leaves[index], (index + 1) % (size + 1), size, path, root) &&
                   size > 1);
      EXPECT_FALSE(inclusion_holds(leaf_hash("other"), index, size, path, root));
      EXPECT_FALSE(inclusion_holds(leaves[index], size, size, path, root));
      path.push_back(root);
      EXPECT_FALSE(inclusion_holds(leaves[index], index, size, path, root));
      path.pop_back();
      if (path.empty()) continue;
      path.pop_back();
      EXPECT_FALSE(inclusion_holds(leaves[index], index, size, path, root));
    }
  }
}

TEST(Tree, EveryConsistencyPathHoldsAndNoOtherDoes) {
  const auto leaves = many_leaves(40);
  for (uint64_t size = 1; size <= leaves.size(); ++size) {
    const Hash root = root_of(std::span(leaves).first(size));
    for (uint64_t old = 1; old <= size; ++old) {
      const Hash old_root = root_of(std::span(leaves).first(old));
      auto path = consistency_path(old, size, over(leaves));
      EXPECT_TRUE(consistency_holds(old, old_root, size, root, path)) << old << " of " << size;
      EXPECT_FALSE(consistency_holds(old, leaf_hash("x"), size, root, path));
      EXPECT_FALSE(consistency_holds(old, old_root, size, leaf_hash("x"), path));
      EXPECT_FALSE(consistency_holds(size + 1, old_root, size, root, path));
      path.push_back(root);
      EXPECT_FALSE(consistency_holds(old, old_root, size, root, path));
    }
  }
  EXPECT_TRUE(consistency_holds(0, empty_root(), 5, leaf_hash("any"), {}));
}

}  // namespace
}  // namespace doorward::audit
