// Runs a fuzz target over a folder of inputs, and over cut and flipped copies of each: the plain
// form of every fuzz target, for compilers without libFuzzer and for CI.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {
size_t feed(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(input.data()), input.size());
  return 1;
}
}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s CORPUS_FOLDER\n", argv[0]);
    return 2;
  }
  std::mt19937 random(20261124);
  size_t inputs = feed("");
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    inputs += feed(text);
    for (int round = 0; round < 64 && !text.empty(); ++round) {
      std::string changed = text.substr(0, 1 + random() % text.size());
      for (unsigned flips = random() % 4; flips > 0; --flips)
        changed[random() % changed.size()] = static_cast<char>(random());
      inputs += feed(changed);
    }
  }
  std::printf("%zu inputs\n", inputs);
  return inputs > 1 ? 0 : 1;
}
